package cli

import (
	"bytes"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// TestSeedPage serves a real news page on the shipped topics as an item of a
// feed with its page: one alert on Slack and by email, led by yuan-stablecoin,
// that names the other two rules, each with words of the article itself. The
// same page with another text of its own, and the topics only in its list of
// related stories, alerts nobody.
func TestSeedPage(t *testing.T) {
	src, err := os.ReadFile("../../../shared/seed/article.txt")
	if err != nil {
		t.Skip("the seed page is not on this machine; TestDemo serves one of its shape")
	}
	seed := strings.Split(strings.TrimSpace(string(src)), "\n")
	cut := slices.IndexFunc(seed, func(line string) bool { return strings.HasPrefix(line, "Disclaimer") })
	if cut < 0 {
		t.Fatal("the seed page has no disclaimer, after which its furniture begins")
	}
	own, furniture := seed[1:cut], seed[cut:]

	t.Run("the page", func(t *testing.T) {
		slack, mail := scanPage(t, seed[0], own, furniture)
		if len(slack) != 1 || len(mail) != 1 {
			t.Fatalf("%d messages on Slack and %d mails; want one of each", len(slack), len(mail))
		}
		text := mail[0].Text
		why, mentions := strings.Index(text, "Why: Yuan-pegged stablecoins"), strings.Index(text, "Mentions:")
		if why < 0 || mentions < why {
			t.Fatalf("the mail is not led by the rule on yuan stablecoins, with mentions after it:\n%s", text)
		}
		if also := strings.Index(text, "Also:"); also >= 0 {
			t.Errorf("more than one rule is a subject:\n%s", text)
		}
		for _, rule := range []string{"Stablecoins Ordinance", "Bans on crypto"} {
			if !strings.Contains(text[mentions:], rule) {
				t.Errorf("the mail does not mention %s:\n%s", rule, text)
			}
			if !strings.Contains(string(slack[0].Blocks), rule) {
				t.Errorf("the Slack message does not mention %s", rule)
			}
		}
		// Every quoted word stands in the article's own text.
		page := strings.ToLower(strings.Join(append([]string{seed[0]}, own...), " "))
		unwrapped := strings.Join(strings.Fields(text[why:]), " ")
		quoted := 0
		for rest := unwrapped; ; {
			_, after, found := strings.Cut(rest, "“")
			if !found {
				break
			}
			words, after, _ := strings.Cut(after, "”")
			rest = after
			quoted++
			if !strings.Contains(page, strings.ToLower(strings.TrimSuffix(words, "…"))) {
				t.Errorf("%q is not in the article's own text", words)
			}
		}
		if quoted < 3 {
			t.Errorf("%d words quoted; want at least one for each rule:\n%s", quoted, unwrapped)
		}
	})
	t.Run("topics only among the related stories", func(t *testing.T) {
		other := []string{
			"The city's botanical garden will open two hours earlier from April, its director said on Monday.",
			"Visitors had asked for it for years. The orchid house and the fern walk stay closed until the new roof is finished, which is expected before the summer holidays begin.",
			"Tickets cost the same at every hour, and children under twelve enter free with an adult. A tram stops at the north gate every ten minutes.",
		}
		related := append(slices.Clone(furniture),
			"Hong Kong and China may cooperate on a yuan-backed stablecoin",
			"Hong Kong's Stablecoins Ordinance: HKMA grants the first stablecoin issuer licence",
			"China reaffirms its ban on crypto trading and mining")
		if slack, mail := scanPage(t, "Botanical garden to open earlier", other, related); len(slack)+len(mail) != 0 {
			t.Errorf("%d messages on Slack and %d mails; want none", len(slack), len(mail))
		}
	})
}

// scanPage runs one scan with the shipped rules over a feed of one article whose
// text is only on its page, and returns what arrived.
func scanPage(t *testing.T, title string, own, furniture []string) ([]slackfake.Message, []smtpfake.Message) {
	t.Helper()
	mux := http.NewServeMux()
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	mux.HandleFunc("/feed.xml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>%[1]s</link><description>d</description>
<item><title>%[2]s</title><link>%[1]s/page</link><guid>page</guid><pubDate>%[3]s</pubDate><description>Read more on our site.</description></item>
</channel></rss>`, site.URL, html.EscapeString(title), time.Now().Add(-time.Hour).Format(time.RFC1123Z))
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>%[1]s</title></head><body><nav><a href=/>Home</a></nav><article><h1>%[1]s</h1>", html.EscapeString(title))
		for _, line := range append(slices.Clone(own), furniture...) {
			if item, ok := strings.CutPrefix(line, "- "); ok {
				fmt.Fprintf(w, "<ul><li>%s</li></ul>", html.EscapeString(item))
			} else if strings.TrimSpace(line) != "" {
				fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(line))
			}
		}
		fmt.Fprint(w, "</article></body></html>")
	})
	slack, err := slackfake.New(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = slack.Close() })
	mail, err := smtpfake.New(smtpfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mail.Close() })
	host, port, err := net.SplitHostPort(mail.Addr())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "sources")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sources"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"sources/site.yaml": fmt.Sprintf("sources:\n  - {id: site, name: The site, url: %s/feed.xml, role: press, allow_hosts: [127.0.0.1]}\n", site.URL),
		"token":             "xoxb-seed",
		configs.FileName: fmt.Sprintf(`channels:
  slack: {kind: slack, token: "file:token", channel: "#alerts", api: "%s"}
  mail: {kind: email, host: %s, port: %s, tls: none, from: r@example.com}
recipients:
  team: {send: [slack, "mail:team@example.com"]}
routes:
  default: [team]
`, slack.APIURL(), host, port),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"-C", dir, "scan"}, &out, &out); code != 0 {
		t.Fatalf("scan: exit code %d\n%s", code, out.String())
	}
	return slack.Messages(), mail.Messages()
}
