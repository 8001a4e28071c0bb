package console

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// templateSets are the templates of each language.
type templateSets map[string]*template.Template

func parseTemplates() (templateSets, error) {
	if _, err := translations(); err != nil {
		return nil, err
	}
	sets := make(templateSets)
	for _, tag := range languageTags() {
		w := words{tag.String()}
		set, err := template.New("").Funcs(template.FuncMap{
			"t": w.T, "stage": w.stage, "severity": w.severity, "dateKind": w.dateKind, "lang": languageOf,
			"asset": assetPath, "label": w.colon, "join": strings.Join, "initials": initials,
			"entry": newEntry, "actions": newActions, "zoneName": zoneName,
			"weblink": isWebLink, "inc": func(n int) int { return n + 1 },
		}).ParseFS(templateFiles, "templates/*.html")
		if err != nil {
			return nil, err
		}
		sets[w.Lang] = set
	}
	return sets, nil
}

// A view is everything that a template shows.
type view struct {
	*visit
	Title   string
	Place   string // the entry of the navigation that the page belongs to
	Nav     nav
	Done    *done // what the reader did on the page before
	Address string
	Data    any
}

// show writes a page. place names both its template and, up to a hyphen, its entry in the
// navigation.
func (c *Console) show(w http.ResponseWriter, v *visit, code int, name, title string, data any) {
	place, _, _ := strings.Cut(name, "-")
	shown := view{visit: v, Title: title, Place: place, Nav: c.nav(v.Context(), v), Done: c.takeDone(w, v), Address: v.address(), Data: data}
	var b bytes.Buffer
	if err := c.sets[v.Lang].ExecuteTemplate(&b, name, shown); err != nil {
		c.log.ErrorContext(v.Context(), "page failed", "page", v.URL.Path, "error", err)
		http.Error(w, v.T("This page could not be loaded"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes())
}

// An entry is a page in the navigation.
type entry struct {
	Address, Name, Icon string
	Count               int
	Failing             string // what is wrong, in words
	Current             bool
}

func newEntry(v view, place, address, name string, count int) entry {
	e := entry{Address: address, Name: name, Icon: place, Count: count, Current: v.Place == place}
	switch {
	case place == "sources" && v.Nav.Failing > 0:
		e.Failing = v.T("%d failing", v.Nav.Failing)
	case place == "sent" && v.Nav.Dead > 0:
		e.Failing = v.T("%d failed", v.Nav.Dead)
	}
	return e
}

// isWebLink reports whether a link from outside may be followed.
func isWebLink(link string) bool {
	return sanitize.Link(link) != ""
}

// actions are the buttons of an event, and the page to return to.
type actions struct {
	*row
	Back string
}

func newActions(p *peek, back string) actions { return actions{&p.row, back} }

// zoneName is the abbreviation of the reader's time zone.
func zoneName(v view) string { return timefmt.Abbreviation(v.Now.In(v.Zone)) }

// A nav is the navigation of every page. If one part of it cannot be read, the page appears
// without that part.
type nav struct {
	Counts            app.EventCounts
	Filters           []savedFilter
	Failing           int // sources
	Dead              int // messages that could not be delivered
	Watching, Sources int
	LastScan          moment
	Hours             hourBars
}

func (c *Console) nav(ctx context.Context, v *visit) nav {
	var n nav
	var err error
	if n.Counts, err = c.engine.EventCounts(ctx, v.Name); err != nil {
		c.log.ErrorContext(ctx, "events not counted", "error", err)
	}
	if n.Filters, err = c.savedFilters(v); err != nil {
		c.log.ErrorContext(ctx, "saved filters not read", "error", err)
	}
	sources, err := c.engine.Sources(ctx)
	if err != nil {
		c.log.ErrorContext(ctx, "sources not read", "error", err)
	}
	var last time.Time
	for _, s := range sources {
		if s.Source.Disabled {
			continue // nobody expects it to be watched
		}
		n.Sources++
		if s.Failures > 0 {
			n.Failing++
		} else if s.LastSuccess != nil {
			n.Watching++
		}
		if s.LastSuccess != nil && s.LastSuccess.After(last) {
			last = *s.LastSuccess
		}
	}
	n.LastScan = v.when(last)
	if hours, err := c.engine.WatchedHours(ctx); err != nil {
		c.log.ErrorContext(ctx, "hours of scans not read", "error", err)
	} else {
		n.Hours = v.hourBars(hours)
	}
	if n.Dead, err = c.engine.DeadDeliveries(ctx); err != nil {
		c.log.ErrorContext(ctx, "dead letters not counted", "error", err)
	}
	return n
}

// hourBars show for each of the last 24 hours whether sources were watched.
type hourBars struct {
	Bars    []hourBar
	Summary string
}

// An hourBar is one hour; the share of sources that were read is its height.
type hourBar struct {
	X, Y, Height      int
	Class, Hour, Text string // ok, part, none or unknown
}

// hourHeight is the height of the bar of an hour in which every source was read.
const hourHeight = 14

func (v *visit) hourBars(hours []app.WatchedHour) hourBars {
	var b hourBars
	counts := make(map[string]int)
	for i, h := range hours {
		bar := hourBar{X: 6 * i, Hour: h.From.In(v.Zone).Format("15:04")}
		read := h.Sources - h.Failing
		switch {
		case h.Sources == 0 && h.Unknown:
			bar.Class, bar.Text, bar.Height = "unknown", v.T("not recorded"), 2
		case h.Sources == 0:
			bar.Class, bar.Text, bar.Height = "none", v.T("not scanned"), 2
		case h.Failing == 0:
			bar.Class, bar.Text, bar.Height = "ok", v.T("%d source read|%d sources read", read), hourHeight
		default:
			bar.Class, bar.Text, bar.Height = "part", v.T("%d of %d sources read", read, h.Sources), 2+(hourHeight-2)*read/h.Sources
		}
		bar.Y = hourHeight - bar.Height
		counts[bar.Class]++
		b.Bars = append(b.Bars, bar)
	}
	b.Summary = v.T("The last 24 hours: in %d every source that was scanned could be read, in %d some could not, in %d none was scanned", counts["ok"], counts["part"], counts["none"])
	return b
}

// assets are the embedded files by name, with the address that has their hash: a browser
// keeps a file for as long as it is the same.
var assets = sync.OnceValue(func() map[string]string {
	all := make(map[string]string)
	entries, _ := fs.ReadDir(staticFiles, "static")
	for _, e := range entries {
		content, err := staticFiles.ReadFile(path.Join("static", e.Name()))
		if err == nil {
			sum := sha256.Sum256(content)
			all[e.Name()] = hex.EncodeToString(sum[:6])
		}
	}
	return all
})

// assetPath returns the address of an embedded file.
func assetPath(name string) (string, error) {
	hash, known := assets()[name]
	if !known {
		return "", fmt.Errorf("there is no file static/%s", name)
	}
	return "/static/" + hash + "/" + name, nil
}

// static answers with an embedded file. An address with another hash belongs to another
// release and has nothing.
func static(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if assets()[name] != r.PathValue("hash") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, staticFiles, "static/"+name)
}

func favicon(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.ServeFileFS(w, r, staticFiles, "static/icon.svg")
}

// initials are up to two letters by which people know who it is: MC for Mei Chan.
func initials(name string) string {
	parts := strings.FieldsFunc(strings.TrimPrefix(name, "@"), func(r rune) bool { return strings.ContainsRune(" ._-", r) })
	var letters []rune
	for _, p := range slices.Compact(parts) {
		if len(letters) < 2 {
			letters = append(letters, []rune(p)[0])
		}
	}
	return strings.ToUpper(string(letters))
}
