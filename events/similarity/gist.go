package similarity

import (
	"slices"

	"regwatch/internal/text"
)

// Gist returns the terms of a title, and the hashes of the terms of title and lead, in
// order. It is much cheaper than a profile, for articles that no rule may match.
func (m *Model) Gist(title, body []text.Token) (titleTerms []string, gist []uint32) {
	lead, _ := cutBody(body[:min(len(body), maxLeadTokens)])
	titleTerms = surface(nil, title)
	for _, t := range surface(titleTerms, lead) {
		gist = append(gist, hashOf(t))
	}
	slices.Sort(gist)
	return titleTerms, slices.Compact(gist)
}

// maxLeadTokens is more than a lead has.
const maxLeadTokens = 256

// Covered returns the share of the weight of a title's terms that a gist has.
func (m *Model) Covered(title []string, gist []uint32) float64 {
	shared, all := 0.0, 0.0
	for _, t := range title {
		w := m.weight(t)
		all += w
		if _, found := slices.BinarySearch(gist, hashOf(t)); found {
			shared += w
		}
	}
	if all == 0 {
		return 0
	}
	return shared / all
}
