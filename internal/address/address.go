// Package address compares the addresses to which messages are sent.
//
// Start with [Key], or with [Same] for two addresses.
package address

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Key returns the form in which a destination is compared: two destinations are
// the same place if their keys are equal. A destination is a channel or
// channel:address, as models.Destination.String writes it.
//
// Only mail addresses have more than one spelling. Their domain is compared as
// lower-case A-labels (RFC 5891), and the part before the @ without regard to case:
// RFC 5321 lets a server tell Team from team, but none that people use does. Every
// other destination is its own key. Names of Slack channels are lower case, and Slack
// may refuse another spelling: if it counted as the same, a name that works could give
// way to one that does not.
//
// A key is for comparing. Show people, and send to, the address as it was written.
func Key(destination string) string {
	if !IsMail(destination) {
		return destination
	}
	channel, address, _ := strings.Cut(destination, ":")
	if isASCII(address) {
		return channel + ":" + strings.ToLower(address)
	}
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:at], address[at+1:]
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return channel + ":" + fold(local) + "@" + fold(domain)
}

// IsMail reports whether a destination is an email address. No other kind of channel has
// an address with an @.
func IsMail(destination string) bool {
	_, address, _ := strings.Cut(destination, ":")
	return strings.Contains(address, "@")
}

// Same reports whether two destinations are the same address.
func Same(a, b string) bool { return a == b || Key(a) == Key(b) }

func fold(s string) string { return norm.NFC.String(strings.ToLower(s)) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
