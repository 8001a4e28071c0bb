package email

import (
	"errors"
	"net/textproto"
	"regexp"
	"strings"

	"regwatch/models"
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
	kind, args := models.FailureMailRefused, models.FailureArgs{Address: to, Answer: e.reply(f.err), Advice: c.advice(), Sender: e.from.Address}
	switch {
	case c == noLogin:
		kind = models.FailureMailWantsLogin
	case code < 500:
		kind = models.FailureMailNotNow
	case f.at == atMail:
		kind, args.Address = models.FailureMailSenderRefused, e.from.Address
	}
	told := e.fail(c.reason(f.at, code), kind, args)
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
		return e.fail(delivery.Ambiguous, models.FailureMailUnconfirmed, models.FailureArgs{Address: to})
	}
	_, isReply := errors.AsType[*textproto.Error](f.err)
	_, isGarbage := errors.AsType[textproto.ProtocolError](f.err)
	switch {
	case isReply || isGarbage:
		return e.fail(delivery.Unreachable, models.FailureMailRules, models.FailureArgs{Command: string(f.at), Answer: e.reply(f.err)})
	case f.at == atMail:
		return e.fail(delivery.Unreachable, models.FailureMailCutAtSender, models.FailureArgs{})
	}
	return e.fail(delivery.Temporary, models.FailureMailCut, models.FailureArgs{Address: to})
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

// advice is what a person can do, if we know.
func (c cause) advice() models.Advice {
	switch c {
	case fullMailbox:
		return models.AdviceMailbox
	case noRelay:
		return models.AdviceRelay
	case policy:
		return models.AdvicePolicy
	case badSender:
		return models.AdviceSender
	case badAccount:
		return models.AdviceAccount
	case noLogin:
		return models.AdviceLogin
	case tooMuch:
		return models.AdviceTooMuch
	case unclear:
		return models.AdviceAskOperator
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
