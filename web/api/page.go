package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
)

const pagePath = "/docs"

// A group is the operations below one heading.
type group struct {
	Name       string
	Operations []operation
}

func groupsOf(all []operation) []group {
	var groups []group
	for _, op := range all {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Name == op.Group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{Name: op.Group})
		}
		groups[i].Operations = append(groups[i].Operations, op)
	}
	return groups
}

const pageStyle = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-top:1px solid #8886}section{margin:2rem 0}h3{margin-bottom:0}`

const pageTemplate = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>regwatch API</title><style>{{style}}</style></head><body>
<h1>regwatch API</h1>
<p>Every request needs a token: <code>Authorization: Bearer rw_…</code>. Users create one under <a href="/tokens">Tokens</a>, or <code>regwatch token create</code> does. The same as a document for programs: <a href="{{.Prefix}}/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav><ul>{{range .Groups}}<li><a href="#{{.Name}}">{{.Name}}</a></li>{{end}}<li><a href="#problems">Problems</a></li></ul></nav>
{{range .Groups}}<h2 id="{{.Name}}">{{.Name}}</h2>
{{range .Operations}}<section><h3 id="{{.ID}}"><code>{{.Method}} {{$.Prefix}}{{.Path}}</code></h3>
<p>{{.Does}} Scope <code>{{.Scope}}</code>{{with .Role}}, role <code>{{.}}</code>{{end}}.</p>
{{with params .}}<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>{{range .}}<tr><td><code>{{.Name}}</code>{{if .Required}} (required){{end}}{{if .List}} (may be repeated){{end}}</td><td>{{.In}}</td><td>{{.Doc}}{{with .Enum}} ({{range $i, $e := .}}{{if $i}}, {{end}}<code>{{$e}}</code>{{end}}){{end}}</td></tr>{{end}}</tbody></table>{{end}}
{{with fields .}}<table><thead><tr><th scope="col">In the body</th><th scope="col">Meaning</th></tr></thead><tbody>{{range .}}<tr><td><code>{{.Name}}</code>{{if not .Optional}} (required){{end}}</td><td>{{.Doc}}</td></tr>{{end}}</tbody></table>{{end}}</section>
{{end}}{{end}}
<h2 id="problems">Problems</h2>
<table><thead><tr><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>
{{range .Problems}}<tr id="{{.Code}}"><td><code>{{.Code}}</code></td><td>{{.Status}}</td><td>{{.Title}}{{with .When}}: {{.}}{{end}}</td></tr>
{{end}}</tbody></table>
</body></html>
`

// A bodyField is a field of a body, for the documentation.
type bodyField struct {
	Name     string
	Optional bool
	Doc      string
}

// newPage returns the page that shows the operations. It loads nothing and runs nothing.
func newPage(all []operation) http.HandlerFunc {
	t := template.Must(template.New("page").Funcs(template.FuncMap{
		"style": func() template.CSS { return pageStyle }, "params": operation.params, "fields": operation.bodyFields,
	}).Parse(pageTemplate))
	var b bytes.Buffer
	err := t.Execute(&b, map[string]any{"Prefix": Prefix, "Groups": groupsOf(all), "Problems": problemKinds()})
	if err != nil {
		panic(err) // the template is ours, and so is what it shows
	}
	sum := sha256.Sum256([]byte(pageStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		write(w, r, answer{http.StatusOK, map[string]string{"Content-Type": "text/html; charset=utf-8"}, b.Bytes()})
	}
}
