package sources

import (
	"fmt"
	"strings"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The keys of a feed, of a value that is taken from a field of it, and the fields.
var (
	feedKeys   = []string{"title", "date"}
	takenKeys  = []string{"from", "regex", "template"}
	feedFields = []string{"title", "summary", "body", "link", "id"}
)

func feedSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a feed", feedKeys...)
	src.Feed = models.Feed{
		Title: takenSettings(m.Get("title"), "title"),
		Date:  takenSettings(m.Get("date"), "date"),
	}
}

func takenSettings(n yamlnode.Node, what string) models.Taken {
	if !n.There() || n.IsNull() {
		return models.Taken{}
	}
	m := n.Map(what, takenKeys...)
	t := models.Taken{
		From:     m.Need("from", "want the field of the feed that holds it: "+yamlnode.Or(feedFields)).OneOf("from", feedFields...),
		Regex:    m.Need("regex", wantOf("regex")).String("regex"),
		Template: m.Get("template").String("template"),
	}
	if _, key, err := compilePick(models.Pick{Regex: t.Regex, Template: t.Template}); err != nil {
		m.Get(key).Report(fmt.Sprintf("%s %q %s", key, m.Get(key).String(key), err), wantOf(key))
		return models.Taken{}
	}
	return t
}

// A taken is a compiled [models.Taken].
type taken struct {
	from string // empty takes nothing
	pick pick
}

func openFeed(src models.Source) (kind, error) {
	var k feedKind
	for _, f := range []struct {
		name string
		from models.Taken
		to   *taken
	}{{"title", src.Feed.Title, &k.title}, {"date", src.Feed.Date, &k.date}} {
		p, key, err := compilePick(models.Pick{Regex: f.from.Regex, Template: f.from.Template})
		if err != nil {
			return nil, fault(BadAddress, "the feed settings of this source have a wrong %s of the %s, which %s", key, f.name, err)
		}
		*f.to = taken{from: f.from.From, pick: p}
	}
	return k, nil
}

// of returns what is taken from a record; empty if it does not have it.
func (t taken) of(rec record) string {
	switch t.from {
	case "title":
		return t.pick.shape(plainLine(rec.title))
	case "summary":
		return t.pick.shape(plainLine(rec.summary))
	case "body":
		return t.pick.shape(plainLine(rec.content))
	case "link":
		for _, link := range rec.links {
			if link != "" {
				return t.pick.shape(strings.TrimSpace(link))
			}
		}
	case "id":
		return t.pick.shape(strings.TrimSpace(rec.guid))
	}
	return ""
}

// mend puts in what the settings take from other fields. Where they find nothing
// the feed's own word stands.
func (k feedKind) mend(rec *record) {
	title, said := k.title.of(*rec), k.date.of(*rec)
	if title != "" {
		rec.title = markup(title)
	}
	if said != "" {
		rec.dates = append([]date{{raw: said}}, rec.dates...)
	}
}
