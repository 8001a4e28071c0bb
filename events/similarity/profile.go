package similarity

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"regwatch/internal/text"
)

// The lengths of the lead and the body, in words. A Chinese character counts as part of
// one.
const (
	leadWords = 60
	bodyWords = 400
	hanWords  = 60.0 / 110 // words of a Chinese character
)

// A Text is an article as it is compared.
type Text struct {
	Title  string
	Body   string
	Outlet string   // who published it: a name or a site
	Places []string // jurisdictions named in the title or lead
	At     time.Time
}

// A Profile holds what is compared of an article. It is stored as JSON with the article's
// place in its event; the names of its fields stay.
type Profile struct {
	Chinese bool      `json:"zh,omitempty"`
	Outlet  string    `json:"outlet,omitempty"`
	At      time.Time `json:"at"`
	// Terms of title, title and lead, and body: stems and pairs of Chinese characters.
	Title []string `json:"title,omitempty"`
	Lead  []string `json:"lead,omitempty"`
	Body  []string `json:"body,omitempty"`
	// The same of a Chinese text in English stems, by the lexicon.
	PivotTitle []string `json:"pivot_title,omitempty"`
	PivotLead  []string `json:"pivot_lead,omitempty"`
	PivotBody  []string `json:"pivot_body,omitempty"`

	Numbers      []string `json:"numbers,omitempty"`       // of title and lead
	TitleNumbers []string `json:"title_numbers,omitempty"` // of the title
	Ordinals     []string `json:"ordinals,omitempty"`      // of the title
	Documents    []string `json:"documents,omitempty"`     // of title and lead
	Places       []string `json:"places,omitempty"`
	Acts         []string `json:"acts,omitempty"`  // of the title
	Sides        []string `json:"sides,omitempty"` // of the title
	Kinds        []string `json:"kinds,omitempty"` // of the title
	Names        []string `json:"names,omitempty"` // of the title
	// Teaser says that a Chinese text repeats nothing of its headline, such as one before a
	// paywall. English texts often use other words.
	Teaser bool `json:"teaser,omitempty"`
	// Named are IDs of the documents that title, lead or link name. Package events sets them.
	Named []string `json:"named,omitempty"`
}

// Profile returns the profile of a text.
func (m *Model) Profile(t Text) Profile {
	title := text.Tokens(t.Title)
	lead, body := cutBody(text.Tokens(t.Body))
	p := Profile{Chinese: isChinese(title, lead), Outlet: t.Outlet, At: t.At, Places: t.Places}
	p.Title = surface(nil, title)
	p.Lead = surface(slices.Clone(p.Title), lead)
	bodyTerms := surface(nil, body)
	p.Names = m.namesIn(p.Title, bodyTerms)
	p.Teaser = p.Chinese && !m.repeats(p.Title, bodyTerms)
	p.Body = m.heaviest(bodyTerms)
	p.PivotTitle, p.PivotLead = p.Title, p.Lead
	p.PivotBody = p.Body
	if p.Chinese {
		p.PivotTitle = m.pivot(nil, title)
		p.PivotLead = m.pivot(slices.Clone(p.PivotTitle), lead)
		p.PivotBody = m.heaviest(m.pivot(nil, body))
	}
	leadText := ""
	if len(lead) > 0 {
		leadText = t.Body[:lead[len(lead)-1].End]
	}
	p.TitleNumbers = numbersIn(t.Title)
	p.Numbers = slices.Clone(p.TitleNumbers)
	for _, n := range numbersIn(leadText) {
		p.Numbers = appendNew(p.Numbers, n)
	}
	p.Ordinals = ordinalsIn(title)
	p.Documents = codesIn(documentsIn(slices.Concat(title, lead)), t.Title, title)
	stems, folded := stemsOf(title), text.Fold(t.Title)
	p.Acts, p.Sides = actWords.in(stems, folded), sideWords.in(stems, folded)
	p.Kinds = kindsOf(t.Title, stems, folded)
	if !p.Chinese {
		p.PivotTitle, p.PivotLead, p.PivotBody = nil, nil, nil
	}
	return p
}

// cutBody returns the lead of a body, and a longer part of it.
func cutBody(tokens []text.Token) (lead, body []text.Token) {
	words := 0.0
	for i, t := range tokens {
		if text.IsCJK(t.Text) {
			words += hanWords
		} else {
			words++
		}
		if words <= leadWords {
			lead = tokens[:i+1]
		}
		if words > bodyWords {
			break
		}
		body = tokens[:i+1]
	}
	return lead, body
}

// isChinese reports whether a third of the tokens are Chinese characters.
func isChinese(parts ...[]text.Token) bool {
	all, chinese := 0, 0
	for _, tokens := range parts {
		for _, t := range tokens {
			all++
			if text.IsCJK(t.Text) {
				chinese++
			}
		}
	}
	return 3*chinese > all
}

// surface appends the terms of tokens, each once: the stems of words, and pairs of
// neighboring Chinese characters.
func surface(terms []string, tokens []text.Token) []string {
	seen := make(map[string]bool, len(terms)+len(tokens))
	for _, s := range terms {
		seen[s] = true
	}
	for i, t := range tokens {
		term := ""
		switch {
		case !text.IsCJK(t.Text):
			term = stemOf(t.Text)
		case i+1 < len(tokens) && tokens[i+1].Start == t.End && text.IsCJK(tokens[i+1].Text):
			term = t.Text + tokens[i+1].Text
		}
		if term != "" && !seen[term] {
			seen[term] = true
			terms = append(terms, term)
		}
	}
	return terms
}

