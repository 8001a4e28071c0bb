package redact

import (
	"net/url"
	"slices"
	"strings"
)

// URL returns a web address without its secrets: without user and password, and without
// the values of parameters that [SecretName] reports, in the path, the query or the
// fragment. The rest stays unchanged, even in an invalid address.
func URL(address string) string {
	return settle(address, func(s string) []span { return append(urlSpans(s), shapeSpans(s, tokens)...) })
}

// Split removes the secret parameters from the query of an address, and returns them
// unchanged. [Join] adds them again.
func Split(address string) (without string, parameters []string) {
	place, fragment, hasFragment := strings.Cut(address, "#")
	place, query, found := strings.Cut(place, "?")
	if !found {
		return address, nil
	}
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		if len(pairs(pair, 0, "&")) > 0 {
			parameters = append(parameters, pair)
		} else {
			kept = append(kept, pair)
		}
	}
	if len(parameters) == 0 {
		return address, nil
	}
	if without = place; len(kept) > 0 {
		without += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		without += "#" + fragment
	}
	return without, parameters
}

// Join adds parameters to the query of an address.
func Join(address string, parameters []string) string {
	if len(parameters) == 0 {
		return address
	}
	place, fragment, hasFragment := strings.Cut(address, "#")
	mark := "?"
	if strings.Contains(place, "?") {
		mark = "&"
	}
	place += mark + strings.Join(parameters, "&")
	if hasFragment {
		place += "#" + fragment
	}
	return place
}

// SecretName reports whether the parameter with a name is secret: api_key, token, sig,
// password, X-Amz-Credential and the like. It ignores case and punctuation.
func SecretName(name string) bool {
	name = strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		}
		return -1
	}, strings.ReplaceAll(name, Mask, ""))
	if name == "" {
		return false
	}
	for _, part := range [...]string{
		"token", "secret", "passw", "passphrase", "passcode", "apikey", "accesskey", "accesscode", "privatekey", "signature", "credential",
		"authoriz", "authent", "oauth", "sessionid", "sessid", "hmac", "jwt",
	} {
		if strings.Contains(name, part) {
			return true
		}
	}
	for _, end := range [...]string{"key", "keys", "sig", "pwd", "pass", "auth"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	if strings.HasPrefix(name, "auth") && !strings.HasPrefix(name, "author") {
		return true
	}
	return slices.Contains([]string{
		"sign", "hash", "appid", "private", "pw", "psw", "pin", "otp", "sid", "cookie", "session", "ticket", "bearer", "license", "licence", "hdnea", "hdnts",
	}, name)
}

// urlSpans returns the secrets in an address.
func urlSpans(address string) []span {
	var spans []span
	path := 0 // start of the path
	if i := strings.Index(address, "//"); i >= 0 && !strings.ContainsAny(address[:i], "/?#") {
		start := i + len("//")
		end := start + ends(address[start:], "/?#")
		if at := userinfo(address[start:end], address[start:]); at > 0 {
			spans = append(spans, span{start, start + at})
			end = max(end, start+at)
		}
		path = end
	}
	rest := address[path:]
	query := ends(rest, "?#")
	spans = append(spans, pairs(rest[:query], path, "/;")...)
	return append(spans, pairs(rest[query:], path+query, "?&#")...)
}

// userinfo returns the length of the text before the @ of an authority; 0 without one. A
// password may contain characters that end an authority: the text after the colon is then
// not a port.
func userinfo(authority, rest string) int {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		return at
	}
	_, port, found := strings.Cut(authority, ":")
	if found && !strings.HasPrefix(authority, "[") && strings.ContainsFunc(port, func(r rune) bool { return r < '0' || r > '9' }) {
		return max(strings.LastIndexByte(rest, '@'), 0)
	}
	return 0
}

// pairs returns the values of secret names in a part of an address. The part begins at
// offset, and its pairs follow separators.
func pairs(text string, offset int, separators string) []span {
	var spans []span
	for at := 0; at < len(text); {
		end := at + ends(text[at:], separators)
		name, value, found := strings.Cut(text[at:end], "=")
		start := at + len(name) + 1
		switch {
		case !found || value == "":
		case SecretName(unescaped(name)), holdsSecret(value):
			spans = append(spans, span{offset + start, offset + end})
		default:
			// Some servers also separate pairs by semicolons.
			if i := strings.IndexByte(value, ';'); i >= 0 {
				for _, s := range pairs(value[i+1:], offset+start+i+1, ";") {
					spans = append(spans, span{s.start, offset + end})
				}
			}
		}
		at = end + 1
	}
	return spans
}

// holdsSecret reports whether a value is itself an address with a secret.
func holdsSecret(value string) bool {
	plain := unescaped(value)
	return strings.Contains(plain, "//") && len(urlSpans(plain)) > 0
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// ends returns the distance to the first of some characters, or to the end.
func ends(s, any string) int {
	if i := strings.IndexAny(s, any); i >= 0 {
		return i
	}
	return len(s)
}
