package sanitize

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxLinkBytes is the longest address to link. Slack rejects one over 3000 characters,
// and an email must stay small.
const maxLinkBytes = 2048

// Link returns an address that is safe to link, in the ASCII form of RFC 3986, or "".
//
// It must be http or https and name a host. An address with userinfo is not safe:
// https://bank.example@evil.example/ leads to evil.example, and a password in a link
// would reach every reader.
func Link(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Opaque != "" {
		return ""
	}
	host, ok := asciiHost(u)
	if !ok {
		return ""
	}
	u.Host = host
	// Package url escapes paths and fragments, but not queries.
	u.RawQuery = escapeQuery(u.RawQuery)
	if s = u.String(); len(s) > maxLinkBytes {
		return ""
	}
	return s
}

const hostCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-._"

// asciiHost returns the host as A-labels, with its port.
func asciiHost(u *url.URL) (string, bool) {
	name, port := u.Hostname(), u.Port()
	if name == "" {
		return "", false
	}
	if ip := net.ParseIP(name); ip == nil {
		if strings.ContainsAny(name, ":%") {
			return "", false // an IPv6 zone of this machine, or not an address
		}
		// Some sites have underscores in their host names, although they are not allowed.
		profile := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false))
		ascii, err := profile.ToASCII(name)
		if err != nil || ascii == "" || strings.Trim(ascii, hostCharacters) != "" {
			return "", false
		}
		if again, err := profile.ToASCII(ascii); err != nil || again != ascii {
			return "", false
		}
		name = ascii
	}
	switch {
	case port != "":
		return net.JoinHostPort(name, port), true
	case strings.Contains(name, ":"):
		return "[" + name + "]", true
	}
	return name, true
}

// escapeQuery escapes what a query must not contain: spaces, quotes, angle brackets,
// control characters, bytes beyond ASCII, and a % that begins no escape.
func escapeQuery(query string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(query) {
		c := query[i]
		switch {
		case c == '%' && i+2 < len(query) && isHex(query[i+1]) && isHex(query[i+2]),
			'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
