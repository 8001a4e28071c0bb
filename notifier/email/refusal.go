package email

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	"regwatch/notifier/delivery"
)

// unlessHeldUp turns a refusal that a person can put right into a block, so that
// the mail is kept. A relay often says only at RCPT or DATA what it holds against
// the sender. Whether it means all mail or this one cannot be told; within a mail
// others to the address are therefore tried before it.
func (e *Channel) unlessHeldUp(err error, told *delivery.Error, withinMail bool) *delivery.Error {
	advice := e.remedy(err)
	if advice == "" || told.Reason == delivery.Blocked {
		return told
	}
	return &delivery.Error{Reason: delivery.Blocked, OneAddress: true, OneMessage: withinMail, Err: fmt.Errorf("%w; %s", told.Err, advice)}
}

// enhancedCode is a status of RFC 3463 at the start of an answer.
var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// remedy says what a person must do about a refusal that is of the sender, of a
// permission or of a quota, and returns "" for any other.
func (e *Channel) remedy(err error) string {
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return ""
	}
	text := strings.ToLower(reply.Msg)
	code := enhancedCode.FindString(reply.Msg)
	quota := strings.Contains(text, "quota") || strings.Contains(text, "mailbox full") || strings.Contains(text, "mailbox is full")
	switch {
	case code == "5.2.3" || code == "5.3.4":
		return "" // the mail is too large
	case code == "5.2.252" || code == "5.1.7" || code == "5.1.8" || strings.Contains(text, "sendasdenied"):
		return "configure a sender that this account may send as"
	case strings.HasPrefix(code, "5.7."):
		return "ask who runs the server to let mail of " + e.from.Address + " pass; it may want SPF, DKIM or DMARC of " + e.host
	case code == "4.2.2" || code == "5.2.2" || code == "5.4.5" || reply.Code >= 500 && strings.HasPrefix(code, "4.") || quota:
		return "make room, or have the limit raised"
	}
	return ""
}
