package sources

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestKindSettings(t *testing.T) {
	src := `sources:
  - id: pbc
    name: PBoC
    kind: listing
    url: https://www.pbc.example/en/index.html
    role: regulator
    zone: Asia/Shanghai
    listing:
      articles: "div.list a, td > a"
      title: a
      link: {select: a, attr: href, regex: 'id=(\d+)', template: "/doc/{1}.html"}
      date: {attr: href, regex: '/(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)\d{6}', template: "{y}-{m}-{d}"}
      summary: {above: h3}
      paging: {address: "index_{page}.html", pages: 3}
    gate: {exclude: [tender, 招標]}
    fallback:
      - kind: api
        url: https://api.pbc.example/list
        headers: {X-Language: en}
        api:
          post: '{"lang": "EN", "pageNo": {page}}'
          articles: .items[]
          title: .title
          link: '"https://www.pbc.example/" + .id'
          paging: {pages: 2, first: 0, step: 20}
      - {kind: feed, url: "https://www.pbc.example/rss"}
    headers: {User-Agent: Acme a@acme.example}
`
	got, problems := Parse("cn.yaml", []byte(src))
	if problems.Err() != nil || len(got) != 1 {
		t.Fatal(problems)
	}
	want := models.Source{
		ID: "pbc", Name: "PBoC", Kind: KindListing, URL: "https://www.pbc.example/en/index.html", Role: models.Regulator,
		Zone: "Asia/Shanghai", Pages: models.PagesAuto, Headers: map[string]string{"User-Agent": "Acme a@acme.example"},
		TitleFilter: models.TitleFilter{Exclude: []string{"tender", "招標"}},
	}
	api, feed := want, want
	want.Listing = models.Listing{
		Articles: "div.list a, td > a",
		Title:    models.Extractor{Select: "a"},
		Link:     models.Extractor{Select: "a", Attr: "href", Regex: `id=(\d+)`, Template: "/doc/{1}.html"},
		Date:     models.Extractor{Attr: "href", Regex: `/(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)\d{6}`, Template: "{y}-{m}-{d}"},
		Summary:  models.Extractor{Above: "h3"},
		Paging:   models.Paging{Address: "index_{page}.html", First: 1, Step: 1, Pages: 3},
	}
	api.Kind, api.URL, api.Headers = KindAPI, "https://api.pbc.example/list", map[string]string{"X-Language": "en"}
	api.API = models.API{
		Post: `{"lang": "EN", "pageNo": {page}}`, Articles: ".items[]", Title: ".title", Link: `"https://www.pbc.example/" + .id`,
		Paging: models.Paging{First: 0, Step: 20, Pages: 2},
	}
	feed.Kind, feed.URL = KindFeed, "https://www.pbc.example/rss"
	want.Fallback = []models.Source{api, feed}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("Parse mismatch (-want +got):\n%s", diff)
	}
}

