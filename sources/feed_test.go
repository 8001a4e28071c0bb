package sources

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"regwatch/internal/golden"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

// TestFeeds reads each testdata/*.txtar and compares the result with its golden file.
// The response section has the content type and the encoding in which the body, stored
// as UTF-8, is served.
func TestFeeds(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	encodings := map[string]encoding.Encoding{
		"":           unicode.UTF8,
		"gbk":        simplifiedchinese.GBK,
		"big5":       traditionalchinese.Big5,
		"utf-16":     unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"iso-8859-1": charmap.ISO8859_1,
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			settings, body := make(map[string]string), ""
			for _, f := range archive.Files {
				switch f.Name {
				case "response":
					for line := range strings.Lines(string(f.Data)) {
						key, value, _ := strings.Cut(line, ":")
						settings[key] = strings.TrimSpace(value)
					}
				case "body":
					body = strings.TrimSuffix(string(f.Data), "\n")
				}
			}
			src := models.Source{
				ID: "s", Kind: KindFeed, URL: "https://feed.example/rss/all.xml",
				Zone: settings["zone"], Pages: models.PagePolicy(settings["pages"]),
			}
			from, _ := url.Parse(src.URL)
			before := models.Cursor{URL: src.URL, ETag: "before"}
			batch, err := Open(src, nil).buildBatch(t.Context(), feedKind{}, fetch.Response{
				URL: from, ContentType: settings["content-type"], Body: []byte(encoded(encodings[settings["encode"]], body)), ETag: "after",
			}, before, "")
			golden.Assert(t, strings.TrimSuffix(file, ".txtar")+".golden", []byte(describeBatch(batch, err)))
		})
	}
}

// describeBatch renders a batch for review.
func describeBatch(b models.Batch, err error) string {
	var s strings.Builder
	if err != nil {
		fmt.Fprintf(&s, "error: %v\n", err)
	}
	fmt.Fprintf(&s, "items: %d, cursor: %s\n", b.Items, b.Cursor.ETag)
	for _, w := range b.Warnings {
		fmt.Fprintf(&s, "warning: %s\n", w)
	}
	for _, a := range b.Articles {
		published := "unknown"
		if !a.PublishedAt.IsZero() {
			published = a.PublishedAt.Format(time.RFC3339)
		}
		fmt.Fprintf(&s, "\ntitle: %s\nguid: %s\nlink: %s\nkey: %s\npublished: %s (%s)\nauthor: %s\nlanguage: %s\nsummary: %s\nbody (%s):\n", a.Title, a.GUID, a.Link, a.LinkKey, published, a.PublishedRaw, a.Author, a.Language, a.Summary, a.BodyState)
		for line := range strings.Lines(a.Body) {
			s.WriteString("    " + line)
		}
		s.WriteString("\n")
	}
	return s.String()
}

func TestRepeatedLinksStaySeparateArticles(t *testing.T) {
	batch, err := readBytes([]byte(`<rss><channel><item><guid>1</guid><link>http://a.example/</link></item><item><guid>2</guid><link>http://a.example/</link></item><item><title>A</title></item><item><title>B</title></item></channel></rss>`), "")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, a := range batch.Articles {
		seen[a.Identity] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d identities of 4 articles", len(seen))
	}
}

// rssOf returns a feed of items, given as their inner text.
func rssOf(items ...string) string {
	text := "<rss><channel><title>Site</title><link>http://feed.example/</link>"
	for _, item := range items {
		text += "<item>" + item + "</item>"
	}
	return text + "</channel></rss>"
}

