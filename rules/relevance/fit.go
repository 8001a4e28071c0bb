package relevance

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// A Sample is one labelled article for a rule.
type Sample struct {
	Features Features
	Relevant bool
	Weight   float64
}

// Options of Fit. The zero value is what the shipped models are trained with.
type Options struct {
	L2       float64 // the penalty on the square of a weight; 0: 2
	Words    int     // how many words, and how many pairs of Chinese characters, are features; 0: 20; below 0: none
	MinWords int     // in how many samples a word must be; 0: 4
	// Prior is a model toward whose weights the penalty pulls, in place of zero: the samples change what it knows, and
	// where they say nothing it stays as it is. Its words are features too. nil: zero.
	Prior *File
}

// The fixed number of Newton steps, and how often one is halved. From zero the gradient is zero to six digits after eight
// steps, none of them halved; from a prior that the samples contradict a whole step can lead too far.
const (
	newtonSteps = 16
	maxHalvings = 30
)

// Fit learns the weights of a rule by logistic regression with an L2 penalty. It is deterministic: the same samples in
// the same order give the same weights. It sets neither thresholds nor a version.
//
// With a prior the result is the maximum a posteriori estimate under a Gaussian around the prior's weights, as Chelba and
// Acero (2006) adapt a maximum entropy model.
func Fit(samples []Sample, o Options) File {
	l2 := cmp.Or(o.L2, 2)
	words := chooseWords(samples, cmp.Or(o.Words, 20), cmp.Or(o.MinWords, 4))
	if o.Prior != nil {
		words = slices.AppendSeq(words, maps.Keys(o.Prior.Words))
		slices.Sort(words)
		words = slices.Compact(words)
	}
	names := Names()
	rows := make([][]int, len(samples))
	bias := len(names) + len(words) // the last column
	var used []int
	for i, s := range samples {
		rows[i] = append(columns(s.Features, len(names), words), bias)
		used = append(used, rows[i]...)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	for _, row := range rows {
		for k, j := range row {
			row[k], _ = slices.BinarySearch(used, j)
		}
	}
	w := centerOf(o.Prior, names, words)
	center, penalty := make([]float64, len(used)), make([]float64, len(used))
	for k, j := range used {
		center[k], penalty[k] = w[j], l2
		if j == bias && o.Prior == nil {
			penalty[k] = 1e-6 // the bias follows the samples alone
		}
	}
	for k, weight := range descend(samples, rows, center, penalty) {
		w[used[k]] = weight
	}
	f := File{Bias: round(w[bias]), Features: make(map[string]float64), Words: make(map[string]float64), Articles: len(samples)}
	for _, s := range samples {
		if s.Relevant {
			f.Relevant++
		}
	}
	for j, name := range names {
		if r := round(w[j]); r != 0 {
			f.Features[name] = r
		}
	}
	for j, word := range words {
		if r := round(w[len(names)+j]); r != 0 {
			f.Words[word] = r
		}
	}
	return f
}

// descend returns the weights of the columns that minimize the logistic loss of the samples and the penalty on the
// squared distance from the center.
func descend(samples []Sample, rows [][]int, center, penalty []float64) []float64 {
	n := len(center)
	w := slices.Clone(center)
	for range newtonSteps {
		gradient, hessian := make([]float64, n), make([]float64, n*n)
		for j := range n {
			gradient[j] = float64(-penalty[j] * (w[j] - center[j]))
			hessian[j*n+j] = penalty[j]
		}
		for i, s := range samples {
			sum, want := 0.0, 0.0
			if s.Relevant {
				want = 1
			}
			for _, j := range rows[i] {
				sum += w[j]
			}
			p := logistic(sum)
			slope, curve := float64(s.Weight*(want-p)), float64(s.Weight*p*(1-p))
			for a, j := range rows[i] {
				gradient[j] += slope
				for _, k := range rows[i][:a+1] {
					hessian[j*n+k] += curve // rows are sorted, so this is the lower half
				}
			}
		}
		step := solve(hessian, gradient, n)
		before := loss(samples, rows, center, penalty, w)
		next := make([]float64, n)
		for halved := 0; ; halved++ {
			for j := range w {
				next[j] = w[j] + step[j]
				step[j] /= 2
			}
			if loss(samples, rows, center, penalty, next) <= before {
				w = next
				break
			}
			if halved == maxHalvings {
				return w // there is no lower loss within rounding
			}
		}
	}
	return w
}

// loss is what descend minimizes.
func loss(samples []Sample, rows [][]int, center, penalty, w []float64) float64 {
	total := 0.0
	for j := range w {
		d := w[j] - center[j]
		total += float64(penalty[j] * d * d / 2)
	}
	for i, s := range samples {
		sum := 0.0
		for _, j := range rows[i] {
			sum += w[j]
		}
		if s.Relevant {
			sum = -sum
		}
		total += float64(s.Weight * (max(sum, 0) + math.Log1p(math.Exp(-math.Abs(sum)))))
	}
	return total
}

// centerOf returns the weights of a prior by column, the bias last; zeros without one.
func centerOf(prior *File, names, words []string) []float64 {
	center := make([]float64, len(names)+len(words)+1)
	if prior == nil {
		return center
	}
	for j, name := range names {
		center[j] = prior.Features[name]
	}
	for j, word := range words {
		center[len(names)+j] = prior.Words[word]
	}
	center[len(center)-1] = prior.Bias
	return center
}

// columns returns the sorted columns of the features that are present.
func columns(f Features, named int, words []string) []int {
	var cols []int
	for j := range named {
		if f.Has(j) {
			cols = append(cols, j)
		}
	}
	from := len(cols)
	for _, word := range f.words {
		if j, ok := slices.BinarySearch(words, word); ok {
			cols = append(cols, named+j)
		}
	}
	slices.Sort(cols[from:])
	return cols
}

// chooseWords returns the words and the pairs of Chinese characters that tell the relevant samples best from the others
// by chi-squared, at most n of each, sorted.
func chooseWords(samples []Sample, n, least int) []string {
	if n < 0 {
		return nil
	}
	var total [2]float64
	count := make(map[string][2]float64)
	for _, s := range samples {
		class := 0
		if s.Relevant {
			class = 1
		}
		total[class]++
		for _, word := range s.Features.words {
			c := count[word]
			c[class]++
			count[word] = c
		}
	}
	type candidate struct {
		word string
		chi  float64
	}
	var kinds [2][]candidate
	for word, c := range count {
		if c[0]+c[1] < float64(least) || len(word) < 3 || strings.Trim(word, "0123456789") == "" {
			continue
		}
		kind := 0
		if text.HasCJK(word) {
			kind = 1
		}
		kinds[kind] = append(kinds[kind], candidate{word, chiSquared(c, total)})
	}
	var words []string
	for _, candidates := range kinds {
		slices.SortFunc(candidates, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.chi, a.chi), strings.Compare(a.word, b.word)) })
		for _, c := range candidates[:min(n, len(candidates))] {
			words = append(words, c.word)
		}
	}
	slices.Sort(words)
	return words
}

// chiSquared measures how far the counts of a word in both classes are from what chance gives.
func chiSquared(with, total [2]float64) float64 {
	all, found := total[0]+total[1], with[0]+with[1]
	if total[0] == 0 || total[1] == 0 || found == all {
		return 0
	}
	difference := float64(with[1]*(total[0]-with[0])) - float64(with[0]*(total[1]-with[1]))
	return difference * difference * all / (found * (all - found) * total[0] * total[1])
}

// solve returns x with Ax = b for a symmetric positive definite A of which the lower half is given. It overwrites both.
func solve(a, b []float64, n int) []float64 {
	for j := range n { // Cholesky
		for k := range j {
			if f := a[j*n+k]; f != 0 {
				for i := j; i < n; i++ {
					a[i*n+j] -= float64(a[i*n+k] * f)
				}
			}
		}
		d := math.Sqrt(a[j*n+j])
		for i := j; i < n; i++ {
			a[i*n+j] /= d
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= float64(a[i*n+k] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(a[k*n+i] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	return b
}