func TestKindSettingsProblems(t *testing.T) {
	const (
		head    = "sources:\n  - id: a\n    name: A\n    url: https://a.example/list\n    role: press\n"
		listing = head + "    kind: listing\n    listing:\n      articles: li\n      title: a\n"
		api     = head + "    kind: api\n    api:\n      articles: .x[]\n      title: .t\n      link: .l\n"
	)
	tests := []struct{ name, src, want string }{
		{"no settings", head + "    kind: listing\n", `f.yaml:2:5: "listing" is missing; a source of kind listing needs these settings`},
		{"another kind's", head + "    listing: {articles: li, title: a}\n", "f.yaml:6:5: listing is not a key of kind feed; use kind: listing, or remove it"},
		{"no articles", head + "    kind: listing\n    listing: {title: a}\n", `f.yaml:7:14: "articles" is missing; add the CSS selector of one article`},
		{"bad selector", head + "    kind: listing\n    listing: {articles: 'li[', title: a}\n", `f.yaml:7:25: articles "li[" is not valid: `},
		{"bad selector of a value", listing + "      date: {select: 'a:nope'}\n", `f.yaml:10:22: select "a:nope" is not valid: `},
		{"unknown key of a value", listing + "      date: {selector: a}\n", `f.yaml:10:14: unknown key "selector"; did you mean "select"? date has select, above, attr, text, regex, template`},
		{"bad regex", listing + "      date: {regex: '('}\n", `f.yaml:10:21: regex "(" is not valid: missing closing )`},
		{"an unknown group", listing + "      link: {attr: href, regex: '(x)', template: '{2}'}\n", `f.yaml:10:50: template "{2}" has the unknown placeholder {2}; use {1} or {name}`},
		{"select and above", listing + "      date: {select: b, above: h2}\n", `f.yaml:10:25: select and above exclude each other`},
		{"unknown text", listing + "      date: {text: behind}\n", `f.yaml:10:20: text "behind" is unknown; use before or after`},
		{"text and attr", listing + "      date: {attr: href, text: before}\n", `f.yaml:10:26: attr and text exclude each other`},
		{"paging without next or address", listing + "      paging: {pages: 3}\n", `f.yaml:10:15: paging does not say how to find further pages`},
		{"paging without a limit", listing + "      paging: {next: a.next}\n", `f.yaml:10:15: "pages" is missing; add the most pages`},
		{"too many pages", listing + "      paging: {next: a, pages: 1000}\n", `f.yaml:10:32: pages is "1000"; use a whole number from 1 to 50`},
		{"an address without a number", listing + "      paging: {address: x.html, pages: 3}\n", `f.yaml:10:25: address "x.html" has no {page}`},
		{"next and address", listing + "      paging: {address: 'x{page}', next: a, pages: 3}\n", `f.yaml:10:36: next and address exclude each other`},
		{"a selector of the next page", listing + "      paging: {next: 'a[', pages: 3}\n", `f.yaml:10:22: next "a[" is not valid: `},
		{"bad jq", api + "      date: '.a['\n", `f.yaml:11:13: date ".a[" is not valid: `},
		{"jq with a module", api + "      date: 'import \"a\" as a; .x'\n", `f.yaml:11:13: date "import \"a\" as a; .x" cannot be compiled: `},
		{"jq with an unknown name", api + "      date: '$x'\n", `f.yaml:11:13: date "$x" cannot be compiled: `},
		{"jq that wants more input", api + "      date: input\n", `f.yaml:11:13: date "input" cannot be compiled: `},
		{"a post that is not JSON", api + "      post: 'lang=EN'\n", `f.yaml:11:13: post is not JSON; use a text such as '{"lang": "EN", "number": {page}}'`},
		{"a detail without a body", api + "      detail: {address: '/x?id={id}'}\n", `f.yaml:11:15: "body" is missing; add a jq expression that returns the text of the article`},
		{"a detail with an unknown placeholder", api + "      detail: {address: '/x?id={refNo}', body: .b}\n", `f.yaml:11:25: unknown placeholder {refNo} in "/x?id={refNo}"; use {id} or {link}`},
		{"a detail that posts an unknown placeholder", api + "      detail: {address: '/x{id}', post: '{\"a\": \"{no}\"}', body: .b}\n", `f.yaml:11:41: unknown placeholder {no} in "{\"a\": \"{no}\"}"; use {id} or {link}`},
		{"a detail that is the same for all", api + "      detail: {address: /x, body: .b}\n", `f.yaml:11:25: address "/x" is the same for every article; use {id} or {link}`},
		{"a detail on a host of the article's", api + "      detail: {address: 'https://{id}/x', body: .b}\n", `f.yaml:11:25: address "https://{id}/x" lets articles choose the host`},
		{"a detail without a web address", api + "      detail: {address: 'ftp://a.example/{id}', body: .b}\n", `f.yaml:11:25: address "ftp://a.example/{id}" is not a web address; use an address`},
		{"a detail with bad jq", api + "      detail: {address: '/x?id={id}', body: '.b['}\n", `f.yaml:11:45: body ".b[" is not valid: `},
		{"a detail that posts text", api + "      detail: {address: '/x{id}', post: 'id={id}', body: .b}\n", `f.yaml:11:41: post is not JSON; use a text such as '{"lang": "EN", "number": {id}}'`},
		{"a detail in a fallback", head + "    fallback: [{kind: api, url: 'https://a.example/api', api: {articles: '.[]', title: .t, id: .i, detail: {address: '/{id}', body: .b}}}]\n", `f.yaml:6:58: a fallback has no detail`},
		{"articles without identity", head + "    kind: api\n    api: {articles: '.[]', title: .t}\n", `f.yaml:7:10: articles have no identity; add link or id`},
		{"feed settings without a field", head + "    feed: {date: {regex: 'x'}}\n", `f.yaml:6:18: "from" is missing; use the field of the feed that contains it: title, summary, body, link or id`},
		{"feed settings of an unknown field", head + "    feed: {title: {from: author, regex: 'x'}}\n", `f.yaml:6:26: from "author" is unknown; use title, summary, body, link or id`},
		{"feed settings with a bad regex", head + "    feed: {title: {from: title, regex: '('}}\n", `f.yaml:6:40: regex "(" is not valid: missing closing )`},
		{"a fallback without an address", head + "    fallback: [{kind: feed}]\n", `f.yaml:6:16: "url" is missing; add the address of the fallback`},
		{"a fallback without its settings", head + "    fallback: [{kind: api, url: 'https://a.example/api'}]\n", `f.yaml:6:16: "api" is missing; a source of kind api needs these settings`},
		{"a fallback to itself", head + "    fallback: [{kind: feed, url: 'https://a.example/list'}]\n", `f.yaml:6:34: this address is already used`},
		{"a fallback with a fallback", head + "    fallback: [{kind: feed, url: 'https://a.example/rss', fallback: []}]\n", `f.yaml:6:59: unknown key "fallback"; a fallback has kind, url, headers, feed, listing, api`},
		{"a gate without words", head + "    gate: {exclude: ['!']}\n", `f.yaml:6:22: phrase "!" has no word`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := Parse("f.yaml", []byte(tt.src))
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tt.want) {
				t.Errorf("problems of\n%s\ngot:  %v\nwant: one that starts with %s", tt.src, problems, tt.want)
			}
		})
	}
}
