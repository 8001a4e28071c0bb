package console

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
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
var english = regexp.MustCompile(`[A-Za-z][a-z']*(?: [A-Za-z][a-z']*){2,}`)

// quotes hold what is quoted: the answer of a server, a word of a rule, a name.
var quotes = regexp.MustCompile(`“[^”]*”|「[^」]*」|‘[^’]*’|"[^"]*"`)

// command is a command to run, which is the same in each language.
var command = regexp.MustCompile(`regwatch [a-z-]+(?: [a-z-]+)*(?: [A-Z]+)?(?: [a-z|]+)?(?: --[a-z]+ [a-z-]+)?`)

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
		text = strings.Join(strings.Fields(command.ReplaceAllString(quotes.ReplaceAllString(text, ""), "")), " ")
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
		if strings.HasSuffix(strings.Split(address, "?")[0], "/evidence") { // a document, which is in English
			continue
		}
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
			}, t, corpus, "/inbox", "/users", "/tokens", "/keys", "/go")
			for s, address := range found {
				t.Errorf("%s says %q", address, s)
			}
		})
	}
}

// newFaultyDesk is a console at which much fails: a source that cannot be read, a mail server that refuses
// a recipient, a rule whose file was changed, marks, mutes and exceptions.
func newFaultyDesk(t *testing.T) recordsDesk {
	t.Helper()
	d := newRecordsDeskOf(t, `{listen: "127.0.0.1:8480", public: "http://127.0.0.1:8480"}`, map[string]string{
		"sources/broken.yaml": "sources: [{id: broken, name: 壞來源, url: SITE/none.xml, role: press, allow_hosts: [127.0.0.1]}]\n",
		"rules/x.yaml~":       "id: x\n",
	}, smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550, Message: "no such mailbox", Times: -1})
	if _, err := d.engine.Scan(t.Context(), app.ScanOptions{}); err != nil {
		t.Fatal(err)
	}
	return d
}

// inChinese opens a page, or sends a form to it, as a reader of Chinese.
func inChinese(h http.Handler, language, method, address string, fields ...string) string {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httpRequest(method, address, form)
	r.Header.Set("Accept-Language", language)
	return answer(h, r)
}

func TestChinesePagesExplainFaultsInChinese(t *testing.T) {
	d := newFaultyDesk(t)
	// The answer of the mail server, which is quoted as it came, is English.
	corpus := stored(t, d.engine) + " the mail server refuses legal@example.com: 550 no such mailbox"
	admin := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.ServeHTTP(w, r.WithContext(app.WithActor(r.Context(), app.Actor{Name: "ana", Role: app.RoleAdmin})))
	})
	event := "/events/" + firstEvent(t, d.engine)
	for _, language := range []string{"zh-HK", "zh-CN"} {
		t.Run(language, func(t *testing.T) {
			found := crawl(func(address string) string { return inChinese(admin, language, http.MethodGet, address) }, t, corpus,
				"/inbox", "/sent", "/sources", "/sources/broken", "/status", "/rules", "/users", "/inbox?q=%28", "/events/none", "/rules/none")
			for _, form := range [][]string{
				{"/act", "do", "close", "event", firstEvent(t, d.engine), "back", "/inbox"},
				{"/mute", "event", firstEvent(t, d.engine), "for", "7", "reason", ""},
				{"/users", "do", "add", "name", "nobody", "role", "reader"},
				{"/users", "do", "add", "name", "a b", "role", "reader"},
				{"/users", "do", "add", "name", "zoe", "role", "king"},
				{"/users", "do", "disable", "name", "ana"},
				{"/tokens", "label", "", "scope", "read", "length", "30d"},
				{"/tokens", "label", "x", "length", "30d"},
				{"/tokens", "label", "x", "scope", "write", "length", "30d"},
				{"/tokens", "label", "x", "scope", "read", "length", "9999d"},
				{"/tokens", "label", strings.Repeat("x", 101), "scope", "read", "length", "30d"},
				{"/tokens", "revoke", "none"},
				{event + "/grouping", "do", "split", "step", "do"},
				{event + "/exception", "query", "source:site", "reason", ""},
				{"/rules/new", "title", "", "words", "$none"},
				{"/rules/stablecoins/propose", "text", recordsRule, "base", ""},
				{"/rules/stablecoins/proposals", "do", "propose"},
				{"/rules/stablecoins/proposals", "do", "refuse 1"},
				{"/rules/stablecoins/changes", "do", "accept 123"},
				{"/sources/find", "url", "no address"},
				{"/sources/site", "do", "remove"},
				{"/filters", "do", "save", "name", ""},
				{"/rules/stablecoins/check", "text", recordsRule, "base", "", "fields", "1", "tab", "form", "title", ""},
				{"/rules/stablecoins/check", "text", recordsRule, "base", "", "fields", "1", "tab", "form", "title", "a", "words-coin", ""},
				{"/rules/stablecoins/check", "text", recordsRule, "base", "", "try", "http://127.0.0.1:1/none"},
				{"/rules/stablecoins/refit", "do", "accept", "version", "none"},
				{event + "/grouping", "do", "merge", "step", "do", "target", firstEvent(t, d.engine)},
				{event + "/grouping", "do", "move", "step", "do", "target", "none", "article", "none"},
				{"/act", "do", "due", "event", firstEvent(t, d.engine), "day", "soon", "back", "/inbox"},
				{"/act", "do", "assign", "event", "none", "back", "/inbox"},
				{"/act", "do", "undo", "undo", "ungroup", "event", "", "id", "none", "back", "/inbox"},
				{"/act", "do", "undo", "undo", "undo-exception", "event", "", "id", "none", "back", "/inbox"},
				{"/act", "do", "undo", "undo", "restorenote", "event", "", "id", "none", "back", "/inbox"},
				{"/act", "do", "undo", "undo", "updates", "event", "", "id", "", "back", "/inbox"},
				{"/act", "do", "undo", "undo", "refit", "event", "stablecoins", "id", "none", "back", "/inbox"},
				{"/act", "do", "undo", "undo", "rule", "event", "stablecoins", "id", "none other", "back", "/inbox"},
			} {
				for _, s := range sentencesOf(t, inChinese(admin, language, http.MethodPost, form[0], form[1:]...), corpus) {
					found[s] = strings.Join(form, " ")
				}
			}
			for s, address := range found {
				t.Errorf("%s says %q", address, s)
			}
		})
	}
}

