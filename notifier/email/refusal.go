package email

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	"regwatch/notifier/delivery"
)

// meaning says what the failure of a step means for the message and for others. When
// in doubt the message is kept: it is given up only if the answer clearly means its
// recipient, or its size.
func (e *Channel) meaning(f *stepError, to string) *delivery.Error {
	code := replyCode(f.err)
	if code == 0 {
		return e.noAnswer(f, to)
	}
	text := replyText(f.err)
	c := causeOf(f.at, code, text)
	namesReader := mentions(text, to)
	namesUs := mentions(text, e.from.Address) || strings.Contains(e.opts.Username, "@") && mentions(text, e.opts.Username)
	switch {
	case c == wrongName:
		return e.wrongHello(f.err)
	case c == badRecipient && namesUs && !namesReader:
		c = badSender
	}
	about := to
	if f.at == atMail {
		about = "the sender " + e.from.Address
	}
	told := &delivery.Error{Reason: c.reason(f.at, code), Err: fmt.Errorf("%s refuses %s: %s", e.peer, about, e.reply(f.err))}
	switch {
	case c == noLogin:
		told.Err = fmt.Errorf("%s asks for a user name and password, or for TLS: %s", e.peer, e.reply(f.err))
	case code < 500:
		told.Err = fmt.Errorf("%s does not take mail to %s now: %s", e.peer, to, e.reply(f.err))
	}
	if advice := e.advice(c); advice != "" {
		told.Err = fmt.Errorf("%w; %s", told.Err, advice)
	}
	if told.Reason == delivery.Blocked {
		// Amazon SES also says of a recipient that it is not verified.
		told.OneAddress = c.ofOneAddress() || c == badSender && namesReader && !namesUs
		told.OneMessage = told.OneAddress && (f.at == atData || f.at == atDot)
	}
	return told
}

// noAnswer says what it means that a step failed without an answer.
func (e *Channel) noAnswer(f *stepError, to string) *delivery.Error {
	if f.at == atDot {
		return delivery.Errorf(delivery.Ambiguous, "the connection to %s ended before it confirmed the mail to %s", e.peer, to)
	}
	_, isReply := errors.AsType[*textproto.Error](f.err)
	_, isGarbage := errors.AsType[textproto.ProtocolError](f.err)
	switch {
	case isReply || isGarbage:
		return delivery.Errorf(delivery.Unreachable, "%s answers %s against the rules of SMTP: %s", e.peer, f.at, e.reply(f.err))
	case f.at == atMail:
		return delivery.Errorf(delivery.Unreachable, "the connection to %s ended before it took the sender", e.peer)
	}
	return delivery.Errorf(delivery.Temporary, "the connection to %s ended before it took the mail to %s; nothing was taken", e.peer, to)
}

// A cause is whom or what a refusal concerns.
type cause int

const (
	unclear       cause = iota // 5xx that says nothing we know
	tryLater                   // 4xx that says nothing we know, such as greylisting
	badRecipient               // there is no such address, or it takes no mail
	tooLarge                   // this message
	fullMailbox                // or another quota of the recipient
	busyMailbox                // the recipient gets too much at the moment
	noRelay                    // the server does not take mail for this domain from us
	policy                     // spam, DMARC, a list of who may write to whom
	badSender                  // the sender's address, or its right to send
	badAccount                 // the account at the provider
	noLogin                    // the server wants a login or TLS first
	tooMuch                    // a rate or a quota of ours
	wrongName                  // the name in EHLO
	serverTrouble              // the server itself
)

func (c cause) reason(at step, code int) delivery.Reason {
	switch {
	case c == badRecipient, c == tooLarge:
		return delivery.Permanent
	case c == tryLater, c == busyMailbox:
		return delivery.Temporary
	case c == serverTrouble && (code == 421 || code < 500 && at != atMail):
		return delivery.Unreachable
	}
	return delivery.Blocked
}

func mentions(text, address string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(address))
}

// ofOneAddress reports whether mail to others may well be taken.
func (c cause) ofOneAddress() bool {
	return c == unclear || c == fullMailbox || c == noRelay || c == policy
}

// advice says what a person can do, if we know.
func (e *Channel) advice(c cause) string {
	switch c {
	case fullMailbox:
		return "make room, or have the limit raised"
	case noRelay:
		return "use the server on which this account may send to any address, with username and password if it wants them"
	case policy:
		return "ask who runs the server to let mail of " + e.from.Address + " pass; it may want SPF, DKIM or DMARC of " + e.host
	case badSender:
		return "configure a sender that this account may send as, or have " + e.from.Address + " verified"
	case badAccount:
		return "look at what the provider holds against the account"
	case noLogin:
		return "set username and password, and tls"
	case tooMuch:
		return "regwatch tries again by itself; if it lasts, have the limit raised"
	case unclear:
		return "ask who runs the server what it means; nothing is given up meanwhile"
	}
	return ""
}

// enhancedCode is a status of RFC 3463 at the start of an answer.
var enhancedCode = regexp.MustCompile(`^[245]\.(\d{1,3}\.\d{1,3})\b`)

// causeOf reads a refusal: by the step, the code, the enhanced code, and then the text.
// The first row of the table that fits decides.
func causeOf(at step, code int, text string) cause {
	status := ""
	if found := enhancedCode.FindStringSubmatch(text); found != nil {
		status = found[1]
	}
	text = strings.ToLower(text)
	for _, r := range refusals {
		if r.fits(at, code, status, text) {
			return r.means
		}
	}
	switch {
	// Before it knows of a recipient, a server cannot mean one.
	case at == atMail && code < 500:
		return serverTrouble
	case at == atMail:
		return badSender
	case code < 500:
		return tryLater
	}
	return unclear
}
