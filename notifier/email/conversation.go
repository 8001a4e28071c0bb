package email

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/wneessen/go-mail/smtp"

	"regwatch/models"
	"regwatch/notifier/delivery"
)

// A step is one of the four by which a message is handed over.
type step string

const (
	atMail step = "MAIL"
	atRcpt step = "RCPT"
	atData step = "DATA" // the server did not ask for the text
	atText step = "text" // the text did not leave as a whole
	atDot  step = "dot"  // the text left, and this is what the server made of it
)

// A stepError is the failure of a step.
type stepError struct {
	at  step
	err error
}

// A connState says what a connection is good for after a message.
type connState int

const (
	usable  connState = iota
	broken            // for nothing
	crowded           // for nothing, and perhaps because there are others
)

// transmit sends over a connection that is free, or over a new one. If the server takes
// fewer connections than there are, it sends over one of the others.
func (e *Channel) transmit(ctx context.Context, to string, message []byte) error {
	var refusal error // of a server that takes fewer connections
	for {
		conn, err := e.pool.get(ctx)
		if err != nil && refusal != nil {
			return refusal
		}
		if err != nil {
			return e.notConnected(err)
		}
		state, err := e.converse(ctx, conn, to, message)
		switch state {
		case usable:
			e.pool.put(conn)
			return err
		case broken:
			e.pool.drop(conn)
			return err
		case crowded:
			if !e.pool.refused(conn) {
				return err
			}
			refusal = err
		}
	}
}

// notConnected says why there is no connection; nothing was sent.
func (e *Channel) notConnected(err error) error {
	if known, ok := errors.AsType[*delivery.Error](err); ok {
		return known
	}
	return e.fail(delivery.Unreachable, models.FailureTimedOut, models.FailureArgs{}) // waiting for one
}

// converse hands one message over.
func (e *Channel) converse(ctx context.Context, conn *mailConn, to string, message []byte) (connState, error) {
	if told := e.unsuited(conn, to); told != nil {
		return usable, told
	}
	defer conn.bound(ctx)()
	failure := conn.handOver(e.from.Address, to, message)
	if failure == nil {
		return usable, nil
	}
	told := e.meaning(failure, to)
	switch {
	case failure.isOfConnection():
		return crowded, told
	case replyCode(failure.err) == 0 || conn.reset() != nil:
		return broken, told
	}
	return usable, told
}

// isOfConnection reports whether a server may have refused a message because of the
// connections that it has from us, and not because of the message.
func (f *stepError) isOfConnection() bool {
	code := replyCode(f.err)
	return code == 421 || code >= 400 && code < 500 && f.at == atMail || code > 0 && causeOf(f.at, code, replyText(f.err)) == tooMuch
}

// unsuited refuses an address that this server has no way to be told of.
func (e *Channel) unsuited(conn *mailConn, to string) *delivery.Error {
	offered, _ := conn.Extension("SMTPUTF8")
	switch {
	case offered:
		return nil
	case !ascii(e.from.Address):
		return e.fail(delivery.Blocked, models.FailureMailSenderNotASCII, models.FailureArgs{Address: e.from.Address})
	case !ascii(to):
		return e.fail(delivery.Permanent, models.FailureMailAddressNotASCII, models.FailureArgs{Address: to})
	}
	return nil
}

// A mailConn is a conversation with a mail server that is ready for a message.
type mailConn struct {
	*smtp.Client

	net net.Conn

	// Of its pool, when its message got it.
	beside bool // there were others
	made   int  // how many had been opened

	cleared int // how often all of its pool had been closed when it was opened
}

// handOver hands one message over.
func (c *mailConn) handOver(from, to string, message []byte) *stepError {
	// A relay may have to bounce mail that is marked as needing SMTPUTF8.
	c.SkipSMTPUTF8(ascii(from) && ascii(to))
	_ = c.UpdateDeadline(mailTimeout)
	if err := c.Mail(path(from)); err != nil {
		return &stepError{atMail, err}
	}
	_ = c.UpdateDeadline(rcptTimeout)
	if err := c.Rcpt(path(to)); err != nil {
		return &stepError{atRcpt, err}
	}
	_ = c.UpdateDeadline(dataTimeout)
	if err := c.startData(); err != nil {
		return &stepError{atData, err}
	}
	w := c.Text.DotWriter()
	if _, err := (blocks{c, w}).Write(message); err != nil {
		return &stepError{atText, err}
	}
	_ = c.UpdateDeadline(dotTimeout)
	// Closing writes the dot. Without it the server takes nothing.
	if err := w.Close(); err != nil {
		return &stepError{atText, err}
	}
	if _, _, err := c.Text.ReadResponse(250); err != nil {
		return &stepError{atDot, err}
	}
	return nil
}

// startData asks to send the text. Client.Data does too, but what it returns does
// not tell a dot that never left from one that was not answered.
func (c *mailConn) startData() error {
	id, err := c.Text.Cmd("DATA")
	if err != nil {
		return err
	}
	c.Text.StartResponse(id)
	defer c.Text.EndResponse(id)
	_, _, err = c.Text.ReadResponse(354)
	return err
}

// blocks write a text in blocks, each of which has its own time.
type blocks struct {
	conn *mailConn
	to   io.Writer
}

func (b blocks) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if err := b.conn.UpdateDeadline(blockTimeout); err != nil {
			return n, err
		}
		wrote, err := b.to.Write(p[:min(len(p), blockSize)])
		n, p = n+wrote, p[wrote:]
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// reset ends a transaction that was refused, so that the next may begin.
func (c *mailConn) reset() error {
	return errors.Join(c.UpdateDeadline(resetTimeout), c.Reset())
}

// alive reports whether a connection kept since the last message still works.
func (c *mailConn) alive(ctx context.Context) bool {
	defer c.bound(ctx)()
	return c.UpdateDeadline(aliveTimeout) == nil && c.Noop() == nil
}

// bound cuts the connection when ctx ends. The caller calls what it returns.
func (c *mailConn) bound(ctx context.Context) func() bool {
	return context.AfterFunc(ctx, func() { _ = c.net.Close() })
}

func (c *mailConn) quit() {
	_ = c.UpdateDeadline(quitTimeout)
	_ = c.Quit()
	_ = c.net.Close()
}
