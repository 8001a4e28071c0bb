package sources

import (
	"fmt"
	"strings"

	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/fetch"
)

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
		From:     m.Required("from", "use the field of the feed that contains it: "+yamlnode.Or(feedFields)).OneOf("from", feedFields...),
		Regex:    m.Required("regex", extractorHint("regex")).String("regex"),
		Template: m.Get("template").String("template"),
	}
	if _, key, err := compileExtractor(models.Extractor{Regex: t.Regex, Template: t.Template}); err != nil {
		m.Get(key).Report(fmt.Sprintf("%s %q %s", key, m.Get(key).String(key), err), extractorHint(key))
		return models.FeedField{}
	}
	return t
}

// A fieldRule is a compiled [models.FeedField]: it takes a value out of another field of
// the feed.
type fieldRule struct {
	from      string // empty means no rule
	extractor extractor
}

func openFeed(src models.Source) (kind, error) {
	var k feedKind
	for _, f := range []struct {
		name string
		from models.FeedField
		to   *fieldRule
	}{{"title", src.Feed.Title, &k.title}, {"date", src.Feed.Date, &k.date}} {
		x, key, err := compileExtractor(models.Extractor{Regex: f.from.Regex, Template: f.from.Template})
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
		return t.extractor.transform(plainLine(rec.title))
	case "summary":
		return t.extractor.transform(plainLine(rec.summary))
	case "body":
		return t.extractor.transform(plainLine(rec.content))
	case "link":
		for _, link := range rec.links {
			if link != "" {
				return t.extractor.transform(strings.TrimSpace(link))
			}
		}
	case "id":
		return t.extractor.transform(strings.TrimSpace(rec.guid))
	}
	return ""
}

// applyRules sets the fields for which the settings have a rule. A field keeps the
// value of the feed if its rule finds nothing.
func (k feedKind) applyRules(rec *record) {
	title, rawDate := k.title.value(*rec), k.date.value(*rec)
	if title != "" {
		rec.title = toMarkup(title)
	}
	if rawDate != "" {
		rec.dates = append([]date{{raw: rawDate}}, rec.dates...)
	}
}
