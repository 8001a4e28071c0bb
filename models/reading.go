package models

// A Listing says where the articles of a web page stand that lists them.
type Listing struct {
	Articles string // CSS selector; each element that it matches is one article
	Title    Pick
	Link     Pick // zero is the first link of the article
	Date     Pick
	Summary  Pick
	ID       Pick // the publisher's own name of the article, where it has one
	Author   Pick
	Language Pick
	Paging   Paging
}

// A Pick says where a value of an article stands on a page, and what is made
// of it: an element, its text or one of its attributes, the part of that which
// an expression finds, and a text into which that is put. The zero Pick is a
// value that is not there.
type Pick struct {
	Select   string // CSS selector within the article; empty is the article itself
	Above    string // instead of Select: CSS selector of a heading over several articles, the last before this one
	Attr     string // the attribute that holds the value; empty is the text
	Text     string // instead of Attr: "before" or "after", the line of text beside the element
	Regex    string // RE2; its first group is the value, or all of it
	Template string // {1} and {name} are groups of Regex, {value} is the value
}

// A Paging says how the further pages of a list are asked for. At most one of
// Next and Address is set. The zero Paging is a list of one page.
type Paging struct {
	Next    string // where the first page names the second: of a listing the CSS selector of a link, of an API a jq expression
	Address string // of the further pages, with {page}; it may be relative to the source's
	First   int    // the number of the first page: what {page} is in the first request
	Step    int    // by how much {page} rises; a {page} that rises by the size of a page is an offset
	Pages   int    // the most pages that are read, the first among them; 0 is the first alone
}

// An API says where the articles of a JSON answer stand. All fields but Post,
// Detail and Paging.Address are jq expressions; those of Articles' results are applied to
// each result.
type API struct {
	Post     string // JSON that is sent by POST, with {page} as the page's number; empty asks by GET
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

// A Detail says where the text of an article of an API is to be had, if not on
// the page behind its link. Address and Post hold {id} or {link}, which stand for
// those of the article; the rest are jq expressions on the JSON that answers. The
// zero Detail is none.
type Detail struct {
	Address string // it may be relative to the source's
	Post    string // JSON that is sent by POST; empty asks by GET
	Body    string
	Title   string // of the article, instead of the list's
	Date    string // of the article, instead of the list's
}

// A Gate keeps noise out of a source by phrases of titles. Phrases are compared
// as rules compare them: in any case, width and script.
type Gate struct {
	Include []string // if there are any, a title must have one of them
	Exclude []string // a title that has one of them is left out, whatever else it has
}

// Open reports whether the gate lets everything in.
func (g Gate) Open() bool { return len(g.Include) == 0 && len(g.Exclude) == 0 }

// A Feed says what of a feed's articles stands in another field than feeds have
// it in. Empty takes a field as it is.
type Feed struct {
	Title Taken
	Date  Taken
}

// A Taken is a value that is taken from a field of a feed: its title, summary,
// body, link or id.
type Taken struct {
	From     string
	Regex    string // RE2; where it does not match, the feed's own word stands
	Template string // {1} and {name} are groups; empty is the first group
}
