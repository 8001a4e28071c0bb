package notifier

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
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// secrets are texts that must reach neither an error nor a log.
type secrets []string

// scrub replaces every secret in a text that a server or a library wrote.
func (s secrets) scrub(text string) string {
	for _, secret := range s {
		// An empty or tiny secret would blot out the whole text.
		if len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, "[secret]")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "[secret]")
		}
	}
	return cut(oneLine(text), errorRunes)
}

// webClient returns a client that gives up, and that follows no redirect: one
// would carry a token elsewhere.
func webClient() *http.Client {
	return &http.Client{
		Timeout: 20 * time.Second,
		Transport: connecting{&http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 8 * time.Second}).DialContext,
			TLSHandshakeTimeout:   8 * time.Second,
			ResponseHeaderTimeout: 15 * time.Second,
			IdleConnTimeout:       60 * time.Second,
			ForceAttemptHTTP2:     true,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A connecting transport tells a request for which there never was a connection
// from one that may have been read. What dialling, a proxy and a handshake say of
// themselves tells only some of them apart.
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

// networkFailure says what a failure below the protocol means. Only a failure to
// connect proves that nothing arrived. The library's error is not wrapped, since
// it may hold an address that is secret.
func networkFailure(peer string, err error, hide secrets) *DeliveryError {
	// url.Error holds the whole address.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if f := certificateFailure(peer, err); f != nil {
		return f
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return failure(Unreachable, "%s cannot be reached: the name %s is not known; check the configured address and this machine's DNS", peer, hide.scrub(dns.Name))
		}
		return failure(Unreachable, "%s cannot be reached: DNS does not answer for %s", peer, hide.scrub(dns.Name))
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return failure(Unreachable, "%s cannot be reached%s: %s", peer, through(op), dialProblem(op, hide))
	}
	if unsent, ok := errors.AsType[*unsentError](err); ok {
		return failure(Unreachable, "%s cannot be reached: no connection came about (%s)", peer, hide.scrub(unsent.Error()))
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || isTimeout(err) {
		return failure(Ambiguous, "%s did not answer in time", peer)
	}
	return failure(Ambiguous, "the connection to %s ended before it answered", peer)
}

func through(op *net.OpError) string {
	if op.Op == "proxyconnect" {
		return " through the proxy of this machine's environment"
	}
	return ""
}

func certificateFailure(peer string, err error) *DeliveryError {
	if host, ok := errors.AsType[x509.HostnameError](err); ok {
		return failure(Blocked, "%s shows a certificate for another name than %s; configure the name that the certificate has", peer, oneLine(host.Host))
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return failure(Blocked, "%s shows a certificate that this machine does not trust; add its authority to the system's trusted certificates", peer)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return failure(Blocked, "%s shows a certificate that has expired or is not yet valid; renew it, or set this machine's clock right", peer)
		}
		return failure(Blocked, "%s shows a certificate that is not valid: %s", peer, oneLine(invalid.Error()))
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return failure(Blocked, "%s shows a certificate that cannot be verified", peer)
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return failure(Blocked, "%s does not speak TLS on this port; use the port for TLS, or tls: starttls", peer)
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return failure(Blocked, "%s and regwatch agree on no way to encrypt; regwatch needs TLS 1.2 or newer", peer)
	}
	return nil
}

func dialProblem(op *net.OpError, hide secrets) string {
	at := ""
	if op.Addr != nil {
		at = " at " + hide.scrub(op.Addr.String())
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
	return hide.scrub(op.Err.Error()) + at
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}
