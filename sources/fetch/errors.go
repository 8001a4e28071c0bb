package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"regwatch/internal/weblink"
	"regwatch/models"
)

// A Reason is a class of failures of a source.
type Reason string

// The reasons. docs/reference/source-health.md says how to fix each. Their values are stored and must
// not change.
const (
	BadAddress      Reason = "bad address"       // the address is not valid
	NoSuchHost      Reason = "no such host"      // the name does not resolve
	Unreachable     Reason = "unreachable"       // no connection, or it broke
	TimedOut        Reason = "timed out"         // a timeout was reached
	Insecure        Reason = "insecure"          // the certificate is not valid
	PrivateAddress  Reason = "private address"   // in our network, and not allowed by name
	Redirected      Reason = "bad redirect"      // a loop, too many hops, or no target
	Disallowed      Reason = "robots"            // disallowed by robots.txt
	NotFound        Reason = "not found"         // 404 and 410
	Refused         Reason = "refused"           // 401, 403, 451 and challenge pages
	TooManyRequests Reason = "too many requests" // 429
	ServerError     Reason = "server fault"      // 5xx and invalid responses
	TooLarge        Reason = "too large"         // over the limit, compressed or decompressed
	Empty           Reason = "empty"             // a response without content
	NotAFeed        Reason = "not a feed"        // something else, usually a web page
	WrongKind       Reason = "another kind"      // a response that a source of this kind never sends
	Damaged         Reason = "damaged"           // nothing in the feed can be read
	// ShapeChanged is a response of the right kind that has no articles where the
	// settings look.
	ShapeChanged Reason = "shape changed"

	NoText Reason = "no text" // a page without readable text, or not a page
)

// An Error is why a source or a page could not be read. Its text is one sentence for
// people who do not run servers, and names no secret.
type Error struct {
	Reason Reason
	Text   string
	Wait   time.Duration // the Retry-After of the server; 0 if it sent none
	Err    error         // the cause, if any; it may contain what Text hides

	status int  // HTTP status, if that is the cause
	Unsent bool // no request was made, because of a cooldown
	Unread bool // the answer was not read, because this program had no memory for it
	Costly bool // reading it again would take as much memory or time, in vain
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// RetryAfter returns how long the server asked for a pause.
func (e *Error) RetryAfter() time.Duration { return e.Wait }

// Skipped reports that no request was made because the host is in a cooldown, or that the
// answer was not read because other pages took all memory. It is not another failure of the source.
func (e *Error) Skipped() bool { return e.Unsent || e.Unread }

// IsCostly reports that reading it again would take as much memory or time, in vain.
func (e *Error) IsCostly() bool { return e.Costly }

// Failure returns the reason as a kind of failure of package models.
func (e *Error) Failure() models.FailureKind {
	return models.FailureKind("source_" + strings.ReplaceAll(string(e.Reason), " ", "_"))
}

func Errorf(reason Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Text: fmt.Sprintf(format, args...)}
}

// Describe turns an error of a request into one sentence. It uses the text of a
// library only where that cannot contain the address with its query.
func Describe(u *url.URL, timeout time.Duration, err error) *Error {
	host := u.Hostname()
	e := &Error{Reason: Unreachable, Err: err}
	var (
		sourceErr *Error
		dns       *net.DNSError
		expired   x509.CertificateInvalidError
		hostname  x509.HostnameError
		unknown   x509.UnknownAuthorityError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		netErr    net.Error
		op        *net.OpError
	)
	switch {
	case errors.As(err, &sourceErr):
		return sourceErr
	case errors.Is(err, context.Canceled):
		e.Text = fmt.Sprintf("reading %s was stopped before it finished", weblink.Display(u))
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Reason = NoSuchHost
		e.Text = fmt.Sprintf("host name %s does not exist: check the spelling of the url, or whether the site has moved", host)
	case errors.As(err, &dns):
		e.Reason = NoSuchHost
		e.Text = fmt.Sprintf("cannot look up host name %s: the name server does not respond; check this machine's network", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Text = fmt.Sprintf("%s refuses connections: the server is down, or the port is wrong", u.Host)
	case errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH):
		e.Text = fmt.Sprintf("%s cannot be reached: there is no route from this machine; check the network", u.Host)
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s has expired or is not yet valid: the site must renew it, or the clock of this machine is wrong", host)
	case errors.As(err, &hostname):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s is for another name: check the spelling of the url", host)
	case errors.As(err, &unknown):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s is not signed by a trusted authority: a proxy may intercept the connection, or the site sends an incomplete chain", host)
	case errors.As(err, &expired), errors.As(err, &verify):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("the TLS certificate of %s is not valid", host)
	case errors.As(err, &record):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("%s does not speak TLS at this address: try http:// instead of https://", u.Host)
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout() && !errors.Is(err, context.DeadlineExceeded):
		e.Reason = TimedOut
		e.Text = fmt.Sprintf("cannot connect to %s within %s: it is down, or a firewall blocks it; regwatch will retry at the next scan", u.Host, connectTimeout)
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		e.Reason = TimedOut
		e.Text = fmt.Sprintf("%s did not complete the TLS handshake within %s: it is slow or down; regwatch will retry at the next scan", u.Host, tlsTimeout)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		e.Reason = TimedOut
		e.Text = fmt.Sprintf("%s did not send a complete response within %s: it is slow or down; regwatch will retry at the next scan", u.Host, timeout)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.Text = fmt.Sprintf("%s closed the connection without a response", u.Host)
	case strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "remote error: tls"):
		e.Reason = Insecure
		e.Text = fmt.Sprintf("cannot establish a secure connection to %s", u.Host)
	case containsAny(err, "response headers exceeded", "header list larger"):
		e.Reason = ServerError
		e.Text = fmt.Sprintf("%s sent more than %d kB of headers before its response: the server is misconfigured, or stops readers in this way", u.Host, maxHeaderBytes>>10)
	case containsAny(err, "Content-Length", "transfer encoding"):
		e.Reason = ServerError
		e.Text = fmt.Sprintf("%s contradicts itself about the length of its response, so regwatch did not read it: the server or a proxy before it is misconfigured", u.Host)
	case containsAny(err, "malformed", "invalid header", "invalid byte", "http2: ", "stream error", "unexpected protocol"):
		e.Reason = ServerError
		e.Text = fmt.Sprintf("%s sent a response that is not valid HTTP: the server is misconfigured, or the port is wrong", u.Host)
	default:
		e.Text = fmt.Sprintf("cannot reach %s: %s", u.Host, rootCause(err))
	}
	return e
}

// containsAny reports whether the text of an error of net/http, which has no types for the
// faults of servers, has one of some phrases.
func containsAny(err error, phrases ...string) bool {
	text := rootCause(err)
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.Contains(text, phrase) })
}

// rootCause returns the text of the innermost error. The outer error of net/http
// repeats the whole address.
func rootCause(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
