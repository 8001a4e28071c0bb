package delivery

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/render"
)

// Scrub returns a text that a server or a library wrote as one line of limited length
// without secrets.
func Scrub(hide *redact.Secrets, text string) string {
	// Twice: a secret may hold what a line has not, and one that control characters
	// broke up is whole again in the line.
	return sanitize.Truncate(hide.Scrub(sanitize.Line(hide.Scrub(text))), render.MaxErrorRunes)
}

// HTTPTimeout is how long a request may take, with the connection before it and the
// answer after it. The manual names it.
const HTTPTimeout = 20 * time.Second

// HTTPClient returns a client that gives up after HTTPTimeout, that keeps few idle
// connections, and that follows no redirect: one would carry a token elsewhere.
func HTTPClient() *http.Client {
	return &http.Client{
		Timeout: HTTPTimeout,
		Transport: connecting{&http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 8 * time.Second}).DialContext,
			TLSHandshakeTimeout: 8 * time.Second,
			IdleConnTimeout:     60 * time.Second,
			MaxIdleConns:        8,
			MaxIdleConnsPerHost: 2,
			ForceAttemptHTTP2:   true,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A connecting transport distinguishes a request for which there never was a connection
// from one that may have been read. The errors of dialling, a proxy and a handshake
// show that only for some.
type connecting struct{ *http.Transport }

func (c connecting) RoundTrip(r *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	resp, err := c.Transport.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil && !connected.Load() {
		err = &unsentError{err}
	}
	return resp, err
}

// An unsentError is why there was no connection to send anything over.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }

func (e *unsentError) Unwrap() error { return e.err }

// NetworkError says what a failure below the protocol means. Only a failure to
// connect proves that nothing arrived. The library's error is not wrapped, since
// it may hold an address that is secret.
func NetworkError(peer models.Peer, err error, hide *redact.Secrets) *Error {
	// url.Error holds the whole address.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if f := CertificateError(peer, err); f != nil {
		return f
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		kind := models.FailureDNSSilent
		if dns.IsNotFound {
			kind = models.FailureNameUnknown
		}
		return Fail(Unreachable, kind, models.FailureArgs{Peer: peer, Host: Scrub(hide, dns.Name)})
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return dialError(peer, op, hide)
	}
	if unsent, ok := errors.AsType[*unsentError](err); ok {
		return Fail(Unreachable, models.FailureNoConnection, models.FailureArgs{Peer: peer, Answer: Scrub(hide, unsent.Error())})
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || IsTimeout(err) {
		return Fail(Ambiguous, models.FailureTimedOut, models.FailureArgs{Peer: peer})
	}
	return Fail(Ambiguous, models.FailureCut, models.FailureArgs{Peer: peer})
}

// CertificateError says what is wrong with the certificate or the TLS of the far side; nil
// if the error is another.
func CertificateError(peer models.Peer, err error) *Error {
	blocked := func(kind models.FailureKind, args models.FailureArgs) *Error {
		args.Peer = peer
		return Fail(Blocked, kind, args)
	}
	if host, ok := errors.AsType[x509.HostnameError](err); ok {
		return blocked(models.FailureCertName, models.FailureArgs{Host: sanitize.Line(host.Host)})
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return blocked(models.FailureCertUntrusted, models.FailureArgs{})
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return blocked(models.FailureCertExpired, models.FailureArgs{})
		}
		return blocked(models.FailureCertInvalid, models.FailureArgs{Answer: sanitize.Line(invalid.Error())})
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return blocked(models.FailureCertUnverified, models.FailureArgs{})
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return blocked(models.FailureNoTLS, models.FailureArgs{})
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return blocked(models.FailureTLSVersion, models.FailureArgs{})
	}
	return nil
}

// dialError says why there is no connection to the far side, or to the proxy on the way.
func dialError(peer models.Peer, op *net.OpError, hide *redact.Secrets) *Error {
	args := models.FailureArgs{Peer: peer, ThroughProxy: op.Op == "proxyconnect"}
	for {
		inner, ok := errors.AsType[*net.OpError](op.Err) // of a proxy
		if !ok {
			break
		}
		op = inner
	}
	if op.Addr != nil {
		args.Host = Scrub(hide, op.Addr.String())
	}
	kind := models.FailureNotReached
	switch {
	case errors.Is(op.Err, syscall.ECONNREFUSED):
		kind = models.FailureNothingListens
	case op.Timeout():
		kind = models.FailureNoAnswer
	case errors.Is(op.Err, syscall.ENETUNREACH), errors.Is(op.Err, syscall.EHOSTUNREACH):
		kind = models.FailureNoRoute
	default:
		args.Answer = Scrub(hide, op.Err.Error())
	}
	return Fail(Unreachable, kind, args)
}

func IsTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

// MaxRetryAfter is the longest pause that a receiver is granted; what it asks
// for beyond that is asked again.
const MaxRetryAfter = time.Hour

// RetryAfter reads how long a server wants to be left alone, in seconds or as a
// date (RFC 9110, 10.2.3); 0 when it does not say.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	wait := time.Duration(0)
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), MaxRetryAfter)
}
