package email

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Options say which server takes our mail.
type Options struct {
	Host     string
	Port     int
	TLS      TLS    // empty is STARTTLS
	Username string // empty: the server asks for none
	Password string
	Auth     string // how to log in: plain, login, scram-sha-256 or scram-sha-1; empty or auto: the best that works
	Hello    string // the name in EHLO; empty is the name of this machine
	From     string // as in RFC 5322: "regwatch <regwatch@example.com>"

	TLSConfig *tls.Config      // nil trusts what this machine trusts
	Renderer  *render.Renderer // nil is the shipped ones

	// Dial connects to the server; nil is that of a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Links are those to our own pages, asked for at each mail; nil: none.
	Links func(context.Context) (signedlink.Links, error)
}

// TLS says how the connection to a mail server is protected.
type TLS string

const (
	StartTLS TLS = "starttls" // a server that does not offer it is refused
	Implicit TLS = "implicit" // TLS from the first byte
	NoTLS    TLS = "none"
)

// Channel sends one mail per recipient through a server that takes our mail. It
// keeps a few connections for as long as more is due. Mail cannot be asked what it
// has: one that is cut off after its last byte may arrive twice, both times with
// the same Message-ID. It implements [delivery.Channel], [delivery.Concurrent] and
// [delivery.Idler].
type Channel struct {
	opts Options
	from *netmail.Address
	host string      // of the sender's address
	peer models.Peer // the server
	hide *redact.Secrets

	pool   *pool
	failed map[string]failedLogin // by mechanism, since the channel was made; of the pool's connect alone
}

// New returns a channel; it makes no connection yet.
func New(opts Options) (*Channel, error) {
	from, err := netmail.ParseAddress(opts.From)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is not an email address; use one such as regwatch <regwatch@example.com>", sanitize.Line(opts.From))
	}
	opts.TLS = cmp.Or(opts.TLS, StartTLS)
	switch opts.TLS {
	case StartTLS, Implicit, NoTLS:
	default:
		return nil, fmt.Errorf("unknown TLS mode %q; use starttls, implicit or none", sanitize.Line(string(opts.TLS)))
	}
	if opts.Host == "" || opts.Port < 1 || opts.Port > 65535 {
		return nil, errors.New("mail needs a server's name and its port")
	}
	if opts.Auth != "" && opts.Auth != autoAuth && mechanismOf(opts.Auth) == "" {
		return nil, fmt.Errorf("unknown login method %q; use auto, plain, login, scram-sha-256 or scram-sha-1", sanitize.Line(opts.Auth))
	}
	if opts.Hello == "" {
		opts.Hello = helloName()
	}
	if opts.Dial == nil {
		opts.Dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	from.Address = asciiDomain(from.Address)
	e := &Channel{
		opts: opts, from: from, host: from.Address[strings.LastIndexByte(from.Address, '@')+1:],
		peer: models.Peer{Kind: models.PeerMail, Address: net.JoinHostPort(opts.Host, strconv.Itoa(opts.Port))},
		hide: secretsOf(opts), failed: map[string]failedLogin{},
	}
	e.pool = newPool(e.open)
	return e, nil
}

// Send mails the notice to the delivery's address and returns its Message-ID.
func (e *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	to, err := netmail.ParseAddress(d.Address)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureBadRecipient, models.FailureArgs{Address: d.Address})
	}
	to.Address = asciiDomain(to.Address)
	var links render.MailLinks
	if e.opts.Links != nil {
		signed, err := e.opts.Links(ctx)
		if err != nil {
			return "", delivery.Fail(delivery.Unreachable, models.FailureLinks, models.FailureArgs{Answer: err.Error()})
		}
		links = linksOf(signed, d)
	}
	id := fmt.Sprintf("%s.%d@%s", d.NoticeID, d.Resend, e.host)
	m, err := e.compose(d, to, id, links)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	if err := e.transmit(ctx, to.Address, m); err != nil {
		return "", err
	}
	return "<" + id + ">", nil
}

// compose returns a notice as a message in the form in which it is sent.
func (e *Channel) compose(d models.Delivery, to *netmail.Address, id string, links render.MailLinks) ([]byte, error) {
	content, err := e.opts.Renderer.Email(d, links)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.FromMailAddress(e.from)
	m.ToMailAddress(to)
	m.Subject(content.Subject)
	m.SetMessageIDWithValue(id)
	date := d.StartedAt
	if date.IsZero() {
		date = d.Notice.CreatedAt
	}
	m.SetDateWithValue(date)
	e.setHeaders(m, d, links)
	m.SetBodyString(mail.TypeTextPlain, content.Text)
	m.AddAlternativeString(mail.TypeTextHTML, content.HTML)
	var b bytes.Buffer
	_, err = m.WriteTo(&b)
	return b.Bytes(), err
}

// MaxInProgress returns how many mails may be in progress at a time.
func (e *Channel) MaxInProgress() int { return MaxInProgress }

// Idle ends the connections politely.
func (e *Channel) Idle() { e.pool.clear() }

var _ interface {
	delivery.Channel
	delivery.Concurrent
	delivery.Idler
	MaxSendTime() time.Duration
} = (*Channel)(nil)
