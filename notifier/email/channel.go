package email

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

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
	From     string // as in RFC 5322: "regwatch <regwatch@example.com>"

	TLSConfig *tls.Config      // nil trusts what this machine trusts
	Timeout   time.Duration    // for one step of a conversation; 0 means 15 s
	Renderer  *render.Renderer // nil is the shipped ones

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
// keeps a connection for as long as more is due. Mail cannot be asked what it
// has: one that is cut off after its last byte may arrive twice, both times with
// the same Message-ID. It implements [Channel] and [Idler].
type Channel struct {
	opts Options
	from *netmail.Address
	host string // of the sender's address
	peer string // as sentences name the server
	hide delivery.Secrets

	mu   sync.Mutex
	conn *mailConn
}

// New returns a channel; it makes no connection yet.
func New(opts Options) (*Channel, error) {
	from, err := netmail.ParseAddress(opts.From)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is no email address; want one such as regwatch <regwatch@example.com>", sanitize.Line(opts.From))
	}
	switch opts.TLS {
	case "":
		opts.TLS = StartTLS
	case StartTLS, Implicit, NoTLS:
	default:
		return nil, fmt.Errorf("unknown protection %q of mail; want starttls, implicit or none", sanitize.Line(string(opts.TLS)))
	}
	if opts.Host == "" || opts.Port < 1 || opts.Port > 65535 {
		return nil, errors.New("mail needs a server's name and its port")
	}
	opts.Timeout = cmp.Or(opts.Timeout, 15*time.Second)
	from.Address = asciiDomain(from.Address)
	e := &Channel{opts: opts, from: from, host: from.Address[strings.LastIndexByte(from.Address, '@')+1:]}
	e.peer = "the mail server " + net.JoinHostPort(opts.Host, strconv.Itoa(opts.Port))
	if opts.Password != "" {
		e.hide = delivery.Secrets{
			opts.Password,
			base64.StdEncoding.EncodeToString([]byte(opts.Password)),
			base64.StdEncoding.EncodeToString([]byte("\x00" + opts.Username + "\x00" + opts.Password)),
		}
	}
	return e, nil
}

