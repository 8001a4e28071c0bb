package sources

import (
	"context"
	"fmt"
	"net/url"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// A kind reads the answers of one kind of source. It is made for one source and
// safe for concurrent use.
type kind interface {
	// accept is the Accept header of its requests.
	accept() string
	// read makes records of an answer. Further addresses of the same source, such
	// as the next page of a list, are asked for over the reader's client, which is
	// nil when the answer was at hand.
	read(ctx context.Context, r *Reader, resp response) (*readResult, error)
}

// A poster is a kind whose first request may be a POST.
type poster interface {
	payload() *payload // nil asks by GET
}

// A registration is one kind of source: a line here, and a file of its own.
type registration struct {
	name string
	// settings reads what stands under the kind's own key of a source; nil is a
	// kind without settings.
	settings func(n yamlnode.Node, src *models.Source)
	optional bool // it can be read without settings
	// open makes the kind for one source.
	open func(src models.Source) (kind, error)
}

// registrations are the kinds of source, in the order in which a person reads them.
func registrations() []registration {
	return []registration{
		{name: KindFeed, settings: feedSettings, optional: true, open: openFeed},
		{name: KindListing, settings: listingSettings, open: openListing},
		{name: KindAPI, settings: apiSettings, open: openAPI},
		{name: KindSitemap, settings: sitemapSettings, optional: true, open: openSitemap},
		{name: KindPage, settings: pageMonitorSettings, optional: true, open: openPageMonitor},
	}
}

// Kinds lists the kinds of source, in the order in which a person reads them.
func Kinds() []string {
	var names []string
	for _, k := range registrations() {
		names = append(names, k.name)
	}
	return names
}

func kindOf(src models.Source) (kind, error) {
	for _, k := range registrations() {
		if k.name == src.Kind {
			return k.open(src)
		}
	}
	return nil, newError(BadAddress, "no source of kind %q can be read", src.Kind)
}

// A readResult is what an answer held.
type readResult struct {
	records     []record
	count       int      // records that a plain look at the answer finds, whether or not they can be read
	language    string   // as the answer says
	addresses   []string // of the source and its site, as the answer says
	truncated   bool     // the answer ends before what it holds does
	warnings    []string // what was mended or left out, for a person
	memory      string   // for the next answer, see [models.Cursor]
	unconfirmed bool     // the same answer is to be read again at the next scan
}

func (result *readResult) warn(format string, args ...any) {
	result.warnings = append(result.warnings, fmt.Sprintf(format, args...))
}

// A record is what a source says of one article, before it becomes one. Texts
// may hold markup, and links may be relative to base.
type record struct {
	guid     string
	links    []string // the first that is a web address is the article's
	base     *url.URL // nil is the address that answered
	title    string
	summary  string
	content  string // what the source calls the text, not only a summary
	authors  []string
	language string
	dates    []date // the first that can be read counts

	identity string           // where the kind knows it; else [identify] finds it
	state    models.BodyState // where the kind knows it; the content is then the body
}

// A date is a date as the source wrote it.
type date struct{ raw string }