// An article has the same identity alone and among others, and a new article never has
// the identity of an old one.
func TestIdentity(t *testing.T) {
	const site, alike = "<link>http://feed.example/</link>", "<guid>7</guid><link>http://a.example/7</link>"
	tests := []struct {
		name       string
		before     []string // items of one scan
		after      []string // items of a later one
		known      int      // articles of the later scan that are also in the earlier one
		warning    string   // of the earlier scan
		notWarning string
	}{
		{
			name:   "no id, the site's link",
			before: []string{site + "<title>One</title>"}, after: []string{site + "<title>Two</title>"},
		},
		{
			name:   "no id, one link for all, then one is left",
			before: []string{site + "<title>One</title>", site + "<title>Two</title>"}, after: []string{site + "<title>One</title>"}, known: 1,
			warning: "2 articles have no id and a link that another article has too",
		},
		{
			name:   "no id, one link for all, then one more",
			before: []string{site + "<title>One</title>"}, after: []string{site + "<title>Two</title>", site + "<title>One</title>"}, known: 1,
		},
		{
			name:   "no id, different links",
			before: []string{"<link>/1</link><title>One</title>", "<link>/2</link><title>One</title>"}, after: []string{"<link>/1</link><title>One</title><description>Edited.</description>"}, known: 1,
			notWarning: "told apart",
		},
		{
			name:   "an id, an edited title",
			before: []string{alike + "<title>One</title>"}, after: []string{alike + "<title>One, corrected</title>"}, known: 1,
			notWarning: "told apart",
		},
		{
			name:   "an id shared by two",
			before: []string{alike + "<title>Fund (Filer)</title>", alike + "<title>Fund (Depositor)</title>"}, after: []string{alike + "<title>Fund (Depositor)</title>", alike + "<title>Fund (Filer)</title>"}, known: 2,
			warning: "2 articles have the id and link of another article: they are identified by title and text",
		},
		{
			name:   "id, link and title shared by two",
			before: []string{alike + "<title>Docket 1</title><description>A</description>", alike + "<title>Docket 1</title><description>B</description>"}, after: []string{alike + "<title>Docket 1</title><description>C</description>", alike + "<title>Docket 1</title><description>B</description>", alike + "<title>Docket 1</title><description>A</description>"}, known: 2,
			warning: "2 articles have the id and link of another article: they are identified by title and text",
		},
		{
			name:   "the same article twice",
			before: []string{alike + "<title>One</title>", alike + "<title>One</title>"}, after: []string{alike + "<title>One</title>"}, known: 1,
			notWarning: "1 article",
		},
		{
			name:   "the site's address as the id of all",
			before: []string{"<guid>http://feed.example/</guid>" + site + "<title>One</title>"}, after: []string{"<guid>http://feed.example/</guid>" + site + "<title>Two</title>"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newScanHistory(t)
			m.scan(rssOf(tt.before...))
			warnings := m.warnings
			fresh, _ := m.scan(rssOf(tt.after...))
			known := len(tt.after) - len(fresh)
			if known != tt.known {
				t.Errorf("%d of %d articles are known, want %d", known, len(tt.after), tt.known)
			}
			if !strings.Contains(warnings, tt.warning) || tt.notWarning != "" && strings.Contains(warnings, tt.notWarning) {
				t.Errorf("warnings %q; want %q in them, and not %q", warnings, tt.warning, tt.notWarning)
			}
		})
	}
}

func TestLongFieldsAreTruncated(t *testing.T) {
	long := strings.Repeat("長", 50_000)
	batch, err := readBytes([]byte(rssOf(
		"<title>"+long+"</title><guid>"+long+"1</guid><link>http://a.example/"+strings.Repeat("x", 5000)+"</link><description>"+long+"</description><author>"+long+"</author><pubDate>"+long+"</pubDate>",
		"<title>"+long+"</title><guid>"+long+"2</guid><link>http://a.example/2</link><content:encoded>"+strings.Repeat(long, 8)+"</content:encoded>",
		"<title>Short</title>")), "")
	if err != nil || len(batch.Articles) != 3 {
		t.Fatalf("%d articles, %v", len(batch.Articles), err)
	}
	a := batch.Articles[0]
	if n := utf8.RuneCountInString(a.Title); n > maxTitle || n < maxTitle/2 {
		t.Errorf("title of %d characters, want at most %d", n, maxTitle)
	}
	for what, got := range map[string][2]int{
		"guid": {len(a.GUID), maxAddress}, "author": {len(a.Author), maxAuthor}, "summary": {len(a.Summary), maxSummary},
		"date": {len(a.PublishedRaw), maxDate}, "body": {len(batch.Articles[1].Body), maxBody},
	} {
		if got[0] > got[1]+len("…") || got[0] < got[1]/2 {
			t.Errorf("%s of %d bytes, want about %d", what, got[0], got[1])
		}
	}
	if a.Link != "" || a.LinkKey != "" {
		t.Errorf("link of %d bytes; want none", len(a.Link))
	}
	if batch.Articles[0].Identity == batch.Articles[1].Identity {
		t.Error("articles whose ids differ after the cut have one identity")
	}
	for _, a := range batch.Articles {
		if !utf8.ValidString(a.Title + a.GUID + a.Author + a.Summary + a.Body + a.PublishedRaw) {
			t.Errorf("cut inside a character: %+.200v", a)
		}
	}
	if warnings := strings.Join(batch.Warnings, "; "); !strings.Contains(warnings, "2 articles have a field that is too long and was cut") {
		t.Errorf("warnings %q do not say what was cut", warnings)
	}
}

