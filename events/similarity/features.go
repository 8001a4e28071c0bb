package similarity

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
)

// A Doc is a profile ready to be compared.
type Doc struct {
	Profile
	title, lead, body                vector
	pivotTitle, pivotLead, pivotBody vector
}

// A vector holds terms by their hashes, in order, with the weights of a vector of length
// one.
type vector struct {
	ids     []uint32
	weights []float64
	mass    []float64 // not normalized
}

// Doc prepares a profile.
func (m *Model) Doc(p Profile) *Doc {
	d := &Doc{Profile: p, title: m.vector(p.Title), lead: m.vector(p.Lead), body: m.vector(p.Body)}
	d.pivotTitle, d.pivotLead, d.pivotBody = d.title, d.lead, d.body
	if p.Chinese {
		d.pivotTitle, d.pivotLead, d.pivotBody = m.vector(p.PivotTitle), m.vector(p.PivotLead), m.vector(p.PivotBody)
	}
	return d
}

func (m *Model) vector(terms []string) vector {
	type term struct {
		id     uint32
		weight float64
	}
	all := make([]term, len(terms))
	square := 0.0
	for i, t := range terms {
		w := m.weight(t)
		all[i] = term{hashOf(t), w}
		square += float64(w * w)
	}
	slices.SortFunc(all, func(a, b term) int { return cmp.Compare(a.id, b.id) })
	v := vector{make([]uint32, len(all)), make([]float64, len(all)), make([]float64, len(all))}
	norm := math.Sqrt(square)
	for i, t := range all {
		v.ids[i], v.weights[i], v.mass[i] = t.id, t.weight/norm, t.weight
	}
	return v
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32()
}

// cosine returns the cosine of two vectors, from 0 to 1.
func cosine(a, b vector) float64 {
	sum := 0.0
	eachShared(a, b, func(i, j int) { sum += float64(a.weights[i] * b.weights[j]) })
	return sum
}

// LeadCosine returns the cosine of titles and leads, the plain way to compare articles.
func LeadCosine(a, b *Doc) float64 {
	if a.Chinese && b.Chinese {
		return cosine(a.lead, b.lead)
	}
	return cosine(a.pivotLead, b.pivotLead)
}

// covered returns the share of the mass of a's terms that b has.
func covered(a, b vector) float64 {
	shared, all := 0.0, 0.0
	eachShared(a, b, func(i, _ int) { shared += a.mass[i] })
	for _, w := range a.mass {
		all += w
	}
	if all == 0 {
		return 0
	}
	return shared / all
}

// sharedMass returns the mass of the terms in both.
func sharedMass(a, b vector) float64 {
	sum := 0.0
	eachShared(a, b, func(i, _ int) { sum += a.mass[i] })
	return sum
}

func eachShared(a, b vector, found func(i, j int)) {
	for i, j := 0, 0; i < len(a.ids) && j < len(b.ids); {
		switch {
		case a.ids[i] < b.ids[j]:
			i++
		case a.ids[i] > b.ids[j]:
			j++
		default:
			found(i, j)
			i++
			j++
		}
	}
}

// featureNames in the order of [features]. The names stand in the file of the model.
var featureNames = []string{
	"title", "lead", "body", "pivot-title", "pivot-lead", "pivot-body", "least", "product", "covered-most", "covered-least", "shared-mass",
	"numbers-shared", "numbers-apart", "title-numbers-shared", "title-numbers-apart",
	"places-shared", "places-apart", "acts-shared", "acts-apart",
	"days", "days-root", "same-outlet", "same-outlet-lead",
	"roundup", "explainer", "opinion", "price", "question", "kinds-apart", "short",
	"chinese", "chinese-lead", "chinese-pivot-lead", "chinese-title",
	"long", "long-lead", "long-numbers", "long-body",
}

// features returns what is compared of two articles.
func features(a, b *Doc) []float64 {
	pivotTitle, pivotLead := cosine(a.pivotTitle, b.pivotTitle), cosine(a.pivotLead, b.pivotLead)
	pivotBody := cosine(a.pivotBody, b.pivotBody)
	title, lead, body := pivotTitle, pivotLead, pivotBody
	if a.Chinese && b.Chinese {
		title, lead, body = cosine(a.title, b.title), cosine(a.lead, b.lead), cosine(a.body, b.body)
	}
	ab, ba := covered(a.pivotTitle, b.pivotLead), covered(b.pivotTitle, a.pivotLead)
	if a.Chinese && b.Chinese {
		ab, ba = covered(a.title, b.lead), covered(b.title, a.lead)
	}
	days := math.Abs(a.At.Sub(b.At).Hours()) / 24
	outlet := truth(a.Outlet != "" && a.Outlet == b.Outlet)
	chinese := truth(a.Chinese && b.Chinese)
	kind := func(name string) float64 {
		return truth(slices.Contains(a.Kinds, name)) + truth(slices.Contains(b.Kinds, name))
	}
	long := truth(isLong(a) && isLong(b))
	numbers := math.Log1p(float64(count(a.Numbers, b.Numbers)))
	return []float64{
		title, lead, body, pivotTitle, pivotLead, pivotBody, min(title, lead, pivotTitle, pivotLead), title * lead, max(ab, ba), min(ab, ba),
		math.Log1p(sharedMass(a.pivotLead, b.pivotLead)),
		numbers, apart(a.Numbers, b.Numbers), math.Log1p(float64(count(a.TitleNumbers, b.TitleNumbers))), apart(a.TitleNumbers, b.TitleNumbers),
		math.Log1p(float64(count(a.Places, b.Places))), apart(a.Places, b.Places), math.Log1p(float64(count(a.Acts, b.Acts))), apart(a.Acts, b.Acts),
		min(days, 14), math.Sqrt(min(days, 14)), outlet, outlet * lead,
		kind("roundup"), kind("explainer"), kind("opinion"), kind("price"), kind("question"),
		truth(len(a.Kinds) > 0 != (len(b.Kinds) > 0)), truth(min(len(a.Lead), len(b.Lead)) < 15),
		chinese, chinese * lead, chinese * pivotLead, chinese * title,
		long, long * lead, long * numbers, long * body,
	}
}

// isLong reports whether an article is more than a headline and a summary.
func isLong(d *Doc) bool { return len(d.Body) >= longTerms }

// longTerms are the terms of a body of about 70 words.
const longTerms = 40

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// count returns how many strings are in both.
func count(a, b []string) int {
	n := 0
	for _, s := range a {
		if slices.Contains(b, s) {
			n++
		}
	}
	return n
}

// apart is 1 if both have some and share none.
func apart(a, b []string) float64 {
	return truth(len(a) > 0 && len(b) > 0 && count(a, b) == 0)
}