// Send mails the notice to the delivery's address and returns its Message-ID.
func (e *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	to, err := netmail.ParseAddress(d.Address)
	if err != nil {
		return "", delivery.Errorf(delivery.Permanent, "%q is no email address", sanitize.Truncate(sanitize.Line(d.Address), render.MaxNameRunes))
	}
	to.Address = asciiDomain(to.Address)
	var links render.MailLinks
	if e.opts.Links != nil {
		signed, err := e.opts.Links(ctx)
		if err != nil {
			return "", delivery.Errorf(delivery.Unreachable, "the links of the mail could not be made: %v", err)
		}
		links = linksOf(signed, d)
	}
	id := fmt.Sprintf("%s.%d@%s", d.NoticeID, d.Resend, e.host)
	m, err := e.compose(d, to, id, links)
	if err != nil {
		return "", delivery.Errorf(delivery.Permanent, "write the mail: %v", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.transmit(ctx, to.Address, m); err != nil {
		return "", err
	}
	return "<" + id + ">", nil
}

func (e *Channel) compose(d models.Delivery, to *netmail.Address, id string, links render.MailLinks) (*mail.Msg, error) {
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
	return m, nil
}

// Idle ends the connection politely.
func (e *Channel) Idle() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn != nil {
		e.conn.quit(e.opts.Timeout)
		e.conn = nil
	}
}

// transmit sends over the open connection, or a new one where that has gone.
func (e *Channel) transmit(ctx context.Context, to string, m *mail.Msg) error {
	if e.conn != nil && !e.conn.alive(ctx, e.opts.Timeout) {
		e.drop()
	}
	if e.conn == nil {
		conn, err := e.dial(ctx)
		if err != nil {
			return err
		}
		e.conn = conn
	}
	release := e.conn.bound(ctx)
	defer release()
	if err := e.converse(to, m); err != nil {
		// A refusal leaves the connection usable, anything else does not.
		if code := replyCode(err.cause); code == 0 || code == 421 || e.conn.Reset() != nil {
			e.drop()
		}
		return err.told
	}
	return nil
}

func (e *Channel) drop() {
	_ = e.conn.net.Close()
	e.conn = nil
}

// A stepError is a failure with what caused it.
type stepError struct {
	cause error
	told  *delivery.Error
}

// converse hands one message over.
func (e *Channel) converse(to string, m *mail.Msg) *stepError {
	c := e.conn
	_ = c.UpdateDeadline(e.opts.Timeout)
	if told := e.untold(c, to); told != nil {
		return &stepError{told, told}
	}
	// A relay may have to bounce mail that is marked as needing SMTPUTF8.
	c.SkipSMTPUTF8(ascii(to) && ascii(e.from.Address))
	if err := c.Mail(e.from.Address); err != nil {
		return &stepError{err, e.refused(err, "the sender "+e.from.Address, delivery.Blocked)}
	}
	if err := c.Rcpt(to); err != nil {
		return &stepError{err, e.unlessHeldUp(err, e.refused(err, to, delivery.Permanent), false)}
	}
	w, err := c.Data()
	if err != nil {
		return &stepError{err, e.unlessHeldUp(err, e.refused(err, "a mail to "+to, delivery.Permanent), true)}
	}
	if _, err := m.WriteTo(w); err != nil {
		// Without the closing dot the server takes nothing.
		return &stepError{err, delivery.Errorf(delivery.Temporary, "the connection to %s ended within the mail; nothing was taken", e.peer)}
	}
	_ = c.UpdateDeadline(e.opts.Timeout)
	if err := w.Close(); err != nil {
		if replyCode(err) == 0 {
			return &stepError{err, delivery.Errorf(delivery.Ambiguous, "the connection to %s ended before it confirmed the mail to %s", e.peer, to)}
		}
		return &stepError{err, e.unlessHeldUp(err, e.refused(err, "the mail to "+to, delivery.Permanent), true)}
	}
	return nil
}

// untold refuses an address that the server has no way to be told of.
func (e *Channel) untold(c *mailConn, to string) *delivery.Error {
	offered, _ := c.Extension("SMTPUTF8")
	switch {
	case offered:
		return nil
	case !ascii(e.from.Address):
		return delivery.Errorf(delivery.Blocked, "%s offers no SMTPUTF8, which the sender %s needs; configure one in ASCII", e.peer, e.from.Address)
	case !ascii(to):
		return delivery.Errorf(delivery.Permanent, "%s offers no SMTPUTF8, which the address %s needs", e.peer, to)
	}
	return nil
}

// refused says what an answer to a step means; final is what a 5xx answer means.
func (e *Channel) refused(err error, what string, final delivery.Reason) *delivery.Error {
	code := replyCode(err)
	switch {
	case code == 0:
		return delivery.Errorf(delivery.Temporary, "the connection to %s ended before it took the mail", e.peer)
	case code < 500:
		return delivery.Errorf(delivery.Temporary, "%s does not take %s now: %s", e.peer, what, e.reply(err))
	case code == 530 || code == 538:
		return delivery.Errorf(delivery.Blocked, "%s asks for a user name and password, or for TLS: %s", e.peer, e.reply(err))
	}
	f := delivery.Errorf(final, "%s refuses %s: %s", e.peer, what, e.reply(err))
	if final == delivery.Blocked {
		f.Err = fmt.Errorf("%w; configure a sender that it accepts", f.Err)
	}
	return f
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

var _ interface {
	delivery.Channel
	delivery.Idler
} = (*Channel)(nil)

// A mailConn is a conversation with a mail server that is ready for a message.
type mailConn struct {
	*smtp.Client

	net net.Conn
}
