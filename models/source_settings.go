package models

// A Listing says where the articles are on a web page that lists them.
type Listing struct {
	Articles string // CSS selector; each element that it matches is one article
	Title    Extractor
	Link     Extractor // zero: the first link of the article
	Date     Extractor
	Summary  Extractor
	ID       Extractor // the publisher's own ID of the article, where it has one
	Author   Extractor
	Language Extractor
	Paging   Paging
}

// A Extractor says where a value of an article is on a page, and how it is converted: an
// element, its text or an attribute, the part that an expression matches, and a template
// that it fills. The zero Extractor is no value.
type Extractor struct {
	Select   string // CSS selector within the article; empty: the article itself
	Above    string // instead of Select: CSS selector of a heading above several articles; the last one before this article counts
	Attr     string // the attribute that holds the value; empty: the text
	Text     string // instead of Attr: "before" or "after", the line of text beside the element
	Regex    string // RE2; its first group is the value, or the whole match
	Template string // {1} and {name} are groups of Regex, {value} is the value
}

// A Paging says how to request further pages of a list. At most one of Next and Address
// is set. The zero Paging is a list of one page.
type Paging struct {
	Next    string // where a page names the next one: for a listing the CSS selector of a link, for an API a jq expression
	Address string // of further pages, with {page}; may be relative to the source's URL
	First   int    // the number of the first page: {page} of the first request
	Step    int    // by how much {page} rises; a step of the page size makes it an offset
	Pages   int    // the most pages to read, including the first; 0: only the first
}

// An API says where the articles are in a JSON response. All fields but Post, Detail and
// Paging.Address are jq expressions. Those of an article apply to each result of
// Articles.
type API struct {
	Post     string // JSON to send by POST, with {page} as the page number; empty: GET
	Articles string // each of its results is one article
	Title    string
	Link     string
	Date     string
	ID       string
	Summary  string
	Body     string
	Author   string
	Language string
	Detail   Detail
	Paging   Paging
}

// A Detail says where the text of an API's article is, if it is not on the page behind
// its link. Address and Post may contain {id} or {link} of the article. The other fields
// are jq expressions on the JSON response. The zero Detail is none.
type Detail struct {
	Address string // may be relative to the source's URL
	Post    string // JSON to send by POST; empty: GET
	Body    string
	Title   string // of the article, instead of the list's
	Date    string // of the article, instead of the list's
}

// A TitleFilter filters the articles of a source by phrases in their titles. Phrases are
// compared as in rules: regardless of case, width and script.
type TitleFilter struct {
	Include []string // if not empty, a title must contain one of them
	Exclude []string // a title that contains one of them is left out, even if Include matches
}

// PassesAll reports whether the filter lets every article through.
func (g TitleFilter) PassesAll() bool { return len(g.Include) == 0 && len(g.Exclude) == 0 }

// A Feed says which fields of a feed's articles hold their values in another field. An
// empty one means the usual field.
type Feed struct {
	Title FeedField
	Date  FeedField
}

// A FeedField is a value that is read from a field of a feed: title, summary, body, link or
// id.
type FeedField struct {
	From     string
	Regex    string // RE2; if it does not match, the usual value is used
	Template string // {1} and {name} are groups; empty: the first group
}

// A PageMonitor says which part of a monitored page counts. The zero PageMonitor is the whole page
// without its boilerplate.
type PageMonitor struct {
	Select string   // CSS selector of the elements to compare; empty: the page
	Ignore []string // CSS selectors of elements to leave out, such as counters
}

// A Sitemap says which addresses of a sitemap are articles. The zero Sitemap takes every
// address, up to the limits.
type Sitemap struct {
	// Include and Exclude are path patterns in the syntax of robots.txt (RFC 9309,
	// section 2.2.3): the beginning of a path with its query, where * stands for any
	// characters and $ for the end. An address is an article if it matches one of
	// Include, or Include is empty, and none of Exclude.
	Include []string
	Exclude []string

	Newest int // the most articles, newest first; 0: 200
	Maps   int // the most sitemaps of an index, newest first; 0: 5
}
