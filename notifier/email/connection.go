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

	"regwatch/models"
	"regwatch/notifier/delivery"
)

// connect connects, protects the connection and introduces us. The context bounds all
// of it and each step has its own time.
func (e *Channel) connect(ctx context.Context) (*mailConn, *delivery.Error) {
	conn, err := e.opts.Dial(ctx, "tcp", net.JoinHostPort(e.opts.Host, strconv.Itoa(e.opts.Port)))
	if err != nil {
		told := delivery.NetworkError(e.peer, err, e.hide)
		if told.Reason == delivery.Ambiguous {
			told = e.fail(delivery.Unreachable, models.FailureNotReached, models.FailureArgs{Answer: delivery.Scrub(e.hide, err.Error())})
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
		return nil, e.unready(err, models.FailureMailNoConnections)
	}
	_ = c.UpdateDeadline(helloTimeout)
	if err := c.Hello(e.opts.Hello); err != nil {
		return nil, e.helloRefused(err)
	}
	if e.opts.TLS != StartTLS {
		return c, nil
	}
	if offered, _ := c.Extension("STARTTLS"); !offered {
		return nil, e.fail(delivery.Blocked, models.FailureMailNoStartTLS, models.FailureArgs{})
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
	return e.unready(err, models.FailureMailNoTalk)
}

func (e *Channel) wrongHello(err error) *delivery.Error {
	return e.fail(delivery.Blocked, models.FailureMailHello, models.FailureArgs{Address: e.opts.Hello, Answer: e.reply(err), Advice: models.AdviceHello})
}

// unready says why a conversation did not start; nothing was sent.
func (e *Channel) unready(err error, refused models.FailureKind) *delivery.Error {
	if told := delivery.CertificateError(e.peer, err); told != nil {
		return told
	}
	switch code := replyCode(err); {
	case code >= 500:
		return e.fail(delivery.Blocked, refused, models.FailureArgs{Answer: e.reply(err)})
	case code >= 400:
		return e.fail(delivery.Unreachable, models.FailureMailBusy, models.FailureArgs{Answer: e.reply(err)})
	case e.opts.TLS != Implicit:
		// A server that waits for TLS says nothing until one side gives up.
		return e.fail(delivery.Unreachable, models.FailureMailSilentPort, models.FailureArgs{})
	}
	return e.fail(delivery.Unreachable, models.FailureMailSilent, models.FailureArgs{})
}

// unprotected says why TLS did not come about; nothing was sent.
func (e *Channel) unprotected(err error) *delivery.Error {
	if told := delivery.CertificateError(e.peer, err); told != nil {
		return told
	}
	if replyCode(err) >= 500 {
		return e.fail(delivery.Blocked, models.FailureMailNoEncryption, models.FailureArgs{Answer: e.reply(err)})
	}
	return e.fail(delivery.Unreachable, models.FailureMailCutAtTLS, models.FailureArgs{})
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
