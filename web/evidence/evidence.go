// Package evidence writes the evidence of an event as one page, to keep and to print.
package evidence

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"time"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

//go:embed evidence.html
var pageTemplate string

//go:embed evidence.css
var style string

// Policy is the Content-Security-Policy with which the page is served: its own style, and
// nothing else.
func Policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// Write writes the evidence of an event as one HTML page in English, which needs no other file and runs no script.
// Every text from outside is escaped. Times are shown in a zone, to the second.
func Write(w io.Writer, e app.Evidence, zone *time.Location) error {
	functions := template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) }, // our own text
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
	t, err := template.New("evidence").Funcs(functions).Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, e)
}