func TestProblemsOfRulesAreSaidInChinese(t *testing.T) {
	d := newRulesDesk(t)
	names, err := filepath.Glob("../../rules/testdata/err/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	english := make(map[string]string)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		page := inChinese(as(d.console, "mei"), "zh-HK", http.MethodPost, "/rules/coin/check", "text", string(text), "base", "")
		list, _, _ := strings.Cut(page[max(strings.Index(page, `<div id="problems">`), 0):], `<div class="savebar"`)
		for _, s := range sentencesOf(t, list, string(text)) {
			english[s] = filepath.Base(name)
		}
	}
	for s, name := range english {
		t.Errorf("%s says %q", name, s)
	}
}

// Why an example fails, why a text does not match and why a draft loses an event are said in the language of the reader.
func TestWhyARuleDoesNotMatchIsSaidInChinese(t *testing.T) {
	d := newRulesDesk(t)
	d.scan()
	failing := strings.Replace(coinRule, "A stablecoin licence", "A licence", 1)
	losing := strings.Replace(strings.Replace(coinRule, "[stablecoin, 穩定幣]", "[token]", 1), "A stablecoin licence", "A token", 1)
	for lang, wants := range map[string][2]string{
		"zh-HK": {"應作為主題匹配此規則，但沒有匹配：", "找不到 coin 的任何詞語（在標題中）（第 "},
		"zh-CN": {"应作为主题匹配此规则，但没有匹配：", "找不到 coin 的任何词语（在标题中）（第 "},
	} {
		for _, tt := range []struct {
			draft, try, want string
			times            int
		}{
			{failing, "", wants[0] + wants[1], 2},  // among the problems, and beside the example
			{losing, "A bank closes", wants[1], 2}, // of the lost event, and of what was tried
		} {
			page := html.UnescapeString(inChinese(as(d.console, "mei"), lang, http.MethodPost, "/rules/coin/check", "text", tt.draft, "base", "", "try", tt.try))
			if n := strings.Count(page, tt.want); n < tt.times {
				t.Errorf("%s: the page says %q %d times, want %d", lang, tt.want, n, tt.times)
			}
			for _, english := range []string{"should match", "no word of", "(line "} {
				if strings.Contains(page, english) {
					t.Errorf("%s: the page says %q", lang, english)
				}
			}
		}
	}
}

func firstEvent(t *testing.T, e *app.Engine) string {
	t.Helper()
	all, err := e.Events(t.Context(), app.EventFilter{})
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return all[0].ID
}
