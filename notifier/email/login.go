package email

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"

	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// autoAuth is the setting that tries what the server offers, the best first.
const autoAuth = "auto"

// mechanisms are the ways to log in that we know, the best first. Those before PLAIN
// do not send the password.
var mechanisms = []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"}

// mechanismOf returns the mechanism that a setting names, or "".
func mechanismOf(setting string) string {
	name := strings.ToUpper(setting)
	if !slices.Contains(mechanisms, name) {
		return ""
	}
	return name
}

func (e *Channel) auth(mechanism string) smtp.Auth {
	o := e.opts
	switch mechanism {
	case "SCRAM-SHA-256":
		return smtp.ScramSHA256Auth(o.Username, o.Password)
	case "SCRAM-SHA-1":
		return smtp.ScramSHA1Auth(o.Username, o.Password)
	case "PLAIN":
		// Without TLS a password is sent as it is only when no TLS was asked for by name.
		return smtp.PlainAuth("", o.Username, o.Password, o.Host, o.TLS == NoTLS)
	}
	return smtp.LoginAuth(o.Username, o.Password, o.Host, o.TLS == NoTLS)
}

// open returns a connection that is ready for a message. Servers offer ways to log in
// that then do not work, such as SCRAM over passwords that are stored as hashes. The
// next one needs a connection of its own, since go-mail ends one on which a login
// failed.
func (e *Channel) open(ctx context.Context) (*mailConn, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	// A login that was cut may have met a fault of the network.
	maps.DeleteFunc(e.failed, func(_ string, f failedLogin) bool { return f.code == 0 })
	for {
		conn, told := e.connect(ctx)
		if told != nil {
			return nil, told
		}
		if e.opts.Username == "" {
			return conn, nil
		}
		again, told := e.login(ctx, conn)
		if told == nil && !again {
			return conn, nil
		}
		_ = conn.net.Close()
		if told != nil {
			return nil, told
		}
	}
}

// login logs in, or reports that another way must be tried on a new connection.
func (e *Channel) login(ctx context.Context, c *mailConn) (again bool, told *delivery.Error) {
	defer c.bound(ctx)()
	mechanism, told := e.choose(c)
	if told != nil {
		return false, told
	}
	_ = c.UpdateDeadline(authTimeout)
	sent := &recorder{Auth: e.auth(mechanism)}
	err := c.Auth(sent)
	if err == nil {
		return false, nil
	}
	code, answer := replyCode(err), sent.scrub(e.reply(err))
	switch {
	case code == 0 && ctx.Err() != nil, code == 0 && delivery.IsTimeout(err), code == 0 && !isScram(mechanism):
		return false, e.fail(delivery.Unreachable, models.FailureMailCutAtLogin, models.FailureArgs{Mechanisms: []string{mechanism}})
	case code >= 400 && code < 500:
		return false, e.fail(delivery.Unreachable, models.FailureMailLoginLater, models.FailureArgs{Answer: answer})
	case code == 0:
		answer = "the exchange failed" // cut, or an answer against RFC 5802
	}
	e.failed[mechanism] = failedLogin{code, answer}
	if isScram(mechanism) || badMechanism(code) {
		return true, nil
	}
	// The server has checked the password itself. More tries may lock the account.
	return false, e.loginRefused()
}

// choose returns the best way to log in that the server offers and that has not
// failed since the channel was made.
func (e *Channel) choose(c *mailConn) (string, *delivery.Error) {
	isOffered, list := c.Extension("AUTH")
	if !isOffered {
		return "", e.fail(delivery.Blocked, models.FailureMailNoLogin, models.FailureArgs{})
	}
	offered := strings.Fields(strings.ToUpper(list))
	allowed := mechanisms
	if only := mechanismOf(e.opts.Auth); only != "" {
		allowed = []string{only}
	}
	common := slices.DeleteFunc(slices.Clone(allowed), func(m string) bool { return !slices.Contains(offered, m) })
	for _, m := range common {
		if _, failed := e.failed[m]; !failed {
			return m, nil
		}
	}
	if len(common) > 0 {
		return "", e.loginRefused()
	}
	return "", e.fail(delivery.Blocked, models.FailureMailOtherLogins, models.FailureArgs{Mechanisms: allowed, Offered: sanitize.Line(list)})
}

// loginRefused says that no login worked, which were tried, and what the server
// answered to each.
func (e *Channel) loginRefused() *delivery.Error {
	var tried []string
	checked := false // the password
	for _, m := range mechanisms {
		if f, has := e.failed[m]; has {
			tried = append(tried, m+": "+f.answer)
			checked = checked || f.code != 0 && !badMechanism(f.code)
		}
	}
	clear(e.failed) // a later try begins anew
	args := models.FailureArgs{Address: e.opts.Username, Answer: strings.Join(tried, "; ")}
	if !checked {
		args.Advice = models.AdviceOtherLogin
		return e.fail(delivery.Blocked, models.FailureMailNoLoginWorks, args)
	}
	args.Advice = models.AdvicePassword
	return e.fail(delivery.Blocked, models.FailureMailPassword, args)
}

func isScram(mechanism string) bool { return strings.HasPrefix(mechanism, "SCRAM") }

// badMechanism reports whether an answer to AUTH means the way to log in and not the
// password: 504 and 534 of RFC 4954, 538 of RFC 2554, and 500 to 503 of RFC 5321.
func badMechanism(code int) bool {
	return code >= 500 && code <= 504 || code == 534 || code == 538
}

// A failedLogin is a way to log in that did not work, with the code of the answer, 0
// for none.
type failedLogin struct {
	code   int
	answer string
}

// A recorder keeps what a login sent, so that a server that repeats it does not put it
// into an error.
type recorder struct {
	smtp.Auth

	sent []string
}

func (r *recorder) Start(server *smtp.ServerInfo) (string, []byte, error) {
	name, first, err := r.Auth.Start(server)
	r.keep(first)
	return name, first, err
}

func (r *recorder) Next(challenge []byte, more bool) ([]byte, error) {
	next, err := r.Auth.Next(challenge, more)
	r.keep(next)
	return next, err
}
