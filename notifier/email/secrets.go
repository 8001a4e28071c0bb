package email

import (
	"encoding/base64"
	"errors"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// secretsOf returns what no error may hold: the password, and what PLAIN and LOGIN send.
func secretsOf(o Options) *redact.Secrets {
	hide := redact.New()
	hide.AddLogin(o.Username, o.Password)
	return hide
}

// fail returns a failure of the server.
func (e *Channel) fail(reason delivery.Reason, kind models.FailureKind, args models.FailureArgs) *delivery.Error {
	args.Peer = e.peer
	return delivery.Fail(reason, kind, args)
}

// keep notes what a login sent, as text and encoded.
func (r *recorder) keep(response []byte) {
	if len(response) > 0 {
		r.sent = append(r.sent, string(response), base64.RawStdEncoding.EncodeToString(response))
	}
}

// scrub removes what a login sent from the answer to it. A server may cut what it
// repeats, or write it in capitals, so parts count as well.
func (r *recorder) scrub(answer string) string {
	const tooShort = 6 // is found in what was sent by chance
	words := strings.Fields(answer)
	for i, word := range words {
		bare := strings.ToLower(strings.Trim(word, `"'<>()[]=.,:;…`))
		if len(bare) >= tooShort && slices.ContainsFunc(r.sent, func(s string) bool {
			return strings.Contains(strings.ToLower(s), bare) || len(s) >= tooShort && strings.Contains(bare, strings.ToLower(s))
		}) {
			words[i] = "[secret]"
		}
	}
	return strings.Join(words, " ")
}

// reply returns a server's answer as it was given, or the error, without secrets.
func (e *Channel) reply(err error) string {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return delivery.Scrub(e.hide, strconv.Itoa(reply.Code)+" "+readable(reply.Msg))
	}
	return delivery.Scrub(e.hide, err.Error())
}

// replyText returns the text of a server's answer on one line, or "" when it was no
// answer. It may hold secrets.
func replyText(err error) string {
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return ""
	}
	return sanitize.Line(readable(reply.Msg))
}

// replyCode returns the code of a server's answer, or 0 when it was no answer.
func replyCode(err error) int {
	if reply, ok := errors.AsType[*textproto.Error](err); ok && reply.Code >= 400 {
		return reply.Code
	}
	return 0
}

// readable returns an answer as UTF-8. Chinese servers answer in GBK.
func readable(answer string) string {
	if utf8.ValidString(answer) {
		return answer
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().String(answer)
	if err != nil {
		return strings.ToValidUTF8(answer, "?")
	}
	return decoded
}
