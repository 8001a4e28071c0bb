package api

import (
	"bytes"
	"testing"
	"text/template"

	"regwatch/internal/golden"
)

const manualTemplate = `# API

This page is made from the table of operations in ` + "`web/api`" + ` (` + "`REGWATCH_UPDATE=1 go test ./web/api -run TestManual`" + `). A running regwatch
shows the same at ` + "`{{.Prefix}}/docs`" + `, and as OpenAPI 3.1 at ` + "`{{.Prefix}}/openapi.json`" + `. How to begin: [Use the API](../guides/use-the-api.md).
The fields of answers are those of [JSON output](json.md). Fields and operations are added; none is renamed or removed.

Paths are below ` + "`{{.Prefix}}`" + `. An ID may be shortened to its beginning where that is unique. Operations without a role need only a reader.
{{range .Groups}}
## {{.Name}}

| Operation | Scope | Role | Does |
|---|---|---|---|
{{range .Operations}}| ` + "`{{.Method}} {{.Path}}`" + ` | ` + "`{{.Scope}}`" + ` | {{with .Role}}{{.}}{{end}} | {{.Does}}{{with own .}} Parameters: {{range $i, $p := .}}{{if $i}}; {{end}}` + "`{{$p.Name}}`" + `{{if .Required}} (required){{end}}{{with .Doc}}: {{.}}{{end}}{{with .Enum}} ({{range $i, $e := .}}{{if $i}}, {{end}}` + "`{{$e}}`" + `{{end}}){{end}}{{end}}.{{end}}{{with fields .}} Body: {{range $i, $f := .}}{{if $i}}; {{end}}` + "`{{$f.Name}}`" + `{{if not .Optional}} (required){{end}}{{with .Doc}}: {{.}}{{end}}{{end}}.{{end}} |
{{end}}{{end}}
## What many operations have

| | |
|---|---|
| ` + "`Authorization: Bearer rw_…`" + ` | the token, with every request. Cookies are not looked at |
| ` + "`limit`, `cursor`" + ` | of a list: at most ` + "`limit`" + ` elements ({{.Default}}; at most {{.Max}}). ` + "`next`" + ` in the answer, or the header ` + "`Link`" + `, leads to the next page. What is added meanwhile makes no element come twice; an event that is seen again moves to the beginning |
| ` + "`format=csv`, `Accept: text/csv`" + ` | a list as CSV, a page at a time, with a column for each field. A cell that a spreadsheet would take for a formula begins with an apostrophe |
| ` + "`If-None-Match`" + ` | of a ` + "`GET`" + `: an ` + "`ETag`" + ` that you have. If it is still that, the answer is 304 |
| ` + "`Idempotency-Key`" + ` | of what changes something: a text of your own, 1 to 255 characters of ASCII. A repeat within 24 hours gets the stored answer, and nothing is done twice |

## Limits

A body has at most 1 MB. A token may send {{.PerSecond}} requests a second and {{.AtOnce}} at once; a search counts as {{.Search}} and a backtest as
{{.Backtest}} of them, and two of these run at a time. So many checks of rules
run at a time, too. A query has at most 10,000 characters, and so have a reason and a note. A request takes at most 25 s. A backtest
reads for at most 8 s; then only the newest articles count, ` + "`stopped`" + ` is true, and ` + "`from`" + ` says which. One that takes longer than
25 s all the same is refused with ` + "`takes-too-long`" + `, and ` + "`detail`" + ` names a shorter period.

## Problems

An error is a problem by RFC 9457 (` + "`application/problem+json`" + `): ` + "`type`, `title`, `status`, `detail`" + `, and in ` + "`problems`" + ` the mistakes of what a
person wrote, each with ` + "`file`, `line`, `column`, `what` and `want`" + `. Act on the end of ` + "`type`" + `, after the #:

| End of ` + "`type`" + ` | Status | Meaning |
|---|---|---|
{{range .Problems}}| ` + "`{{.Code}}`" + ` | {{.Status}} | {{.Title}}{{with .When}}: {{.}}{{end}} |
{{end}}`

// docs/reference/api.md is what the table of operations says.
func TestManualOfTheAPIIsThatOfTheTable(t *testing.T) {
	own := func(op operation) []param {
		var all []param
		for _, p := range op.Params {
			if p.In != inPath {
				all = append(all, p)
			}
		}
		return all
	}
	page := template.Must(template.New("api.md").Funcs(template.FuncMap{"own": own, "fields": operation.bodyFields}).Parse(manualTemplate))
	var b bytes.Buffer
	if err := page.Execute(&b, map[string]any{
		"Prefix": Prefix, "Groups": groupsOf(operations()), "Problems": problemKinds(), "Default": defaultLimit, "Max": maxLimit,
		"PerSecond": perSecond, "AtOnce": atOnce, "Search": SlowCost / 4, "Backtest": SlowCost,
	}); err != nil {
		t.Fatal(err)
	}
	golden.Assert(t, "../../docs/reference/api.md", b.Bytes())
}
