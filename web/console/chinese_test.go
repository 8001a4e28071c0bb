package console

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	xhtml "golang.org/x/net/html"

	"regwatch/app"
	"regwatch/internal/smtpfake"
)

// english are three words in a row, as in a sentence. Names of products, people and files that have as
// many are in the corpus of the desk, or in quotes.
var english = regexp.MustCompile(`[A-Za-z][a-z']*[,;:]?(?: [A-Za-z][a-z']*[,;:]?){2,}`)

// quotes hold what is quoted: the answer of a server, a word of a rule, a name.
var quotes = regexp.MustCompile(`“[^”]*”|「[^」]*」|‘[^’]*’|"[^"]*"`)

// sentencesOf returns the English sentences that a page shows outside of code, fields and quotes, and
// that are not of the corpus.
func sentencesOf(t *testing.T, page string, corpus string) []string {
	t.Helper()
	root, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(n *xhtml.Node)
	walk = func(n *xhtml.Node) {
		if n.Type == xhtml.ElementNode {
			switch n.DataAtom {
			case atom.Code, atom.Pre, atom.Textarea, atom.Script, atom.Style, atom.Svg, atom.Template, atom.Kbd, atom.Q, atom.Samp:
				return
			}
			for _, a := range n.Attr {
				if slices.Contains([]string{"title", "aria-label", "placeholder", "alt"}, a.Key) {
					found = append(found, a.Val)
				}
			}
		}
		if n.Type == xhtml.TextNode {
			found = append(found, n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	var sentences []string
	for _, text := range found {
		text = strings.Join(strings.Fields(quotes.ReplaceAllString(text, "")), " ")
		for _, s := range english.FindAllString(text, -1) {
			if !strings.Contains(corpus, s) {
				sentences = append(sentences, text)
				break
			}
		}
	}
	return sentences
}

var localLinks = regexp.MustCompile(`(?:href|action)="(/[^"]*)"`)

// crawl opens every page that is linked from some pages, at most a few of each kind, and returns the
// English sentences with the page where each was first seen.
func crawl(get func(address string) string, t *testing.T, corpus string, start ...string) map[string]string {
	t.Helper()
	seen, kinds, found := make(map[string]bool), make(map[string]int), make(map[string]string)
	ids := regexp.MustCompile(`[0-9A-Z]{20,}|[0-9a-f]{16,}|=[^&]*`)
	for queue := start; len(queue) > 0; queue = queue[1:] {
		address := queue[0]
		kind := ids.ReplaceAllString(address, "*")
		if seen[address] || kinds[kind] >= 4 || strings.HasPrefix(address, "/static/") || address == "/live" {
			continue
		}
		seen[address] = true
		kinds[kind]++
		page := get(address)
		if page == "" {
			continue
		}
		for _, s := range sentencesOf(t, page, corpus) {
			if found[s] == "" {
				found[s] = address
			}
		}
		for _, link := range localLinks.FindAllStringSubmatch(page, -1) {
			to, _, _ := strings.Cut(html.UnescapeString(link[1]), "#")
			queue = append(queue, to)
		}
	}
	t.Logf("%d pages", len(seen))
	return found
}

// stored is all text that a desk has from others: articles, rules, sources.
func stored(t *testing.T, e *app.Engine) string {
	t.Helper()
	var all []string
	articles, err := e.Articles(context.Background(), app.ArticleFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range articles {
		all = append(all, a.Title)
		if full, err := e.Article(context.Background(), a.ID); err == nil {
			all = append(all, full.Body)
		}
	}
	for _, r := range e.Folder().Rules.Rules() {
		all = append(all, r.Title, r.Why)
		if file, err := e.RuleFile(r.ID); err == nil {
			all = append(all, file.Text)
		}
	}
	for _, s := range e.Folder().Sources {
		all = append(all, s.Name)
	}
	return strings.Join(strings.Fields(strings.Join(all, " ")), " ")
}

func TestChinesePagesOfTheDemoHaveNoEnglishSentence(t *testing.T) {
	d := newDesk(t)
	d.actor = app.Actor{Name: "mei", Role: app.RoleAdmin}
	corpus := stored(t, d.engine)
	for _, language := range []string{"zh-HK", "zh-CN"} {
		t.Run(language, func(t *testing.T) {
			found := crawl(func(address string) string {
				page := d.get(t, address, "Accept-Language", language)
				if !strings.Contains(page.Header.Get("Content-Type"), "text/html") {
					return ""
				}
				return page.Body
			}, t, corpus, "/inbox", "/users", "/keys", "/go")
			for s, address := range found {
				t.Errorf("%s says %q", address, s)
			}
		})
	}
}

func TestChinesePagesExplainFaultsInChinese(t *testing.T) {
	d := newRecordsDesk(t, smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550, Message: "no such mailbox", Times: -1})
	d.scan(t)
	corpus := stored(t, d.engine) + " no such mailbox"
	post := func(address string, fields ...string) string {
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Add(fields[i], fields[i+1])
		}
		r := httpRequest(http.MethodPost, address, form)
		r.Header.Set("Accept-Language", "zh-HK")
		return answer(as(d.Console, "ana"), r)
	}
	found := crawl(func(address string) string {
		r := httpRequest(http.MethodGet, address, nil)
		r.Header.Set("Accept-Language", "zh-HK")
		return answer(as(d.Console, "ana"), r)
	}, t, corpus, "/inbox", "/sent", "/sources", "/status", "/rules")
	_ = post
	for s, address := range found {
		t.Errorf("%s says %q", address, s)
	}
}
