package redact

import (
	"net/url"
	"slices"
	"strings"
)

// URL returns a web address as it may be shown: without user and password, and
// without the values of parameters that [SecretName] knows, wherever they stand
// in the path, the query or the fragment. The rest stays as it was written, even
// if it is no valid address.
func URL(address string) string {
	return settle(address, func(s string) []span { return append(urlSpans(s), shapeSpans(s, tokens)...) })
}

// Split takes the parameters that are secret out of the query of an address, and
// returns them as they stood there. [Join] puts them back.
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

// SecretName reports whether the value of a parameter of this name is taken for a
// secret: api_key, token, sig, password, X-Amz-Credential and the like. Case and
// the signs between words do not count.
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

// urlSpans returns what is secret in an address.
func urlSpans(address string) []span {
	var spans []span
	path := 0 // where the path begins
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

// userinfo returns the length of what stands before the @ of an authority; 0 if
// there is none. A password may hold signs that end an authority: what follows
// the colon is then no port.
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

// pairs returns the values of secret names in a text that begins at an offset of
// its address, whose pairs stand behind separators.
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
			// Some servers part pairs by semicolons too.
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

// holdsSecret reports whether a value is itself an address with a secret in it.
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

// ends returns how far it is to the first of some characters, or to the end.
func ends(s, any string) int {
	if i := strings.IndexAny(s, any); i >= 0 {
		return i
	}
	return len(s)
}
