package redact

import (
	"encoding/base64"
	"slices"
	"strings"

	"regwatch/internal/lazyregexp"
)

// A shape is the form of an unknown secret. The last group of the pattern is the secret.
// If the form alone is not enough, the first group is a name, and is decides.
type shape struct {
	hints   []string // in lower case; a text without any of them has no match
	pattern *lazyregexp.Regexp
	is      func(name, value string) bool
}

// tokens are secret anywhere in a text.
var tokens = []shape{
	// Slack tokens of bots, users, apps and refreshes.
	{hints: []string{"xox", "xapp-"}, pattern: lazyregexp.New(`\b((?:xoxe\.)?xox[a-z]-[A-Za-z0-9-]{4,}|xapp-[A-Za-z0-9-]{4,}|xoxe-[A-Za-z0-9-]{4,})`)},
	// Addresses of Slack's incoming webhooks, also inside JSON or another address.
	{hints: []string{"hooks.slack"}, pattern: lazyregexp.New(`(?i)hooks\.slack(?:-gov)?\.com(?:\\?/|%2F)(?:services|workflows|triggers)(?:\\?/|%2F)([^\s"'<>()]*[^\s"'<>().,;:])`)},
	// Tokens of Telegram bots, also in the address of a method. They have 35 characters after
	// the number of the bot.
	{hints: []string{":"}, pattern: lazyregexp.New(`(?:\b|bot)([0-9]{6,12}:[A-Za-z0-9_-]{30,64})`)},
	// Keys of Standard Webhooks, and JSON Web Tokens.
	{hints: []string{"whsec_"}, pattern: lazyregexp.New(`\bwhsec_([A-Za-z0-9+/_-]{8,}=*)`)},
	{hints: []string{"eyj"}, pattern: lazyregexp.New(`\b(eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*)`)},
}

// phrases are secrets recognised by the text before them.
var phrases = []shape{
	// Headers that contain only a secret.
	{[]string{"authorization"}, lazyregexp.New(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:(basic|bearer|digest|key|negotiate|token|apikey) +)?([^\s"',;]+)`), func(scheme, value string) bool { return scheme != "" || random(value) }},
	{hints: []string{"cookie"}, pattern: lazyregexp.New(`(?i)\bcookie["']?\s*:\s*["']?([^\s=;]+=[^\r\n"']+)`)},
	// The words Bearer and Basic also occur in ordinary sentences.
	{[]string{"bearer"}, lazyregexp.New(`(?i)\b(bearer)\s+([A-Za-z0-9._~+/-]{8,}=*)`), func(_, value string) bool { return random(value) }},
	{[]string{"basic"}, lazyregexp.New(`(?i)\b(basic)\s+([A-Za-z0-9+/_-]{4,}=*)`), func(_, value string) bool { return isLogin(value) }},
	// A member of a JSON object.
	{[]string{`"`}, lazyregexp.New(`"([^"\\]{1,64})"\s*:\s*"((?:[^"\\]|\\.)+)"`), func(name, _ string) bool { return SecretName(name) }},
	{[]string{`\"`}, lazyregexp.New(`\\"([^"\\]{1,64})\\"\s*:\s*\\"([^"\\]+)\\"`), func(name, _ string) bool { return SecretName(name) }},
	// A pair by itself, as in a connection string.
	{[]string{"="}, lazyregexp.New(`([A-Za-z][A-Za-z0-9_.-]{0,63})=("[^"]+"|'[^']+'|[^\s"'&<>]*[^\s"'&<>.,;:)\]}])`), func(name, _ string) bool { return SecretName(name) }},
	// User and password of an address with an unusual scheme.
	{hints: []string{"@"}, pattern: lazyregexp.New(`[A-Za-z][A-Za-z0-9+.-]*://([^\s/?#"'<>]+)@`)},
}

var webAddress = lazyregexp.New(`[A-Za-z][A-Za-z0-9+.-]*:(?:\\?/){2}[^\s"'<>]+`)

// textSpans returns the text in the form of a secret.
func textSpans(text string) []span {
	spans := append(shapeSpans(text, tokens), shapeSpans(text, phrases)...)
	if !strings.Contains(text, "/") {
		return spans
	}
	for _, at := range webAddress.FindAllStringIndex(text, -1) {
		// Punctuation at the end belongs to the sentence.
		address := strings.TrimRight(text[at[0]:at[1]], ".,;:)]}")
		for _, s := range urlSpans(address) {
			spans = append(spans, span{at[0] + s.start, at[0] + s.end})
		}
	}
	return spans
}

// shapeSpans returns the text that matches some shapes.
func shapeSpans(text string, shapes []shape) []span {
	var spans []span
	lower := strings.ToLower(text)
	for _, s := range shapes {
		if !slices.ContainsFunc(s.hints, func(hint string) bool { return strings.Contains(lower, hint) }) {
			continue
		}
		for _, at := range s.pattern.FindAllStringSubmatchIndex(text, -1) {
			secret := span{at[2], at[3]}
			if s.is != nil {
				name := ""
				if at[2] >= 0 {
					name = text[at[2]:at[3]]
				}
				if secret = (span{at[4], at[5]}); !s.is(name, text[at[4]:at[5]]) {
					continue
				}
			}
			spans = append(spans, secret)
		}
	}
	return spans
}

// random reports whether a text looks generated: it has digits or signs, or a capital
// after a small letter.
func random(text string) bool {
	text = strings.Trim(text, ".-")
	if strings.ContainsAny(text, "0123456789_~+/=.") {
		return true
	}
	for i := 1; i < len(text); i++ {
		if 'a' <= text[i-1] && text[i-1] <= 'z' && 'A' <= text[i] && text[i] <= 'Z' {
			return true
		}
	}
	return false
}

// isLogin reports whether a text is a user and a password in the form of HTTP Basic (RFC
// 7617).
func isLogin(text string) bool {
	text = strings.TrimRight(text, "=")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if plain, err := encoding.DecodeString(text); err == nil && strings.Contains(string(plain), ":") {
			return true
		}
	}
	return false
}
