package web

import (
	_ "embed"
	"html/template"
	"io"
	"time"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

//go:embed templates/evidence.html
var evidenceTemplate string

//go:embed templates/evidence.css
var evidenceStyle string

// WriteEvidence writes the evidence of an event as one HTML page in English, which needs no other file and runs no script.
// Every text from outside is escaped. Times are shown in a zone, to the second.
func WriteEvidence(w io.Writer, e app.Evidence, zone *time.Location) error {
	functions := template.FuncMap{
		"style": func() template.CSS { return template.CSS(evidenceStyle) }, // our own text
		"at": func(t any) string {
			switch t := t.(type) {
			case time.Time:
				return t.In(zone).Format("2 Jan 2006 15:04:05 -07:00")
			case *time.Time:
				if t != nil {
					return t.In(zone).Format("2 Jan 2006 15:04:05 -07:00")
				}
			}
			return ""
		},
		"line": sanitize.Line,
		"link": sanitize.Link, // only http and https
	}
	t, err := template.New("evidence").Funcs(functions).Parse(evidenceTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, e)
}
