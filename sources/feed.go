package sources

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"regwatch/internal/charset"
	"regwatch/internal/diag"
	"regwatch/internal/htmltext"
	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// KindFeed is the kind of a source that is an RSS, Atom, RDF or JSON feed.
const KindFeed = "feed"

const acceptFeed = "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

// feedKind reads RSS, Atom, RDF and JSON Feed.
type feedKind struct {
	title, date fieldRule
}

func (feedKind) accept() string { return acceptFeed }

func (k feedKind) read(ctx context.Context, _ *Reader, resp fetch.Response) (*readResult, error) {
	var f *feed.Feed
	var err error
	if waited := feed.WithMemory(ctx, resp.Body, func() { f, err = feed.Parse(resp.Body, resp.ContentType) }); waited != nil {
		return nil, feedWaitError(resp.URL, waited)
	}
	if err != nil {
		return nil, notFeedError(ctx, err, resp)
	}
	result := &readResult{count: f.Count, language: f.Language, addresses: f.Addresses, truncated: f.Truncated || resp.Truncated, warnings: f.Warnings}
	if result.truncated {
		result.warn("the feed is truncated: regwatch read %s and will fetch it again at the next scan", plural.Count(len(f.Items), "complete article", "complete articles"))
	}
	if result.truncated && len(f.Items) == 0 {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent a feed that is truncated before its first article; regwatch will retry at the next scan", weblink.Display(resp.URL))
	}
	if f.Count > 0 && len(f.Items) == 0 {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent a feed of %d articles, none of which can be read: it is too damaged to repair", weblink.Display(resp.URL), f.Count)
	}
	base := contentLocation(resp)
	for _, item := range f.Items {
		rec := record{Item: item, base: base}
		if base != nil {
			rec.FormerLink = cmp.Or(append([]string{rec.FormerLink}, rec.Links...)...)
		}
		k.applyRules(&rec)
		result.records = append(result.records, rec)
	}
	return result, nil
}

// feedWaitError says why a feed was not parsed.
func feedWaitError(u *url.URL, err error) *fetch.Error {
	if !errors.Is(err, feed.ErrWait) {
		return fetch.Describe(u, 0, err)
	}
	return &fetch.Error{
		Reason: fetch.TimedOut, Unread: true, Err: err,
		Text: fmt.Sprintf("%s was not read, because other feeds took all memory that feeds may take for %s; regwatch will retry at the next scan", weblink.Display(u), htmltext.MaxTreeWait),
	}
}

// contentLocation returns the address that a response gives as its own, which links are
// relative to; nil if it gives none of the same site.
func contentLocation(resp fetch.Response) *url.URL {
	u, err := url.Parse(weblink.Resolve(resp.URL, resp.Header.Get("Content-Location")))
	if err != nil || u.Host == "" || weblink.Domain(u) != weblink.Domain(resp.URL) {
		return nil
	}
	return u
}

// notFeedError says what a response is that is not a feed.
func notFeedError(ctx context.Context, err error, resp fetch.Response) *fetch.Error {
	at := weblink.Display(resp.URL)
	text, _ := charset.Decode(resp.Body, resp.ContentType)
	switch {
	case errors.Is(err, feed.ErrTooDeep):
		return fetch.Errorf(fetch.Damaged, "%s sent a feed that is nested more than %d levels deep, so regwatch did not read it", at, feed.MaxDepth)
	case errors.Is(err, feed.ErrTooMany):
		return fetch.Errorf(fetch.TooLarge, "%s sent a feed with more than %d elements and attributes in its first %d articles, so regwatch did not read it", at, feed.MaxValues, feed.MaxItems)
	case errors.Is(err, feed.ErrDamaged):
		return fetch.Errorf(fetch.Damaged, "%s sent only the start of a feed; regwatch will retry at the next scan", at)
	case strings.TrimSpace(text) == "":
		return fetch.Errorf(fetch.Empty, "%s sent only white space: the site may have a problem; regwatch will retry at the next scan", at)
	case page.IsChallenge(ctx, text):
		return fetch.ChallengeError(resp.URL)
	case htmltext.IsPage(text) || strings.Contains(resp.ContentType, "html"):
		message := at + " sent a web page instead of a feed"
		if title, ok := htmltext.TitleMarkup(text); ok && len(title) < 200 {
			message += fmt.Sprintf(" (its title: %q)", htmltext.Line(title))
		}
		if _, feeds := feed.Links(ctx, resp.Body, resp.ContentType, resp.URL); len(feeds) > 0 {
			return fetch.Errorf(fetch.NotAFeed, "%s; the page links to this feed: %s", message, feeds[0].URL)
		}
		return fetch.Errorf(fetch.NotAFeed, "%s: check the url of the source; the feed may have moved or be down", message)
	case strings.HasPrefix(text, "%PDF-"):
		return fetch.Errorf(fetch.NotAFeed, "%s sent a PDF instead of a feed: check the url of the source", at)
	case strings.HasPrefix(strings.TrimSpace(text), "{") || strings.HasPrefix(strings.TrimSpace(text), "["):
		return fetch.Errorf(fetch.NotAFeed, "%s sent JSON that is not a JSON Feed: check the url of the source", at)
	}
	return fetch.Errorf(fetch.NotAFeed, "%s sent something that is not a feed: check the url of the source", at)
}

func feedSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a feed", "title", "date")
	src.Feed = models.Feed{
		Title: fieldRuleSettings(m.Get("title"), "title"),
		Date:  fieldRuleSettings(m.Get("date"), "date"),
	}
}

func fieldRuleSettings(n yamlnode.Node, what string) models.FeedField {
	if !n.Exists() || n.IsNull() {
		return models.FeedField{}
	}
	feedFields := []string{"title", "summary", "body", "link", "id"}
	m := n.Map(what, "from", "regex", "template")
	t := models.FeedField{
		From:     m.Required("from", diag.Textf("use the field of the feed that contains it: %s", yamlnode.Or(feedFields))).OneOf("from", feedFields...),
		Regex:    m.Required("regex", extractorHint("regex")).String("regex"),
		Template: m.Get("template").String("template"),
	}
	if _, key, err := page.Compile(models.Extractor{Regex: t.Regex, Template: t.Template}); err != nil {
		m.Get(key).Report(diag.Textf("%s %q %s", key, m.Get(key).String(key), err), extractorHint(key))
		return models.FeedField{}
	}
	return t
}

// A fieldRule is a compiled [models.FeedField]: it takes a value out of another field of
// the feed.
type fieldRule struct {
	from      string // empty means no rule
	extractor page.Extractor
}

func openFeed(src models.Source) (kind, error) {
	var k feedKind
	for _, f := range []struct {
		name string
		from models.FeedField
		to   *fieldRule
	}{{"title", src.Feed.Title, &k.title}, {"date", src.Feed.Date, &k.date}} {
		x, key, err := page.Compile(models.Extractor{Regex: f.from.Regex, Template: f.from.Template})
		if err != nil {
			return nil, fetch.Errorf(fetch.BadAddress, "feed: %s of %s %s", key, f.name, err)
		}
		*f.to = fieldRule{from: f.from.From, extractor: x}
	}
	return k, nil
}

// value returns what the rule takes from a record; empty if there is nothing.
func (t fieldRule) value(rec record) string {
	switch t.from {
	case "title":
		return t.extractor.Transform(htmltext.Line(rec.Title))
	case "summary":
		return t.extractor.Transform(htmltext.Line(rec.Summary))
	case "body":
		return t.extractor.Transform(htmltext.Line(rec.Content))
	case "link":
		for _, link := range rec.Links {
			if link != "" {
				return t.extractor.Transform(strings.TrimSpace(link))
			}
		}
	case "id":
		return t.extractor.Transform(strings.TrimSpace(rec.GUID))
	}
	return ""
}

// applyRules sets the fields for which the settings have a rule. A field keeps the
// value of the feed if its rule finds nothing.
func (k feedKind) applyRules(rec *record) {
	title, rawDate := k.title.value(*rec), k.date.value(*rec)
	if title != "" {
		rec.Title = toMarkup(title)
	}
	if rawDate != "" {
		rec.Dates = append([]string{rawDate}, rec.Dates...)
	}
}
