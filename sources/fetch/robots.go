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
			rule := robotsRule{allow: robotsKey(key) == "allow", pattern: normalizePattern(value), line: n + 1, text: string(line)}
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
		if longer && wildcard.MatchPrefix(rule.pattern, path) {
			best = rule
		}
	}
	return best, best.pattern != "" && !best.allow
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

// normalizePattern returns a pattern in the form of addresses: non-ASCII bytes
// escaped, and escapes in capitals.
func normalizePattern(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '%' && i+2 < len(pattern) && isHex(pattern[i+1]) && isHex(pattern[i+2]):
			b.WriteString(strings.ToUpper(pattern[i : i+3]))
			i += 2
		case c >= 0x80:
			const digits = "0123456789ABCDEF"
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
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
