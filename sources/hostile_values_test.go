//go:build linux

package sources

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/sources/feed"
)

// numberedTimes returns so many numbered texts.
func numberedTimes(format string, times int) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// withValues returns an item of a feed with as many values as are read, in so many texts that have each so many.
func withValues(text string, each int) string { return strings.Repeat(text, (feed.MaxValues-20)/each) }

// withAPIValues is withValues for an answer of an API.
func withAPIValues(text string, each int) string { return strings.Repeat(text, (maxAPIValues-20)/each) }

// hostileFeeds are feeds, sitemaps and answers of an API of 9.6 MB with as many values as fit, by the kind of source for which they
// are made.
var hostileFeeds = map[string]func() string{
	"feed: JSON of nested lists": func() string { return `{"items": [` + repeatTo("[") },
	"feed: JSON of tiny values": func() string {
		return `{"x": [` + repeatTo("0,") + `0], "version": "https://jsonfeed.org/version/1.1", "items": []}`
	},
	"feed: JSON of empty objects": func() string {
		return `{"x": [` + repeatTo("{},") + `{}], "version": "https://jsonfeed.org/version/1.1", "items": []}`
	},
	"feed: JSON of objects with a key": func() string {
		return `{"x": [` + repeatTo(`{"":0},`) + `{}], "version": "https://jsonfeed.org/version/1.1", "items": []}`
	},
	"feed: JSON of tiny items": func() string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [` + repeatTo("{},") + `{}]}`
	},
	"feed: JSON of an item of values": func() string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "tags": [` + repeatTo("0,") + `0]}]}`
	},
	"feed: JSON of an item of keys": func() string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"` + numberedTo(`,"%d":0`) + `}]}`
	},
	"feed: JSON of an item of objects": func() string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "author": [` + repeatTo("{},") + `{}]}]}`
	},
	"feed: JSON of a link of lists": func() string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": [` + repeatTo("[[]],") + `[]]}]}`
	},
	"feed: XML of tiny elements": func() string {
		return "<rss><channel>" + repeatTo("<a/>") + "<item><title>T</title></item></channel></rss>"
	},
	"feed: XML of tiny items": func() string { return "<rss><channel>" + repeatTo("<item/>") + "</channel></rss>" },
	"feed: XML of an item of elements": func() string {
		return "<rss><channel><item><title>T</title>" + repeatTo("<a/>") + "</item></channel></rss>"
	},
	"feed: XML of extensions": func() string {
		return `<rss xmlns:x="urn:x"><channel><item><title>T</title>` + repeatTo("<x:a/>") + "</item></channel></rss>"
	},
	"feed: XML of named extensions": func() string {
		return `<rss xmlns:x="urn:x"><channel><item><title>T</title>` + numberedTo("<x:a%d/>") + "</item></channel></rss>"
	},
	"feed: XML of attributes": func() string {
		return "<rss><channel><item><title>T</title><a " + numberedTo(`a%d="" `) + "/></item></channel></rss>"
	},
	"feed: XML of categories": func() string {
		return "<rss><channel><item><title>T</title>" + repeatTo("<category>a</category>") + "</item></channel></rss>"
	},
	"feed: XML of links": func() string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>` + repeatTo("<link/>") + "</entry></feed>"
	},
	"feed: XML of authors": func() string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>` + repeatTo("<author/>") + "</entry></feed>"
	},
	"feed: XML of damaged elements": func() string {
		return "<rss><channel><item><title>T</titel>" + repeatTo("<a>") + "</item></channel></rss>"
	},
	"feed: XML of references": func() string {
		return "<rss><channel><item><title>T</title><description>" + repeatTo("&lt;a>") + "</description></item></channel></rss>"
	},
	"feed: XML of nested formatting": func() string {
		return "<rss><channel><item><title>T</title><description>" + repeatTo("&lt;p>&lt;b>") + "</description></item></channel></rss>"
	},
	"feed: XML of dates": func() string {
		return "<rss><channel>" + strings.Repeat("<item><title>T</title><description>&lt;time datetime=x&gt;</description></item>", 5000) + repeatTo("<a/>") + "</channel></rss>"
	},
	"feed: as many extensions as are read": func() string {
		return `<rss xmlns:x="urn:x"><channel><item><title>T</title>` + numberedTimes("<x:a%d/>", feed.MaxValues-20) + "</item></channel></rss>"
	},
	"feed: as many links as are read": func() string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>` + withValues("<link/>", 1) + "</entry></feed>"
	},
	"feed: as many authors as are read": func() string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>` + withValues("<author><name>x</name></author>", 2) + "</entry></feed>"
	},
	"feed: as many JSON authors as are read": func() string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "authors": [` + withValues(`{"":0},`, 3) + `{}]}]}`
	},
	"api: as many objects as are read": func() string { return `[{"title": "T"},{"x": [` + withAPIValues("{},", 2) + "{}]}]" },
	"api: as many keys as are read":    func() string { return `[{"title": "T"},{"x": [` + withAPIValues(`{"":0},`, 3) + "{}]}]" },
	"sitemap: tiny elements": func() string {
		return "<urlset>" + repeatTo("<a/>") + "<url><loc>https://site.example/news/1</loc></url></urlset>"
	},
	"sitemap: tiny addresses": func() string {
		return "<urlset>" + repeatTo("<url/>") + "<url><loc>https://site.example/news/1</loc></url></urlset>"
	},
	"sitemap: attributes": func() string {
		return "<urlset " + numberedTo(`a%d="" `) + "><url><loc>https://site.example/news/1</loc></url></urlset>"
	},
	"api: nested lists":                func() string { return repeatTo("[") },
	"api: lists within lists":          func() string { return "[" + repeatTo("[[[[]]]],") + "[]]" },
	"api: tiny values":                 func() string { return "[" + repeatTo("0,") + "0]" },
	"api: empty objects":               func() string { return "[" + repeatTo("{},") + "{}]" },
	"api: objects with a key":          func() string { return "[" + repeatTo(`{"":0},`) + "{}]" },
	"api: an object of keys":           func() string { return `{"a":0` + numberedTo(`,"%d":0`) + "}" },
	"api: an article of empty objects": func() string { return `[{"title": "T", "x": [` + repeatTo("{},") + "{}]}]" },
}

// read reads a feed as the source of its kind does.
func (w hostileWork) read(text string) {
	kind, _, _ := strings.Cut(w.Page, ":")
	src := models.Source{ID: "s", URL: "https://site.example/news/", Kind: kind, Pages: models.PagesNever, API: models.API{Articles: ".[]", Title: ".title", Link: ".link"}}
	body := []byte(text)
	var group sync.WaitGroup
	for range w.Times {
		group.Go(func() {
			batch, err := Open(src, nil).Read(context.Background(), body, http.Header{"Content-Type": {"application/octet-stream"}})
			fmt.Println(len(batch.Articles), err)
		})
	}
	group.Wait()
}

// A feed, sitemap or answer takes at most its share of memory, whatever it is made of. Without limits these take up to 1 GB.
func TestHostileFeedsStayWithinMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads feeds of megabytes, each in a process of its own; not with -short")
	}
	const most = 256 << 20 // with the program and the response
	for name := range hostileFeeds {
		memory, took := peak(t, hostileWork{name, "", 1})
		if memory > most || took > 20*time.Second {
			t.Errorf("%s: %d MB, %s of processor time", name, memory>>20, took)
		} else {
			t.Logf("%s: %d MB, %s of processor time", name, memory>>20, took)
		}
	}
}

// Eight at once take little more than one: feeds and sitemaps wait for each other.
func TestHostileFeedsTogetherStayWithinMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads feeds of megabytes, each in a process of its own; not with -short")
	}
	for _, name := range []string{"feed: as many extensions as are read", "feed: as many authors as are read", "feed: as many JSON authors as are read", "sitemap: tiny elements"} {
		if hostileFeeds[name] == nil {
			t.Fatalf("there is no hostile feed %q", name)
		}
		memory, _ := peak(t, hostileWork{name, "", 8})
		const programs = 240 << 20 // the program, and eight feeds that were parsed with their articles
		if memory > programs+feed.MaxMemory {
			t.Errorf("%s: %d MB", name, memory>>20)
		} else {
			t.Logf("%s: %d MB", name, memory>>20)
		}
	}
}
