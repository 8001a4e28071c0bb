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
func NetworkError(peer string, err error, hide *redact.Secrets) *Error {
	// url.Error holds the whole address.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if f := CertificateError(peer, err); f != nil {
		return f
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return Errorf(Unreachable, "%s cannot be reached: the name %s is not known; check the configured address and this machine's DNS", peer, Scrub(hide, dns.Name))
		}
		return Errorf(Unreachable, "%s cannot be reached: DNS does not answer for %s", peer, Scrub(hide, dns.Name))
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return Errorf(Unreachable, "%s cannot be reached%s: %s", peer, through(op), dialProblem(op, hide))
	}
	if unsent, ok := errors.AsType[*unsentError](err); ok {
		return Errorf(Unreachable, "%s cannot be reached: no connection came about (%s)", peer, Scrub(hide, unsent.Error()))
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || IsTimeout(err) {
		return Errorf(Ambiguous, "%s did not answer in time", peer)
	}
	return Errorf(Ambiguous, "the connection to %s ended before it answered", peer)
}

func through(op *net.OpError) string {
	if op.Op == "proxyconnect" {
		return " through the proxy of this machine's environment"
	}
	return ""
}

func CertificateError(peer string, err error) *Error {
	if host, ok := errors.AsType[x509.HostnameError](err); ok {
		return Errorf(Blocked, "%s shows a certificate for another name than %s; configure the name that the certificate has", peer, sanitize.Line(host.Host))
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return Errorf(Blocked, "%s shows a certificate that this machine does not trust; add its authority to the system's trusted certificates", peer)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return Errorf(Blocked, "%s shows a certificate that has expired or is not yet valid; renew it, or set this machine's clock right", peer)
		}
		return Errorf(Blocked, "%s shows a certificate that is not valid: %s", peer, sanitize.Line(invalid.Error()))
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return Errorf(Blocked, "%s shows a certificate that cannot be verified", peer)
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return Errorf(Blocked, "%s does not speak TLS on this port; use the port for TLS, or tls: starttls", peer)
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return Errorf(Blocked, "%s and regwatch agree on no way to encrypt; regwatch needs TLS 1.2 or newer", peer)
	}
	return nil
}

func dialProblem(op *net.OpError, hide *redact.Secrets) string {
	at := ""
	if op.Addr != nil {
		at = " at " + Scrub(hide, op.Addr.String())
	}
	if inner, ok := errors.AsType[*net.OpError](op.Err); ok {
		return dialProblem(inner, hide) // of a proxy
	}
	switch {
	case errors.Is(op.Err, syscall.ECONNREFUSED):
		return "nothing listens" + at
	case op.Timeout():
		return "no answer" + at + " in time"
	case errors.Is(op.Err, syscall.ENETUNREACH), errors.Is(op.Err, syscall.EHOSTUNREACH):
		return "there is no way through the network" + at
	}
	return Scrub(hide, op.Err.Error()) + at
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
