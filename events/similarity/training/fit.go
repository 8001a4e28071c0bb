package training

import (
	"fmt"
	"slices"

	"regwatch/events/evaluate"
	"regwatch/events/similarity"
)

// windowGap is a time without articles that separates windows of one block.
const windowGap = 4 * 24 // hours

// Windows splits blocks where their articles pause, each language by itself unless
// every article is in both.
func Windows(blocks []evaluate.Block) []evaluate.Block {
	var windows []evaluate.Block
	for _, b := range blocks {
		if len(b.Chinese) > 0 {
			windows = append(windows, b)
			continue
		}
		for _, lang := range []string{"en", "zh"} {
			n := 0
			var window evaluate.Block
			for _, a := range b.Articles {
				if a.Lang != lang {
					continue
				}
				if k := len(window.Articles); k == 0 || a.At.Sub(window.Articles[k-1].At).Hours() > windowGap {
					if k > 0 {
						windows = append(windows, window)
					}
					n++
					window = evaluate.Block{Name: fmt.Sprintf("%s/%s/%d", b.Name, lang, n)}
				}
				window.Articles = append(window.Articles, a)
			}
			if len(window.Articles) > 0 {
				windows = append(windows, window)
			}
		}
	}
	return windows
}

// Without returns the windows but one.
func Without(windows []evaluate.Block, name string) []evaluate.Block {
	return slices.DeleteFunc(slices.Clone(windows), func(b evaluate.Block) bool { return b.Name == name })
}

// leastShared is the cosine below which two articles of different events are too far
// apart to teach anything.
const leastShared = 0.04

// Fit returns a model that has seen only some windows.
func Fit(windows []evaluate.Block, c Corpus) (*similarity.Model, error) {
	m, err := similarity.NewModel(c.Terms(), c.Lexicon(windows))
	if err != nil {
		return nil, err
	}
	var pairs []similarity.Pair
	for _, b := range windows {
		english := evaluate.Docs(m, b.Articles)
		if len(b.Chinese) == 0 {
			pairs = appendPairs(pairs, b.Articles, english, b.Articles, english)
			continue
		}
		chinese := evaluate.Docs(m, b.Chinese)
		pairs = appendPairs(pairs, b.Articles, english, b.Articles, english)
		pairs = appendPairs(pairs, b.Chinese, chinese, b.Chinese, chinese)
		pairs = appendPairs(pairs, b.Articles, english, b.Chinese, chinese)
		pairs = appendPairs(pairs, b.Chinese, chinese, b.Articles, english)
	}
	return m, m.SetWeights(similarity.Fit(pairs))
}

func appendPairs(pairs []similarity.Pair, as []evaluate.Article, a []*similarity.Doc, bs []evaluate.Article, b []*similarity.Doc) []similarity.Pair {
	for i := range as {
		for j := range bs[:i] {
			if as[i].ID == bs[j].ID || as[i].At.Sub(bs[j].At).Hours() > 14*24 || evaluate.Uncertain(as[i], bs[j]) {
				continue
			}
			same := as[i].Event == bs[j].Event
			if same || similarity.LeadCosine(a[i], b[j]) >= leastShared {
				pairs = append(pairs, similarity.Pair{A: a[i], B: b[j], Same: same})
			}
		}
	}
	return pairs
}
