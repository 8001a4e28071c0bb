package models

import "time"

// A Role says who publishes a source. Only an official role confirms an event.
type Role string

const (
	Regulator  Role = "regulator"
	Government Role = "government"
	Press      Role = "press"
)

// Official reports whether a source of this role publishes on its own authority instead
// of reporting on others.
func (r Role) Official() bool { return r == Regulator || r == Government }

// A Source is one address that regwatch reads, as a person configured it. Its ID is
// unique within a configuration and identifies its history in the store.
type Source struct {
	ID   string
	Name string // as shown in alerts: "HKMA press releases"
	Kind string // which reader of package sources reads it: "feed"
	URL  string // with {year} where that changes each year

	Feed    Feed        // for kind feed
	Listing Listing     // for kind listing
	API     API         // for kind api
	Sitemap Sitemap     // for kind sitemap
	Watch   PageMonitor // for kind page

	// Fallback lists other ways to read the source, in the order in which they are tried
	// when it cannot be read. Each is this source with another URL, Kind and settings of
	// that kind, and has no Fallback of its own.
	Fallback []Source

	TitleFilter TitleFilter

	Role          Role
	Jurisdictions []string // "Hong Kong", "Mainland China"; shown in alerts
	Language      string   // BCP 47; empty: detected from the articles
	Zone          string   // IANA zone of dates without one; empty: UTC
	DateOrder     DateOrder

	Disabled bool
	Cron     string        // schedule of its scans; empty: the configuration's
	LookBack time.Duration // how old an article of the first scan may be and still alert; 0: the configuration's; below 0: none
	Pages    PagePolicy
	Timeout  time.Duration // for one request with its body; 0: the configuration's

	// AllowHosts lists the private, loopback and link-local hosts that only this source
	// may reach.
	AllowHosts []string
	Headers    map[string]string

	// IgnoreRobots ignores robots.txt. It is for publishers who allowed that, as Terms
	// then says.
	IgnoreRobots bool

	Expect   time.Duration // how long it may publish nothing before it counts as quiet; 0: unknown
	Terms    string        // what the publisher allows, where known
	Verified string        // the date on which the address last responded, or "never"
}

// A DateOrder says which number of 03/02/2026 is the month. If it is empty, such a date
// is not read.
type DateOrder string

const (
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
)

// A PagePolicy says when the page behind an article is fetched for its text.
type PagePolicy string

const (
	PagesAuto   PagePolicy = "auto"   // when the feed gives only a summary
	PagesNever  PagePolicy = "never"  // only the summary is read
	PagesAlways PagePolicy = "always" // even if the feed seems to give the text
)

// A Cursor is the position up to which a source was read. It makes the next request
// conditional, and is committed together with the articles.
type Cursor struct {
	URL          string // the other fields apply only to this address
	At           string // the address that replaces it; empty: URL itself
	ETag         string
	LastModified string
	BodyHash     string // of the last response that was read, and of the settings that read it

	// Memory is what the kind of source must know about its last response to find what is
	// new in the next. Only package sources reads it.
	Memory string

	// Identity is what identifies the articles of the source: SourceState.IdentityPolicy.
	Identity string
}

// Unconditional returns a cursor at the same address that reads everything again.
func (c Cursor) Unconditional() Cursor {
	c.ETag, c.LastModified, c.BodyHash = "", "", ""
	return c
}

// A Batch is the result of one fetch of a source.
type Batch struct {
	Articles    []Article // in the order of the source
	FilteredOut []Article // articles that the source's title filter left out
	Cursor      Cursor    // to be committed with the articles
	NotModified bool      // the source answered that nothing changed
	Partial     bool      // the response was cut off; the next fetch reads more
	Items       int       // raw items, whether they could be read or not
	Warnings    []string  // what was repaired or left out, for a person

	// Address is what was requested: the source's own address, or the one that replaced
	// it; empty: read by a fallback. MovedTo is its permanent redirect; empty: none.
	Address string
	MovedTo string

	Wait time.Duration // how long the server asked to pause, although it answered
}
