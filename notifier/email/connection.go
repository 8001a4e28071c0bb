package email

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"regwatch/notifier/delivery"
)

// connect connects, protects the connection and introduces us. The context bounds all
// of it and each step has its own time.
func (e *Channel) connect(ctx context.Context) (*mailConn, *delivery.Error) {
	conn, err := e.opts.Dial(ctx, "tcp", net.JoinHostPort(e.opts.Host, strconv.Itoa(e.opts.Port)))
	if err != nil {
		told := delivery.NetworkError(e.peer, err, e.hide)
		if told.Reason == delivery.Ambiguous {
			told = delivery.Errorf(delivery.Unreachable, "%s cannot be reached: %s", e.peer, delivery.Scrub(e.hide, err.Error()))
		}
		return nil, told
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c, told := e.greet(conn)
	if told != nil {
		_ = conn.Close()
		return nil, told
	}
	return &mailConn{Client: c, net: conn}, nil
}

func (e *Channel) greet(conn net.Conn) (*smtp.Client, *delivery.Error) {
	config := e.tlsConfig()
	if e.opts.TLS == Implicit {
		setDeadline(conn, startTLSTimeout)
		secure := tls.Client(conn, config)
		if err := secure.Handshake(); err != nil {
			return nil, e.unprotected(err)
		}
		conn = secure
	}
	setDeadline(conn, greetingTimeout)
	c, err := smtp.NewClient(conn, e.opts.Host)
	if err != nil {
		return nil, e.unready(err, "takes no connection")
	}
	_ = c.UpdateDeadline(helloTimeout)
	if err := c.Hello(e.opts.Hello); err != nil {
		return nil, e.helloRefused(err)
	}
	if e.opts.TLS != StartTLS {
		return c, nil
	}
	if offered, _ := c.Extension("STARTTLS"); !offered {
		return nil, delivery.Errorf(delivery.Blocked, "%s offers no STARTTLS, and regwatch sends nothing in clear unless asked; set tls: implicit with its port (often 465), or tls: none if the network between is trusted", e.peer)
	}
	_ = c.UpdateDeadline(startTLSTimeout)
	if err := c.StartTLS(config); err != nil {
		return nil, e.unprotected(err)
	}
	return c, nil
}

// helloRefused says why a server does not accept EHLO: for most it is the name.
func (e *Channel) helloRefused(err error) *delivery.Error {
	code := replyCode(err)
	if code >= 500 || code >= 400 && helloPattern.MatchString(replyText(err)) {
		return e.wrongHello(err)
	}
	return e.unready(err, "refuses to talk")
}

func (e *Channel) wrongHello(err error) *delivery.Error {
	return delivery.Errorf(delivery.Blocked, "%s refuses the name %s by which regwatch introduces itself: %s; set hello: to a name of this machine that the server accepts, such as one that DNS knows", e.peer, e.opts.Hello, e.reply(err))
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
	case e.opts.TLS != Implicit:
		// A server that waits for TLS says nothing until one side gives up.
		return delivery.Errorf(delivery.Unreachable, "%s does not greet; if the port is one for TLS from the first byte (often 465), set tls: implicit", e.peer)
	}
	return delivery.Errorf(delivery.Unreachable, "%s does not greet", e.peer)
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

// helloName returns the name that we introduce ourselves with. Some servers refuse one
// without a dot, and all may refuse one that is no host name.
func helloName() string {
	name, err := os.Hostname()
	isOdd := func(r rune) bool {
		return r != '.' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if err != nil || !strings.Contains(strings.Trim(name, "."), ".") || strings.ContainsFunc(name, isOdd) {
		return "localhost.localdomain"
	}
	return strings.Trim(name, ".")
}

func setDeadline(conn net.Conn, timeout time.Duration) {
	limited, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	end, _ := limited.Deadline()
	_ = conn.SetDeadline(end)
}
