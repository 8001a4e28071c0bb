package sources

import (
	"context"
	"fmt"
	"net/url"

	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

// A kind reads the responses of one kind of source. A value serves one source and is
// safe for concurrent use.
type kind interface {
	// accept returns the Accept header of the requests.
	accept() string
	// read returns the records of a response. It fetches further addresses of the
	// source, such as the next page of a list, with the reader's client, which is nil
	// if only this response is available.
	read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error)
}

// A poster is a kind whose first request may be a POST.
type poster interface {
	payload() *fetch.Payload // nil means GET
}

// A registration is one kind of source.
type registration struct {
	name string
	// settings reads the settings under the kind's own key; nil if the kind has none.
	settings func(n yamlnode.Node, src *models.Source)
	optional bool // the settings may be absent
	// open returns the kind for one source.
	open func(src models.Source) (kind, error)
}

// registrations returns the kinds of source in the order in which people read them. To
// add a kind, add a line here and a file of its own.
func registrations() []registration {
	return []registration{
		{name: KindFeed, settings: feedSettings, optional: true, open: openFeed},
		{name: KindListing, settings: listingSettings, open: openListing},
		{name: KindAPI, settings: apiSettings, open: openAPI},
		{name: KindSitemap, settings: sitemapSettings, optional: true, open: openSitemap},
		{name: KindPage, settings: pageMonitorSettings, optional: true, open: openPageMonitor},
	}
}

// Kinds returns the kinds of source in the order in which people read them.
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
	return nil, fetch.Errorf(fetch.BadAddress, "unknown kind of source %q", src.Kind)
}

// A readResult is the content of a response.
type readResult struct {
	records     []record
	count       int      // records that a simple count finds, whether or not they can be read
	language    string   // as the response declares
	addresses   []string // of the source and its site, as the response declares
	truncated   bool     // the response ends too early
	warnings    []string // what was repaired or left out
	memory      string   // for the next response, see [models.Cursor]
	unconfirmed bool     // read the same response again at the next scan
}

func (result *readResult) warn(format string, args ...any) {
	result.warnings = append(result.warnings, fmt.Sprintf(format, args...))
}

// A record is what a source says about one article.
type record struct {
	feed.Item
	base *url.URL // of its links; nil means the address of the response

	identity string           // if the kind knows it; otherwise [identify] sets it
	state    models.BodyState // if the kind knows it; content is then the body

	fetched *models.Fetched // of another response than the first; nil: of the first
}
