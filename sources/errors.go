package sources

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
)

// A Reason sorts the ways in which a source can fail.
type Reason string

// The reasons. docs/reference/source-health.md says what a person can do about each.
const (
	BadAddress  Reason = "bad address"       // the address cannot be requested at all
	NoSuchHost  Reason = "no such host"      // the name does not resolve
	Unreachable Reason = "unreachable"       // no connection, or it broke
	TimedOut    Reason = "timed out"         // one of the time-outs
	Insecure    Reason = "insecure"          // the certificate is not valid
	Forbidden   Reason = "private address"   // of our network, and not allowed by name
	Redirected  Reason = "bad redirect"      // in a circle, too many, or to nowhere
	Disallowed  Reason = "robots"            // forbidden by the site's robots.txt
	Missing     Reason = "not found"         // 404 and 410
	Refused     Reason = "refused"           // 401, 403, 451 and challenge pages
	TooMany     Reason = "too many requests" // 429
	ServerFault Reason = "server fault"      // 5xx and answers that make no sense
	TooLarge    Reason = "too large"         // over the cap, packed or unpacked
	Empty       Reason = "empty"             // an answer without content
	NotAFeed    Reason = "not a feed"        // something else, usually a web page
	OtherKind   Reason = "another kind"      // an answer that a source of this kind does not give
	Damaged     Reason = "damaged"           // a feed of which nothing can be read
	// ShapeChanged is an answer of the right kind without articles where they stood.
	ShapeChanged Reason = "shape changed"

	NoText Reason = "no text" // a page without readable text, or no page
)

// An Error is why a source or a page could not be read, as a sentence for a
// person who does not run servers.
type Error struct {
	Reason Reason
	Text   string
	Wait   time.Duration // how long the server asked to be left alone; 0 if it did not
	Err    error         // the cause, where there is one; it may hold what Text hides

	status  int  // of the answer, where that is what is wrong
	unasked bool // the server was left alone, as it had asked
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// RetryAfter returns how long the server asked to be left alone.
func (e *Error) RetryAfter() time.Duration { return e.Wait }

// Unasked reports that the server was not asked at all, because it had asked to
// be left alone: the source has not failed once more.
func (e *Error) Unasked() bool { return e.unasked }

// Failure returns the reason as what is wrong with a source.
func (e *Error) Failure() models.FailureKind {
	return models.FailureKind("source_" + strings.ReplaceAll(string(e.Reason), " ", "_"))
}

func fault(reason Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Text: fmt.Sprintf(format, args...)}
}

// shown renders an address without what may be secret: user, password, query
// and fragment, and secrets in the path.
func shown(u *url.URL) string {
	if u == nil || u.Host == "" {
		return "the address"
	}
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return redact.URL(clean.String())
}

// explain turns an error of a request into a sentence. Text of the library is
// used only where it cannot hold an address with its query.
func explain(u *url.URL, timeout time.Duration, err error) *Error {
	host := u.Hostname()
	e := &Error{Reason: Unreachable, Err: err}
	var (
		own      *Error
		dns      *net.DNSError
		expired  x509.CertificateInvalidError
		hostname x509.HostnameError
		unknown  x509.UnknownAuthorityError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		netErr   net.Error
		op       *net.OpError
	)
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, context.Canceled):
		e.Text = fmt.Sprintf("reading %s was stopped before it was done", shown(u))
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Reason = NoSuchHost
		e.Text = fmt.Sprintf("the host name %s does not resolve: check the spelling of the url, or whether the site has moved", host)
	case errors.As(err, &dns):
		e.Reason = NoSuchHost
		e.Text = fmt.Sprintf("the host name %s could not be looked up: the name server does not answer; check this machine's network", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Text = fmt.Sprintf("%s refuses connections: the server is down, or the port is wrong", u.Host)
	case errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH):
		e.Text = fmt.Sprintf("%s cannot be reached from this machine: no route to it; check the network", u.Host)
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s has expired or is not yet valid: the site must renew it, or this machine's clock is wrong", host)
	case errors.As(err, &hostname):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s was made for another name: check the spelling of the url", host)
	case errors.As(err, &unknown):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s is signed by nobody this machine trusts: a proxy may be in between, or the site left out part of its chain", host)
	case errors.As(err, &expired), errors.As(err, &verify):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s is not valid", host)
	case errors.As(err, &record):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("%s does not speak TLS at this address: try http:// instead of https://", u.Host)
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout() && !errors.Is(err, context.DeadlineExceeded):
		e.Reason = TimedOut
		e.Text = fmt.Sprintf("no connection to %s within %s: it is down, or something in between keeps us out; it is tried again at the next scan", u.Host, connectTimeout)
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		e.Reason = TimedOut
		e.Text = fmt.Sprintf("%s took the connection and did not agree on a secure one within %s: it is slow or down; it is tried again at the next scan", u.Host, tlsTimeout)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		e.Reason = TimedOut
		e.Text = fmt.Sprintf("%s did not answer in full within %s: it is slow or down; it is tried again at the next scan", u.Host, timeout)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.Text = fmt.Sprintf("%s closed the connection before it answered", u.Host)
	case strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "remote error: tls"):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("no secure connection to %s could be agreed on", u.Host)
	default:
		e.Text = fmt.Sprintf("%s could not be reached: %s", u.Host, innermost(err))
	}
	return e
}

// innermost returns the text of the innermost error, past the one of net/http
// that repeats the whole address.
func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