// Bidirectional controls and terminal escapes would make a title look different from
// what it is.
func TestTitlesOmitBidiMarks(t *testing.T) {
	batch, err := readBytes([]byte(rssOf("<title>SFC \u202egnihtemos\u202c\u200f \u009b31mred\u2066\u2069\u200e\u061c &amp;#x202E;token</title><author>A\u0085B\u202d</author><description>One\u009btwo</description>")), "")
	if err != nil || len(batch.Articles) != 1 {
		t.Fatalf("%+v, %v", batch, err)
	}
	a := batch.Articles[0]
	if a.Title != "SFC gnihtemos 31mred token" || a.Author != "A B" || a.Summary != "Onetwo" {
		t.Errorf("title %q, author %q, summary %q", a.Title, a.Author, a.Summary)
	}
}

func TestFeedHash(t *testing.T) {
	hash := func(item string) string {
		batch, err := readBytes([]byte("<rss><channel><item><guid>1</guid>"+item+"</item></channel></rss>"), "")
		if err != nil || len(batch.Articles) != 1 {
			t.Fatalf("%s: %v, %v", item, batch, err)
		}
		return batch.Articles[0].FeedHash
	}
	base := hash("<title>A</title><description>B</description><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>")
	for item, same := range map[string]bool{
		"<title>A</title><description>B</description><pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate>": true,
		"<title>A</title><description>B, amended</description>":                                        false,
		"<title>A2</title><description>B</description>":                                                false,
	} {
		if got := hash(item) == base; got != same {
			t.Errorf("%s: same hash = %v, want %v", item, got, same)
		}
	}
}

func TestFeedItemLimit(t *testing.T) {
	for name, text := range map[string]string{
		"rss":  "<rss><channel>" + strings.Repeat("<item><title>A</title></item>", feed.MaxItems+7) + "</channel></rss>",
		"json": `{"version":"https://jsonfeed.org/version/1","items":[{"id":"0","title":"A"}` + strings.Repeat(`,{"id":"1","title":"A"}`, feed.MaxItems+6) + "]}",
	} {
		batch, err := readBytes([]byte(text), "")
		if err != nil || batch.Items != feed.MaxItems+7 || len(batch.Articles) != feed.MaxItems {
			t.Errorf("%s: %d of %d items, %v; want %d of %d", name, len(batch.Articles), batch.Items, err, feed.MaxItems, feed.MaxItems+7)
		}
		if !strings.Contains(strings.Join(batch.Warnings, " "), "only the first 5000 were read") {
			t.Errorf("%s: warnings %q do not say what was left out", name, batch.Warnings)
		}
	}
}

// FuzzFeed checks for any bytes: no panic, no more articles than counted items, each
// article with an identity and each link a web address.
func FuzzFeed(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[len(archive.Files)-1].Data)
	}
	f.Add([]byte("<rss><<item><![CDATA[<!--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		batch, err := readBytes(body, "text/xml")
		if err != nil && len(batch.Articles) > 0 {
			t.Errorf("articles and an error: %v", err)
		}
		for _, a := range batch.Articles {
			if a.Identity == "" || a.FeedHash == "" || a.BodyState == "" {
				t.Errorf("article without identity, hash or state: %+v", a)
			}
			if a.Link != "" && !strings.HasPrefix(a.Link, "http://") && !strings.HasPrefix(a.Link, "https://") {
				t.Errorf("link %q is not a web address", a.Link)
			}
		}
	})
}
