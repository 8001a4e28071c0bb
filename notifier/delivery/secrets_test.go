package delivery

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"
)

func TestScrubReplacesEveryFormOfASecret(t *testing.T) {
	const secret = `p<a>s&s/wörd "x"+1`
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"plain":                        secret,
		"in JSON":                      strings.Trim(string(quoted), `"`),
		"in a query":                   url.QueryEscape(secret),
		"in a path":                    url.PathEscape(secret),
		"with lower-case escapes":      strings.NewReplacer("%3C", "%3c", "%3E", "%3e", "%2F", "%2f", "%C3%B6", "%c3%b6", "%2B", "%2b").Replace(url.QueryEscape(secret)),
		"in HTML":                      html.EscapeString(secret),
		"with escaped slashes":         strings.ReplaceAll(secret, "/", `\/`),
		"broken by control characters": "p<a>s&s/w\x00ör\u200ed \"x\"+1",
		"after a line end":             "x\n" + secret,
	} {
		got := Secrets{"", "abc", "s&s/", secret + "\n"}.Scrub("it said " + text + ".")
		if want := "it said [secret]."; strings.ReplaceAll(got, "x [", "[") != want {
			t.Errorf("%s: Scrub = %q, want %q", name, got, want)
		}
	}
}

func TestHTTPClientKeepsFewIdleConnections(t *testing.T) {
	transport := HTTPClient().Transport.(connecting).Transport
	if transport.MaxIdleConns <= 0 || transport.MaxIdleConns > 16 || transport.MaxIdleConnsPerHost <= 0 || transport.MaxIdleConnsPerHost > 4 || transport.IdleConnTimeout <= 0 {
		t.Errorf("idle connections: %d, %d a host, for %v; want few, and not for ever", transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.IdleConnTimeout)
	}
}
