package fetch

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/wildcard"
)

const (
	maxRobotsBytes = 500 << 10 // bytes of a robots.txt that are read (RFC 9309, section 2.5)
	maxRobotsLine  = 16 << 10  // bytes of a line that are read
)

// A robotsRule is one allow or disallow line of a robots.txt.
type robotsRule struct {
	allow   bool
	pattern string
	line    int
	text    string // the line as written
}

// robots are the rules of a robots.txt for one agent (RFC 9309). The zero value allows
// everything.
type robots struct {
	hasOwnGroup  bool // a group names the agent, so the general rules do not apply
	ownRules     []robotsRule
	generalRules []robotsRule

	// Crawl-delay is not in the RFC, but publishers use it.
	ownDelay, generalDelay time.Duration
}

// parseRobots reads a robots.txt for one agent, whose name is a product token:
// letters, hyphens and underscores. Like Google's parser, with which publishers test
// their files, it accepts common mistakes.
func parseRobots(text []byte, agent string) robots {
	var (
		r                          robots
		forAgent, forAll, hasRules bool // of the current group
	)
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for n, line := range robotsLines(text) {
		key, value := robotsField(line)
		switch robotsKey(key) {
		case "user-agent":
			if hasRules {
				forAgent, forAll, hasRules = false, false, false
			}
			// "* but not others" applies to all agents too.
			if value == "*" || strings.HasPrefix(value, "*") && strings.TrimLeft(value[1:], " \t") != value[1:] {
				forAll = true
			} else if token := productToken(value); token != "" && strings.EqualFold(token, agent) {
				forAgent, r.hasOwnGroup = true, true
			}
		case "allow", "disallow":
			hasRules = hasRules || forAgent || forAll
			rule := robotsRule{allow: robotsKey(key) == "allow", pattern: escapeNonASCII(upperEscapes(value)), line: n + 1, text: string(line)}
			r.add(rule, forAgent, forAll)
			// A page called index is also served at its folder.
			if slash := strings.LastIndexByte(rule.pattern, '/'); rule.allow && slash >= 0 && strings.HasPrefix(rule.pattern[slash:], "/index.htm") {
				rule.pattern = rule.pattern[:slash+1] + "$"
				r.add(rule, forAgent, forAll)
			}
		case "crawl-delay":
			if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && !math.IsInf(seconds, 0) {
				delay := time.Duration(min(seconds, 3600) * float64(time.Second))
				if forAgent {
					r.ownDelay = delay
				}
				if forAll {
					r.generalDelay = delay
				}
			}
		}
	}
	return r
}

func (r *robots) add(rule robotsRule, forAgent, forAll bool) {
	switch {
	case rule.pattern == "": // "Disallow:" forbids nothing
	case forAgent:
		r.ownRules = append(r.ownRules, rule)
	case forAll:
		r.generalRules = append(r.generalRules, rule)
	}
}

// disallows returns the rule that disallows a path with its query. The longest pattern
// wins, and of two equally long ones the one that allows.
func (r robots) disallows(path string) (robotsRule, bool) {
	rules := r.generalRules
	if r.hasOwnGroup {
		rules = r.ownRules
	}
	var best robotsRule
	for _, rule := range rules {
		longer := len(rule.pattern) > len(best.pattern) || len(rule.pattern) == len(best.pattern) && rule.allow
		if longer && rule.matches(path) {
			best = rule
		}
	}
	return best, best.pattern != "" && !best.allow
}

// matches reports whether a rule is about an address, which is a path with its query. Both are compared in the
// same spelling (RFC 9309, section 2.2.2): escapes in capitals, and none for characters that
// need none. Google's parser leaves such needless escapes alone, so an Allow with one counts
// only for a path that is written in the same way: where parsers differ, regwatch does not
// fetch.
func (rule robotsRule) matches(address string) bool {
	pattern, path := rule.pattern, escapeSpecial(upperEscapes(address))
	if !rule.allow {
		pattern, path = unescapeUnreserved(pattern), unescapeUnreserved(escapeNonASCII(path))
	}
	// A $ is special only at the end of a pattern.
	if head, anchored := strings.CutSuffix(pattern, "$"); anchored {
		pattern = strings.ReplaceAll(head, "$", "%24") + "$"
	} else {
		pattern = strings.ReplaceAll(pattern, "$", "%24")
	}
	return wildcard.MatchPrefix(pattern, path)
}

// delay returns the time that the publisher asks for between two requests.
func (r robots) delay() time.Duration {
	if r.hasOwnGroup {
		return r.ownDelay
	}
	return r.generalDelay
}

// robotsLines splits a text at line feeds, carriage returns, or both.
func robotsLines(text []byte) [][]byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	lines := bytes.Split(text, []byte("\n"))
	for i, line := range lines {
		lines[i] = bytes.TrimSpace(line[:min(len(line), maxRobotsLine)])
	}
	return lines
}

// robotsField splits a line at its colon, or at the white space between two words.
func robotsField(line []byte) (key, value string) {
	line, _, _ = bytes.Cut(line, []byte("#"))
	text := strings.TrimSpace(string(line))
	key, value, found := strings.Cut(text, ":")
	if !found {
		words := strings.Fields(text)
		if len(words) != 2 {
			return "", ""
		}
		key, value = words[0], words[1]
	}
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// robotsKey returns the key that is meant, or an empty string for other keys. It knows
// the misspellings that publishers make.
func robotsKey(key string) string {
	for canonical, prefixes := range map[string][]string{
		"user-agent":  {"user-agent", "useragent", "user agent"},
		"disallow":    {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"},
		"allow":       {"allow"},
		"crawl-delay": {"crawl-delay", "crawldelay", "crawl delay"},
	} {
		for _, p := range prefixes {
			if strings.HasPrefix(key, p) {
				return canonical
			}
		}
	}
	return ""
}

// productToken returns the start of a User-agent value that can be a name.
func productToken(value string) string {
	for i, r := range value {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' {
			return value[:i]
		}
	}
	return value
}

// upperEscapes returns a text with its escapes in capitals.
func upperEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escapeNonASCII escapes the bytes that an address cannot have.
func escapeNonASCII(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= 0x80 {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// escapeSpecial escapes the characters of a path that are special in patterns, as a pattern
// writes them to mean themselves.
func escapeSpecial(path string) string {
	return strings.NewReplacer("*", "%2A", "$", "%24").Replace(path)
}

// unescapeUnreserved resolves the escapes of characters that need none: letters, digits
// and -._~ (RFC 3986, section 2.3). Escapes must be in capitals.
func unescapeUnreserved(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil && isUnreserved(byte(c)) {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("-._~", c) >= 0
}

// robotsPath returns the part of an address that patterns apply to: its path and
// query, as written.
func robotsPath(address string) string {
	rest := strings.TrimPrefix(address, "//")
	if i := strings.Index(rest, "://"); i >= 0 && !strings.ContainsAny(rest[:i], "/?;") {
		rest = rest[i+len("://"):]
	}
	rest, _, _ = strings.Cut(rest, "#")
	start := strings.IndexAny(rest, "/?;")
	switch {
	case start < 0:
		return "/"
	case rest[start] != '/':
		return "/" + rest[start:]
	}
	return rest[start:]
}
