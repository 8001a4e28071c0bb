package delivery

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
)

// An Answer is what a server answered to a request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // the first 64 KiB
}

// PostJSON posts a body of JSON to an address and returns the answer of the server, whatever
// its status. Headers are set besides the usual ones. No error holds the address or a secret.
func PostJSON(ctx context.Context, client *http.Client, peer models.Peer, address string, headers map[string]string, body []byte, hide *redact.Secrets) (Answer, *Error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Answer{}, Fail(Blocked, models.FailureBadAddress, models.FailureArgs{Peer: peer})
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "regwatch")
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return Answer{}, NetworkError(peer, err, hide)
	}
	defer func() { _ = resp.Body.Close() }()
	// The status says whether the message was accepted, even if the rest does not arrive.
	// Reading the body to its end lets the connection be used again.
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return Answer{resp.StatusCode, resp.Header, answer}, nil
}

// StatusError returns what the status of an answer means, or nil if the server accepted the
// message. An answer that a person must act on, or a gateway's answer for a server that is
// down, costs no attempt. It may concern this message alone, so others are tried first.
func StatusError(peer models.Peer, a Answer, now time.Time) *Error {
	wait := RetryAfter(a.Header, now)
	fail := func(reason Reason, kind models.FailureKind) *Error {
		f := Fail(reason, kind, models.FailureArgs{Peer: peer, Status: a.Status})
		f.OneMessage = reason == Blocked || reason == Unreachable
		return f
	}
	switch code := a.Status; {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return fail(Blocked, models.FailureRedirected)
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusProxyAuthRequired:
		return fail(Blocked, models.FailureNotLetIn)
	case code == http.StatusNotFound, code == http.StatusMethodNotAllowed:
		return fail(Blocked, models.FailureNoReceiver)
	case code == http.StatusGone:
		return fail(Blocked, models.FailureUnwanted)
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable && wait > 0:
		f := fail(RateLimited, models.FailurePause)
		f.RetryAfter = wait
		return f
	case code == http.StatusBadGateway, code == http.StatusServiceUnavailable, code == http.StatusGatewayTimeout:
		return fail(Unreachable, models.FailureBehindGateway)
	case code == http.StatusRequestEntityTooLarge:
		return fail(Permanent, models.FailureTooLarge)
	case code >= 400 && code < 500:
		return fail(Temporary, models.FailureNotTaken)
	}
	return fail(Ambiguous, models.FailureFailed)
}
