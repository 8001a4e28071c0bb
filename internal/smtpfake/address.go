package smtpfake

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// cutPath splits the text after FROM: or TO: into the address between the angle brackets
// and its parameters.
func cutPath(arg string) (address, params string, ok bool) {
	if !strings.HasPrefix(arg, "<") {
		return "", "", false
	}
	quoted := false
	for i := 1; i < len(arg); i++ {
		switch {
		case quoted && arg[i] == '\\':
			i++
		case arg[i] == '"':
			quoted = !quoted
		case arg[i] == '>' && !quoted:
			params = arg[i+1:]
			return arg[1:i], params, params == "" || params[0] == ' '
		}
	}
	return "", "", false
}

// isMailbox reports whether s is a Mailbox of RFC 5321, 4.1.2, within the lengths of
// 4.5.3.1. It may contain UTF-8 as in RFC 6531; isASCII tells. A source route, which
// clients must not send, is not a Mailbox.
func isMailbox(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s)+len("<>") > 256 || !utf8.ValidString(s) {
		return false
	}
	domain := s[at+1:]
	return isLocalPart(s[:at]) && (isDomain(domain, true) || isAddressLiteral(domain))
}

func isLocalPart(s string) bool {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return isQuotedContent(s[1 : len(s)-1])
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtext(r) }) {
			return false
		}
	}
	return true
}

func isQuotedContent(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			if i == len(s) {
				return false
			}
		} else if s[i] == '"' {
			return false
		}
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

func isAtext(r rune) bool {
	return isLetterOrDigit(r) || r > 0x9f || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func isLetterOrDigit(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// isDomain reports whether s is a host name. It must not contain an underscore, and UTF-8
// only if wide is set.
func isDomain(s string, wide bool) bool {
	if s == "" || len(s) > 255 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if !isLetterOrDigit(r) && r != '-' && (!wide || r <= 0x9f) {
				return false
			}
		}
	}
	return true
}

func isAddressLiteral(s string) bool {
	inner, ok := strings.CutPrefix(s, "[")
	if !ok {
		return false
	}
	if inner, ok = strings.CutSuffix(inner, "]"); !ok {
		return false
	}
	if v6, tagged := strings.CutPrefix(inner, "IPv6:"); tagged {
		addr, err := netip.ParseAddr(v6)
		return err == nil && addr.Is6() && addr.Zone() == ""
	}
	addr, err := netip.ParseAddr(inner)
	return err == nil && addr.Is4()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
