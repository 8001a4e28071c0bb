package fetch

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"regwatch/internal/wildcard"
)

// Escapes are compared in one spelling, in rules and in paths (RFC 9309, section 2.2.2).
func TestRobotsEscapes(t *testing.T) {
	for _, tt := range []struct {
		rule, path string
		disallowed bool
	}{
		{"/a%2Ab", "/a*b", true},
		{"/a%2Ab", "/a%2ab", true},
		{"/a%2Ab", "/axb", false},
		{"/%62lue", "/blue", true},
		{"/blue", "/%62lue", true},
		{"/blue", "/%42lue", false},
		{"/caf%c3%a9", "/caf%C3%A9", true},
		{"/café", "/caf%c3%a9", true},
		{"/%E6%96%B0%E8%81%9E/*.pdf$", "/%e6%96%b0%e8%81%9e/1.pdf", true},
		{"/%7Euser/", "/~user/1", true},
		{"/~user/", "/%7euser/1", true},
		{"/a%2Fb", "/a/b", false},
		{"/a%2fb", "/a%2Fb/c", true},
		{"/price%24", "/price$/1", true},
		{"/price$", "/price$/1", false},
		{"/a$b", "/a$b", true},
		{"/100%", "/100%", true},
	} {
		if _, got := parseRobots([]byte("User-agent: *\nDisallow: "+tt.rule), "regwatch").disallows(tt.path); got != tt.disallowed {
			t.Errorf("Disallow: %s for %s: disallowed %v, want %v", tt.rule, tt.path, got, tt.disallowed)
		}
	}
	// In doubt nothing is fetched: parsers differ on a needless escape in an Allow.
	allow := parseRobots([]byte("User-agent: *\nDisallow: /\nAllow: /%62lue\nAllow: /caf%c3%a9"), "regwatch")
	for path, disallowed := range map[string]bool{"/blue": true, "/%62lue": false, "/caf%C3%A9": false} {
		if _, got := allow.disallows(path); got != disallowed {
			t.Errorf("an escaped Allow for %s: disallowed %v, want %v", path, got, disallowed)
		}
	}
}

// The cases are those of Google's parser for RFC 9309.
func TestRobotsCases(t *testing.T) {
	data, err := os.ReadFile("../../../shared/robots/robots_cases.json")
	if err != nil {
		t.Skip("the cases of robots.txt are not available: ", err)
	}
	var cases []struct {
		Test, Robots, Agent, URL string
		Allow                    bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, c := range cases {
		rule, forbidden := parseRobots([]byte(c.Robots), c.Agent).disallows(robotsPath(c.URL))
		if forbidden == c.Allow {
			t.Errorf("%s: robots.txt %.300q, agent %q, url %.300q: allowed %t (line %d), want %t", c.Test, c.Robots, c.Agent, c.URL, !forbidden, rule.line, c.Allow)
			continue
		}
		passed++
	}
	t.Logf("%d of %d cases", passed, len(cases))
	if len(cases) == 0 {
		t.Error("there are no cases")
	}
}

func TestRobots(t *testing.T) {
	const agent = "regwatch"
	tests := []struct {
		name, robots, path string
		forbidden          int // the line that disallows; 0 means allowed
	}{
		{"nothing", "", "/", 0},
		{"a web page instead", "<!DOCTYPE html>\n<html><body>User-agent: none of your business</body></html>", "/", 0},
		{"all agents", "User-agent: *\nDisallow: /private/", "/private/x", 2},
		{"another agent", "User-agent: otherbot\nDisallow: /", "/", 0},
		{"our own group before the general one", "User-agent: *\nDisallow: /\n\nUser-agent: Regwatch\nDisallow: /x", "/y", 0},
		{"our name with a version", "User-agent: regwatch/2.0\nDisallow: /x", "/x", 2},
		{"a longer name is another agent", "User-agent: regwatchers\nDisallow: /", "/", 0},
		{"two groups with our name are joined", "User-agent: regwatch\nDisallow: /a\nUser-agent: other\nDisallow: /\nUser-agent: regwatch\nDisallow: /b", "/b", 6},
		{"two agents in one group", "User-agent: other\nUser-agent: *\nDisallow: /", "/", 3},
		{"the longer pattern wins", "User-agent: *\nDisallow: /a/\nAllow: /a/b/", "/a/b/c", 0},
		{"equally long: allowed", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", 0},
		{"an empty pattern disallows nothing", "User-agent: *\nDisallow:", "/", 0},
		{"a star and an end", "User-agent: *\nDisallow: /*.php$", "/a/b.php", 2},
		{"a star and a different end", "User-agent: *\nDisallow: /*.php$", "/a/b.php?x=1", 0},
		{"the query", "User-agent: *\nDisallow: /*?sort=", "/list?sort=up", 2},
		{"an end that overlaps the start", "User-agent: *\nDisallow: /ab*ba$", "/aba", 0},
		{"comments, carriage returns and a byte order mark", "\ufeff# hello\rUser-agent: * # all\r\nDisallow: /x # no", "/x", 3},
		{"Chinese", "User-agent: *\nDisallow: /新聞", "/%E6%96%B0%E8%81%9E/1", 2},
		{"without a group", "Disallow: /", "/", 0},
	}
	for _, tt := range tests {
		rule, forbidden := parseRobots([]byte(tt.robots), agent).disallows(tt.path)
		if got := map[bool]int{true: rule.line}[forbidden]; got != tt.forbidden {
			t.Errorf("%s: %s is disallowed by line %d, want %d", tt.name, tt.path, got, tt.forbidden)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 10":                                           10 * time.Second,
		"User-agent: *\nCrawl-delay: 0.5":                                          500 * time.Millisecond,
		"User-agent: *\nUser-agent: regwatch\nCrawl-delay: 10\nDisallow: /x":       10 * time.Second,
		"User-agent: *\nAllow: /\nCrawl-delay: 10\nUser-agent: regwatch\nAllow: /": 0,
		"User-agent: *\nCrawl-delay: soon":                                         0,
		"User-agent: *\nCrawl-delay: -1":                                           0,
		"User-agent: *\nCrawl-delay: NaN":                                          0,
		"User-agent: *\nCrawl-delay: 1e300":                                        time.Hour,
		"Crawl-delay: 10":                                                          0,
	} {
		if got := parseRobots([]byte(text), "regwatch").delay(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nCrawl-delay: 3", "http://a.example/aab")
	f.Add("\ufeffuser-agent regwatch\rallow /index.html\r\ndisallow: *", "//x;y#z")
	f.Fuzz(func(t *testing.T, text, address string) {
		r := parseRobots([]byte(text), "regwatch")
		path := robotsPath(address)
		if !strings.HasPrefix(path, "/") {
			t.Errorf("robotsPath(%q) = %q", address, path)
		}
		if rule, forbidden := r.disallows(path); forbidden && (rule.allow || rule.line < 1 || !wildcard.MatchPrefix(rule.pattern, path)) {
			t.Errorf("%q is disallowed by %+v", path, rule)
		}
	})
}
