package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"regwatch/internal/sanitize"
	"regwatch/notifier/delivery"
)

// dial connects, protects the connection and proves who we are.
func (e *Channel) dial(ctx context.Context) (*mailConn, error) {
	at := net.JoinHostPort(e.opts.Host, strconv.Itoa(e.opts.Port))
	dialer := net.Dialer{Timeout: e.opts.Timeout}
	conn, err := dialer.DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, delivery.NetworkError(e.peer, err, e.hide)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	_ = conn.SetDeadline(e.deadline(ctx))
	c, told := e.greet(conn)
	if told != nil {
		_ = conn.Close()
		return nil, told
	}
	return &mailConn{Client: c, net: conn}, nil
}

// deadline returns the end of opening a connection, which is a few steps.
func (e *Channel) deadline(ctx context.Context) time.Time {
	limited, cancel := context.WithTimeout(ctx, 2*e.opts.Timeout)
	defer cancel()
	end, _ := limited.Deadline()
	return end
}

func (e *Channel) greet(conn net.Conn) (*smtp.Client, *delivery.Error) {
	config := e.tlsConfig()
	if e.opts.TLS == Implicit {
		secure := tls.Client(conn, config)
		if err := secure.Handshake(); err != nil {
			return nil, e.unprotected(err)
		}
		conn = secure
	}
	c, err := smtp.NewClient(conn, e.opts.Host)
	if err != nil {
		return nil, e.unready(err, "takes no connection")
	}
	if err := c.Hello(helo()); err != nil {
		return nil, e.unready(err, "refuses to talk")
	}
	if e.opts.TLS == StartTLS {
		if offered, _ := c.Extension("STARTTLS"); !offered {
			return nil, delivery.Errorf(delivery.Blocked, "%s offers no STARTTLS, and regwatch sends nothing in clear unless asked; set tls: implicit with its port (often 465), or tls: none if the network between is trusted", e.peer)
		}
		if err := c.StartTLS(config); err != nil {
			return nil, e.unprotected(err)
		}
	}
	if e.opts.Username == "" {
		return c, nil
	}
	return c, e.login(c)
}

func (e *Channel) login(c *smtp.Client) *delivery.Error {
	offered, _ := c.Extension("AUTH")
	if !offered {
		return delivery.Errorf(delivery.Blocked, "%s offers no login; remove username and password, or use the port on which it does (often 587)", e.peer)
	}
	err := c.Auth(&anyAuth{opts: e.opts})
	code := replyCode(err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoMechanism):
		return delivery.Errorf(delivery.Blocked, "%s offers none of the logins that regwatch knows (SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN)", e.peer)
	case code == 0:
		return delivery.Errorf(delivery.Unreachable, "the connection to %s ended during the login", e.peer)
	case code < 500:
		return delivery.Errorf(delivery.Unreachable, "%s cannot check the login now: %s", e.peer, e.reply(err))
	}
	return delivery.Errorf(delivery.Blocked, "%s does not accept the user name and password of %s; put the right ones where the configuration points to (%s)", e.peer, sanitize.Line(e.opts.Username), e.reply(err))
}

// unready says why a conversation did not start; nothing was sent.
func (e *Channel) unready(err error, what string) *delivery.Error {
	if told := delivery.CertificateError(e.peer, err); told != nil {
		return told
	}
	switch code := replyCode(err); {
	case code >= 500:
		return delivery.Errorf(delivery.Blocked, "%s %s: %s", e.peer, what, e.reply(err))
	case code >= 400:
		return delivery.Errorf(delivery.Unreachable, "%s %s now: %s", e.peer, what, e.reply(err))
	case delivery.IsTimeout(err) || errors.Is(err, os.ErrDeadlineExceeded):
		return delivery.Errorf(delivery.Unreachable, "%s does not greet in time; if the port is one for TLS from the first byte (often 465), set tls: implicit", e.peer)
	}
	return delivery.Errorf(delivery.Unreachable, "%s closes the connection before it greets, or speaks no SMTP", e.peer)
}

// unprotected says why TLS did not come about; nothing was sent.
func (e *Channel) unprotected(err error) *delivery.Error {
	if told := delivery.CertificateError(e.peer, err); told != nil {
		return told
	}
	if replyCode(err) >= 500 {
		return delivery.Errorf(delivery.Blocked, "%s refuses to encrypt: %s", e.peer, e.reply(err))
	}
	return delivery.Errorf(delivery.Unreachable, "the connection to %s ended before it was encrypted", e.peer)
}

func (e *Channel) tlsConfig() *tls.Config {
	config := &tls.Config{}
	if e.opts.TLSConfig != nil {
		config = e.opts.TLSConfig.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = e.opts.Host
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return config
}

// alive reports whether a connection kept since the last message still works.
func (c *mailConn) alive(ctx context.Context, timeout time.Duration) bool {
	defer c.bound(ctx)()
	return c.UpdateDeadline(timeout) == nil && c.Noop() == nil
}

// bound cuts the connection when ctx ends. The caller calls what it returns.
func (c *mailConn) bound(ctx context.Context) func() bool {
	return context.AfterFunc(ctx, func() { _ = c.net.Close() })
}

func (c *mailConn) quit(timeout time.Duration) {
	// Nobody waits for a good-bye for long.
	_ = c.UpdateDeadline(min(timeout, 2*time.Second))
	_ = c.Quit()
	_ = c.net.Close()
}

// replyCode returns the code of a server's answer, or 0 when it was no answer.
func replyCode(err error) int {
	if reply, ok := errors.AsType[*textproto.Error](err); ok && reply.Code >= 400 {
		return reply.Code
	}
	return 0
}

// reply returns a server's answer as it was given, or the error, without secrets.
func (e *Channel) reply(err error) string {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return e.hide.Scrub(strconv.Itoa(reply.Code) + " " + reply.Msg)
	}
	return e.hide.Scrub(err.Error())
}

// helo returns the name that we greet with. Some servers refuse one without a
// dot.
func helo() string {
	name, err := os.Hostname()
	if err != nil || !strings.Contains(name, ".") {
		return "localhost.localdomain"
	}
	return name
}

var errNoMechanism = errors.New("no common way to log in")

// anyAuth logs in the best way that both sides know.
type anyAuth struct {
	opts Options

	smtp.Auth
}

// Start picks the mechanism. Without TLS a password is sent as it is only when
// no TLS was asked for by name.
func (a *anyAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	o := a.opts
	known := []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(o.Username, o.Password)},
		{"SCRAM-SHA-1", smtp.ScramSHA1Auth(o.Username, o.Password)},
		{"PLAIN", smtp.PlainAuth("", o.Username, o.Password, o.Host, o.TLS == NoTLS)},
		{"LOGIN", smtp.LoginAuth(o.Username, o.Password, o.Host, o.TLS == NoTLS)},
	}
	for _, k := range known {
		if slices.Contains(server.Auth, k.name) {
			a.Auth = k.auth
			return a.Auth.Start(server)
		}
	}
	return "", nil, errNoMechanism
}
