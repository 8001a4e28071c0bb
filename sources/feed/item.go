package feed

// An Item is what a source says about one article. Texts may contain markup, and links
// may be relative.
type Item struct {
	GUID       string
	Links      []string // the first valid web address counts
	FormerLink string   // the one that earlier releases read; empty if it is the same
	Title      string
	Summary    string
	Content    string // what the source calls the full text
	Authors    []string
	Language   string
	Dates      []string // as written; the first that can be read counts
}
