package smtpfake

import (
	"strconv"
	"strings"
)

func (c *session) doMail(arg string) reply {
	switch {
	case c.hello == "":
		return reply{503, "5.5.1 Error: send HELO or EHLO first"}
	case c.mail != nil:
		return reply{503, "5.5.1 Error: nested MAIL command"}
	case c.authRequired() && c.user == "":
		return reply{530, "5.7.0 Authentication required"}
	}
	rest, ok := cutFold(arg, "FROM:")
	if !ok {
		return reply{501, "5.5.4 Syntax: MAIL FROM:<address>"}
	}
	from, params, ok := cutPath(rest)
	if !ok || from != "" && !isMailbox(from) {
		return reply{501, "5.1.7 Bad sender address syntax; want MAIL FROM:<address>"}
	}
	t := &transaction{from: from}
	if r := c.mailParameters(t, params); r.code != 0 {
		return r
	}
	if !isASCII(from) && !t.utf8 {
		return reply{553, "5.6.7 The sender needs SMTPUTF8"}
	}
	return c.scripted(AtMail, "", func() reply {
		c.mail = t
		return reply{250, "2.1.0 Ok"}
	})
}

// mailParameters reads the parameters after the address, with the leading space. A reply
// without a code means success.
func (c *session) mailParameters(t *transaction, params string) reply {
	seen := map[string]bool{}
	for _, param := range split(params) {
		key, value, hasValue := strings.Cut(param, "=")
		key = strings.ToUpper(key)
		if seen[key] {
			return reply{501, "5.5.4 The parameter " + key + " comes twice"}
		}
		seen[key] = true
		switch {
		case !c.extended:
			return reply{555, "5.5.4 Parameters need EHLO"}
		case key == "SIZE":
			size, err := strconv.ParseUint(value, 10, 63)
			if err != nil || len(value) > 20 {
				return reply{501, "5.5.4 Bad SIZE"}
			}
			if size > maxSize {
				return reply{552, "5.3.4 Message size exceeds the fixed limit"}
			}
		case key == "BODY" && !c.server.opts.SevenBit:
			switch strings.ToUpper(value) {
			case "8BITMIME":
				t.eightBit = true
			case "7BIT":
			default:
				return reply{501, "5.5.4 Bad BODY; want 7BIT or 8BITMIME"}
			}
		case key == "SMTPUTF8" && !hasValue && c.offersUTF8():
			t.utf8 = true
		case key == "AUTH" && c.authRequired() && value == "<>":
		default:
			return reply{555, "5.5.4 Unsupported parameter: " + strconv.QuoteToASCII(param)}
		}
	}
	return reply{}
}

func (c *session) doRcpt(arg string) reply {
	if c.mail == nil {
		return reply{503, "5.5.1 Error: need MAIL command"}
	}
	rest, ok := cutFold(arg, "TO:")
	if !ok {
		return reply{501, "5.5.4 Syntax: RCPT TO:<address>"}
	}
	to, params, ok := cutPath(rest)
	switch {
	case !ok || !isMailbox(to) && !strings.EqualFold(to, "postmaster"):
		return reply{501, "5.1.3 Bad recipient address syntax; want RCPT TO:<address>"}
	case params != "":
		return reply{555, "5.5.4 Unsupported parameters: " + strconv.QuoteToASCII(params)}
	case !isASCII(to) && !c.mail.utf8:
		return reply{553, "5.6.7 The recipient needs SMTPUTF8"}
	case len(c.mail.to) >= maxRcpt:
		return reply{452, "4.5.3 Too many recipients"}
	}
	r := c.scripted(AtRcpt, "", func() reply {
		if c.server.greylisted(c.mail.from, to) {
			return reply{451, "4.7.1 Greylisted, please try again later"}
		}
		c.mail.to = append(c.mail.to, to)
		return reply{250, "2.1.5 Ok"}
	})
	c.mail.refusedAny = c.mail.refusedAny || r.code >= 400
	return r
}

// split returns the parameters of a command; a superfluous space gives an empty one.
func split(params string) []string {
	if params == "" {
		return nil
	}
	return strings.Split(params[1:], " ")
}

// cutFold cuts a prefix regardless of case.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}
