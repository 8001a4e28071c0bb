package email

import (
	netmail "net/mail"
	"strings"

	"golang.org/x/net/idna"
)

// path returns an address as RFC 5321 has it in an envelope: in angle brackets, without
// a name, and with quotes around a local part that needs them.
func path(address string) string { return (&netmail.Address{Address: address}).String() }

// asciiDomain returns an address with its domain in ASCII (RFC 5891), which every
// server takes. What stands before the @ may still need SMTPUTF8 (RFC 6531).
func asciiDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return address // the server may know better
	}
	return address[:at+1] + domain
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}
