package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode"

	"regwatch/internal/diag"
	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

//go:embed report.html
var pageTemplate string

//go:embed report.css
var style string

// A Language says in which language a report is written.
type Language struct {
	Tag string                 // en, zh-Hant or zh-Hans
	Say func(diag.Text) string // nil: in English
}

func (l Language) say(t diag.Text) string {
	if l.Say == nil {
		return t.String()
	}
	return l.Say(t)
}

// labels are the words of the page. Their translations are those of the texts of package diag.
func labels() map[string]diag.Text {
	return map[string]diag.Text{
		"report": "Report", "draft": "Draft, not finished", "period": "Period", "introduction": "Introduction",
		"since": "Since the last report", "new": "New", "changed": "Changed", "same": "Unchanged", "gone": "No longer in the report",
		"events": "Events", "overview": "Overview", "none": "No event is in this report.", "number": "No.", "severity": "Severity", "event": "Event", "stage": "Stage", "dates": "Dates",
		"sources": "Sources", "rules": "Rules", "jurisdictions": "Jurisdictions", "matter": "Matter", "official": "Official", "press": "Press only, not officially confirmed",
		"says": "What it says", "proof": "Proof", "published": "published", "seen": "seen", "was": "before", "is": "now", "nothing": "none", "status": "Status",
		"gone_left_out": "left out", "gone_merged": "now part of another event", "gone_quiet": "nothing new in the period", "gone_other": "not among the events of this report",
		"changed_stage": "Stage", "changed_dates": "Dates", "changed_official": "Status", "changed_sources": "Publishers",
		"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low", "mention": "Mention", "first": "This is the first report of this title.",
		"hash": "SHA-256 of the stored content, which the audit log has too",
	}
}

// A page is what the template shows.
type page struct {
	models.ReportContent

	Lang  string
	Hash  string
	Style template.CSS
	Count Count
	Lines []string // of the introduction
	First string   // moment of the period
	End   string   // the last moment of it
	Said  string   // which version it is, when and by whom
}

// JSON returns a report with its lines indented.
func JSON(c models.ReportContent) ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	err := out.Encode(c)
	return b.Bytes(), err
}

// HTML returns a report as one page, which needs no other file and runs no script. Every text from outside is escaped. Hash
// is that of the stored version; empty for a draft. On paper each page has its number and the title.
func HTML(c models.ReportContent, hash string, l Language) ([]byte, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	words := labels()
	at := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04") }
	said := l.say(diag.Textf("Version %d, finished %s by %s", c.Version, at(c.MadeAt), line(c.MadeBy)))
	if c.Version == 0 {
		said = l.say(diag.Textf("As of %s", at(c.MadeAt)))
	}
	functions := template.FuncMap{
		"t": func(name string) (string, error) {
			text, known := words[name]
			if !known {
				return "", fmt.Errorf("report: no label is called %q", name)
			}
			return l.say(text), nil
		},
		"gone":     func(r models.GoneReason) string { return l.say(words["gone_"+string(r)]) },
		"kind":     func(k models.ReportChangeKind) string { return l.say(words["changed_"+string(k)]) },
		"severity": func(s string) string { return l.say(words[severityLabel(s)]) },
		"stage":    func(s string) string { return phrase("stage_"+strings.ReplaceAll(s, "-", "_"), s, l.Tag) },
		"dates":    func(all []models.KeyDate) string { return l.dates(all) },
		"before":   func(ch models.ReportChange) string { before, _ := l.values(ch); return before },
		"after":    func(ch models.ReportChange) string { _, after := l.values(ch); return after },
		"at":       at, "line": line, "link": sanitize.Link, "lines": lines, "quotes": Quotes, "inc": func(i int) int { return i + 1 },
		"optional": func(t *time.Time) string {
			if t == nil {
				return ""
			}
			return at(*t)
		},
		"until":   func(r models.ReportRef) string { return Until(r, c) },
		"altered": func(r models.ReportRef) string { return l.Altered(r, c) },
		"join":    func(all []string) string { return line(strings.Join(all, ", ")) },
		"sev":     severityLabel,
	}
	t, err := template.New("report").Funcs(functions).Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	first, end := Period(c)
	err = t.Execute(&b, page{First: first, End: end, ReportContent: c, Lang: l.Tag, Hash: hash, Style: template.CSS(styleOf(c)), Count: CountOf(c), Lines: lines(c.Introduction), Said: said})
	return b.Bytes(), err
}

// Policy is the Content-Security-Policy of the page of a report: its own style, and nothing else.
func Policy(c models.ReportContent) string {
	sum := sha256.Sum256([]byte(styleOf(c)))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// styleOf is the style of a page, with the title of the report for the head of each printed page.
func styleOf(c models.ReportContent) string {
	return strings.Replace(style, "TITLE", cssText(sanitize.Truncate(line(c.Title), 80)), 1)
}

// cssText is a text inside a string of CSS: every character but letters and digits is escaped by its number, so that none ends
// the string or the style, and no space is read as the end of an escape.
func cssText(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "\\%06x", r)
	}
	return b.String()
}

func severityLabel(severity string) string {
	if severity == "" {
		return "mention"
	}
	return severity
}

// phrase is a phrase of the messages; other is for an unknown one.
func phrase(name, other, lang string) string {
	p, known := i18n.Find(name)
	if !known {
		return other
	}
	return p.In(lang)
}

// lines are the lines of a text that a person wrote, each harmless.
func lines(s string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		all = append(all, line(part))
	}
	if len(all) == 1 && all[0] == "" {
		return nil
	}
	return all
}

func (l Language) dates(dates []models.KeyDate) string {
	all := make([]string, len(dates))
	for i, d := range dates {
		all[i] = line(d.Day) + " " + phrase("date_"+d.Kind, d.Kind, l.Tag)
	}
	return strings.Join(all, ", ")
}

// values returns the two values of a change as a reader sees them.
func (l Language) values(c models.ReportChange) (before, after string) {
	words := labels()
	none := func(s string) string {
		if s == "" {
			return l.say(words["nothing"])
		}
		return s
	}
	stage := func(s string) string { return none(phrase("stage_"+strings.ReplaceAll(s, "-", "_"), s, l.Tag)) }
	official := func(yes bool) string {
		if yes {
			return l.say(words["official"])
		}
		return l.say(words["press"])
	}
	switch c.Kind {
	case models.ChangedStage:
		return stage(c.StageBefore), stage(c.Stage)
	case models.ChangedDates:
		return none(l.dates(c.DatesBefore)), none(l.dates(c.Dates))
	case models.ChangedOfficial:
		return official(c.OfficialBefore), official(c.Official)
	}
	return values(c)
}

// Changes returns what changed of an event as lines for a reader: what, before and now.
func (l Language) Changes(e models.ReportEvent) []string {
	words, all := labels(), []string(nil)
	for _, c := range e.Changes {
		before, after := l.values(c)
		all = append(all, l.say(diag.Textf("%s: %s, before: %s", words["changed_"+string(c.Kind)], after, before)))
	}
	return all
}

// Altered says in a language that a report is not compared with a version, because somebody altered that.
func (l Language) Altered(r models.ReportRef, c models.ReportContent) string {
	return l.say(diag.Textf("Not compared with version %d of the report “%s” until %s: it was altered in the database.", r.Version, line(r.Title), Until(r, c)))
}

// Gone says in a language why an event is gone.
func (l Language) Gone(r models.GoneReason) string { return l.say(labels()["gone_"+string(r)]) }
