package report

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode"

	"regwatch/internal/diag"
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// line is a text from outside as one harmless line.
func line(s string) string { return sanitize.Line(s) }

// An Edit is what a person wrote of a report.
type Edit struct {
	Revision     int // of the report when the person read it
	Title        string
	Introduction string
	Items        []models.ReportItem // an ID may be the beginning of one
}

// EditText writes the draft of a report as a text in YAML to edit, which [ParseEdit] reads. Events are the events of its
// items by their IDs.
func EditText(r models.Report, events map[string]models.ReportEvent) string {
	var b strings.Builder
	b.WriteString("# Change the title, the introduction, the order and the lines.\n" +
		"# An event that you move below left_out, or remove, is not in the report. To add one, write: - event: ID\n")
	fmt.Fprintf(&b, "revision: %d\ntitle: %s\nintroduction: %s\n", r.Revision, quoted(r.Title), block(r.Draft.Introduction, "  "))
	for _, leftOut := range []bool{false, true} {
		if leftOut {
			b.WriteString("left_out:")
		} else {
			b.WriteString("events:")
		}
		n := 0
		for _, item := range r.Draft.Items {
			if item.LeftOut != leftOut {
				continue
			}
			n++
			e := events[item.EventID]
			fmt.Fprintf(&b, "\n  # %s\n  - event: %s\n    line: %s", summary(e), item.EventID, block(item.Line, "      "))
		}
		if n == 0 {
			b.WriteString(" []")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// summary says in one line which event it is.
func summary(e models.ReportEvent) string {
	parts := []string{strings.ToUpper(e.Severity)}
	if e.Severity == "" {
		parts[0] = "MENTION"
	}
	if e.Official {
		parts = append(parts, "official")
	}
	if e.Stage != "" {
		parts = append(parts, e.Stage)
	}
	return strings.Join(append(parts, sanitize.Truncate(line(e.Title), 90)), " · ")
}

// quoted is a text in double quotes. What JSON writes is YAML too.
func quoted(s string) string {
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(s); err != nil { // cannot be: it is a string
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Clean returns a text that a person wrote as reports keep it: without control characters, marks that change the reading
// direction, and spaces at the ends of lines.
func Clean(s string) string {
	parts := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
	for i, part := range parts {
		parts[i] = strings.TrimRight(sanitize.Printable(part), " ")
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// block is a text as people edit it: with its lines below each other if it has several.
func block(s, indent string) string {
	hidden := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
	if !strings.Contains(s, "\n") || strings.ContainsFunc(s, hidden) || s != strings.TrimSpace(s) {
		return quoted(s)
	}
	var b strings.Builder
	b.WriteString("|-")
	for part := range strings.SplitSeq(s, "\n") {
		b.WriteByte('\n')
		if part != "" {
			b.WriteString(indent + part)
		}
	}
	return b.String()
}

// ParseEdit reads what a person wrote. It reports every mistake with its line and column.
func ParseEdit(file string, src []byte) (Edit, diag.Problems) {
	root := yamlnode.Parse(file, src)
	m := root.Map("a report", "revision", "title", "introduction", "events", "left_out")
	e := Edit{
		Revision: m.Required("revision", "keep the line of the text that regwatch wrote").Int("revision", 1, math.MaxInt32),
		Title:    m.Required("title", "give the report a title").String("title"), Introduction: m.Get("introduction").String("introduction"),
	}
	for _, key := range []string{"events", "left_out"} {
		for _, item := range m.Get(key).Items() {
			fields := item.Map("an event of a report", "event", "line")
			node := fields.Required("event", "write the ID of an event")
			id := node.String("event")
			if strings.ContainsFunc(id, notOfID) {
				node.Report(diag.Textf("%q is not an ID", id), "write the ID of an event")
				continue
			}
			if id != "" {
				e.Items = append(e.Items, models.ReportItem{EventID: id, Line: fields.Get("line").String("line"), LeftOut: key == "left_out"})
			}
		}
	}
	return e, root.Problems()
}

// notOfID reports whether no ID has a character.
func notOfID(r rune) bool {
	return r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