// stemOf returns the stem of a word, or nothing for a stop word or a number.
func stemOf(word string) string {
	if isStop[word] || word[0] >= '0' && word[0] <= '9' && isNumber(strings.TrimRight(word, "abkmnst")) {
		return ""
	}
	return Stem(word)
}

func stemsOf(tokens []text.Token) []string {
	var stems []string
	for _, t := range tokens {
		if !text.IsCJK(t.Text) {
			stems = append(stems, Stem(t.Text))
		}
	}
	return stems
}

// pivot appends the terms of tokens in English stems, each once: words as they are,
// Chinese by the longest entry of the lexicon at each place.
func (m *Model) pivot(terms []string, tokens []text.Token) []string {
	seen := make(map[string]bool, len(terms)+len(tokens))
	for _, s := range terms {
		seen[s] = true
	}
	add := func(term string) {
		if term != "" && !seen[term] {
			seen[term] = true
			terms = append(terms, term)
		}
	}
	for i := 0; i < len(tokens); {
		if !text.IsCJK(tokens[i].Text) {
			add(stemOf(tokens[i].Text))
			i++
			continue
		}
		n, entry := 1, []string(nil)
		var b strings.Builder
		for k := i; k < len(tokens) && k-i < m.longest && text.IsCJK(tokens[k].Text) && (k == i || tokens[k].Start == tokens[k-1].End); k++ {
			b.WriteString(tokens[k].Text)
			if e, ok := m.lexicon[b.String()]; ok {
				n, entry = k-i+1, e
			}
		}
		for _, stem := range entry {
			add(stem)
		}
		i += n
	}
	return terms
}

// maxBodyTerms is how many terms of a body are kept, the heaviest.
const maxBodyTerms = 48

func (m *Model) heaviest(terms []string) []string {
	if len(terms) <= maxBodyTerms {
		return terms
	}
	m.sortByWeight(terms)
	return terms[:maxBodyTerms:maxBodyTerms]
}

// kindsOf returns the kinds of a headline. A question begins as one or ends in a question
// mark.
func kindsOf(title string, stems []string, folded string) []string {
	found := kindWords.in(stems, folded)
	trimmed := strings.TrimRight(title, " \"'”’」")
	if strings.HasSuffix(trimmed, "?") || strings.HasSuffix(trimmed, "？") || len(stems) > 0 && isQuestionWord[stems[0]] {
		found = append(found, "question")
	}
	return found
}

var isQuestionWord = map[string]bool{"what": true, "why": true, "how": true, "will": true, "can": true, "is": true, "should": true}

// ParseProfile reads a stored profile.
func ParseProfile(s string) (Profile, error) {
	if p, ok := parsePlain(s); ok {
		return p, nil
	}
	var p Profile
	err := json.Unmarshal([]byte(s), &p)
	return p, err
}

// parsePlain reads a profile in the form in which [encoding/json] writes it, without escapes,
// in a fifth of the time of the general way: an article is compared with dozens of profiles.
// ok is false for any other form.
func parsePlain(s string) (p Profile, ok bool) {
	rest, ok := strings.CutPrefix(s, "{")
	for ok && rest != "}" {
		var name, at string
		if name, rest, ok = cutString(rest); !ok {
			break
		}
		if rest, ok = strings.CutPrefix(rest, ":"); !ok {
			break
		}
		switch name {
		case "zh":
			rest, ok = strings.CutPrefix(rest, "true")
			p.Chinese = ok
		case "teaser":
			rest, ok = strings.CutPrefix(rest, "true")
			p.Teaser = ok
		case "outlet":
			p.Outlet, rest, ok = cutString(rest)
		case "at":
			if at, rest, ok = cutString(rest); ok {
				ok = p.At.UnmarshalText([]byte(at)) == nil
			}
		default:
			list := p.list(name)
			if list == nil {
				return p, false
			}
			*list, rest, ok = cutStrings(rest)
		}
		if after, more := strings.CutPrefix(rest, ","); more && after != "}" {
			rest = after
		} else if rest != "}" {
			return p, false
		}
	}
	return p, ok
}

// list returns the list of a name in JSON, or nil.
func (p *Profile) list(name string) *[]string {
	switch name {
	case "title":
		return &p.Title
	case "lead":
		return &p.Lead
	case "body":
		return &p.Body
	case "pivot_title":
		return &p.PivotTitle
	case "pivot_lead":
		return &p.PivotLead
	case "pivot_body":
		return &p.PivotBody
	case "numbers":
		return &p.Numbers
	case "title_numbers":
		return &p.TitleNumbers
	case "ordinals":
		return &p.Ordinals
	case "documents":
		return &p.Documents
	case "places":
		return &p.Places
	case "acts":
		return &p.Acts
	case "sides":
		return &p.Sides
	case "kinds":
		return &p.Kinds
	case "names":
		return &p.Names
	case "named":
		return &p.Named
	}
	return nil
}

// cutString cuts a quoted string without escapes from the start of s.
func cutString(s string) (value, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, `"`); !ok {
		return "", s, false
	}
	value, rest, ok = strings.Cut(s, `"`)
	return value, rest, ok && strings.IndexByte(value, '\\') < 0
}

// cutStrings cuts a list of strings from the start of s.
func cutStrings(s string) (list []string, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, "["); !ok {
		return nil, s, false
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return nil, s, false
	}
	list = make([]string, 0, strings.Count(s[:end], ",")+1)
	for {
		var value string
		if value, s, ok = cutString(s); !ok {
			return nil, s, false
		}
		list = append(list, value)
		if after, ended := strings.CutPrefix(s, "]"); ended {
			return list, after, true
		}
		if s, ok = strings.CutPrefix(s, ","); !ok {
			return nil, s, false
		}
	}
}
