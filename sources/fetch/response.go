package fetch

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/challenge"
	"regwatch/internal/weblink"
	"regwatch/models"
)

// A Response is what a server sent, decompressed and within the limits.
type Response struct {
	URL          *url.URL // the final address, after redirects
	Status       int
	ContentType  string
	Language     string // Content-Language
	ETag         string
	LastModified string
	Header       http.Header // nil: no server sent it
	Body         []byte
	Truncated    bool          // the connection ended before the body did
	Cursor       models.Cursor // of the request
	NotModified  bool          // nothing changed since the validators that were sent
	location     string        // of a redirect; other fields are then empty
	MovedTo      string        // where permanent redirects led from the requested address
	Wait         time.Duration // the Retry-After
}

// read reads an HTTP response. It returns an error if the response has no usable
// content.
func (c *Client) read(res *http.Response, u *url.URL, r Request) (resp Response, err error) {
	resp = Response{
		URL:          u,
		Cursor:       r.Cursor,
		Status:       res.StatusCode,
		Header:       res.Header,
		Wait:         retryAfter(res.Header),
		ContentType:  res.Header.Get("Content-Type"),
		Language:     res.Header.Get("Content-Language"),
		ETag:         sendableValidator(res.Header.Get("ETag")),
		LastModified: sendableValidator(res.Header.Get("Last-Modified")),
	}
	switch {
	case res.StatusCode == http.StatusNotModified && (r.Post != nil || r.Cursor.ETag == "" && r.Cursor.LastModified == ""):
		return resp, Errorf(ServerError, "%s sent an unexpected 304 Not Modified: the server is misconfigured; regwatch will retry at the next scan", weblink.Display(u))
	case res.StatusCode == http.StatusNotModified:
		resp.NotModified = true
		return resp, nil
	case isRedirect(res.StatusCode):
		if resp.location = res.Header.Get("Location"); resp.location == "" {
			return resp, Errorf(Redirected, "%s redirects (%d) without saying where to", weblink.Display(u), res.StatusCode)
		}
		return resp, nil
	case res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNonAuthoritativeInfo:
		start, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return resp, statusError(res, u, start)
	}
	if r.robots {
		resp.Body, resp.Truncated, err = c.readBody(res, u, maxRobotsBytes)
		if len(resp.Body) > 0 {
			err = nil // the start of a robots.txt that is too long counts
		}
		return resp, err
	}
	if IsChallenge(nil, res.Header) {
		return resp, ChallengeError(u)
	}
	resp.Body, resp.Truncated, err = c.readBody(res, u, c.options.MaxBody)
	if err != nil {
		return resp, err
	}
	if len(resp.Body) == 0 {
		return resp, Errorf(Empty, "%s sent an empty response: the site may have a problem; regwatch will retry at the next scan", weblink.Display(u))
	}
	return resp, nil
}

// sendableValidator returns a validator if it can be sent back unchanged, and
// otherwise nothing.
func sendableValidator(s string) string {
	if len(s) > 1024 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return s
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// statusError returns the error for a status that is not a success.
func statusError(res *http.Response, u *url.URL, start []byte) *Error {
	status := strconv.Itoa(res.StatusCode)
	if text := http.StatusText(res.StatusCode); text != "" {
		status += " " + text
	}
	e := &Error{Reason: ServerError, Wait: retryAfter(res.Header), status: res.StatusCode}
	later := "regwatch will retry at the next scan"
	if e.Wait > 0 {
		later = fmt.Sprintf("it asks for a pause of %s, which regwatch keeps", e.Wait)
	}
	at := weblink.Display(u)
	switch code := res.StatusCode; {
	case IsChallenge(start, res.Header):
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s sent a challenge page (%s) that only a browser can pass: ask the publisher for another address or use another source", at, status)
	case code == http.StatusNotFound:
		e.Reason = NotFound
		e.Text = fmt.Sprintf("%s returned %s: there is nothing at this address; check the url of the source; the site may have moved it", at, status)
	case code == http.StatusGone:
		e.Reason = NotFound
		e.Text = fmt.Sprintf("%s returned %s: the publisher removed this address permanently; find the new one", at, status)
	case code == http.StatusUnauthorized:
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s returned %s: it needs a login", at, status)
	case code == http.StatusForbidden, code == http.StatusUnavailableForLegalReasons:
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s returned %s: the publisher blocks this program or network; some require a User-Agent with a company and an email address", at, status)
	case code == http.StatusTooManyRequests:
		e.Reason = TooManyRequests
		e.Text = fmt.Sprintf("%s returned %s: there were too many requests; %s", at, status, later)
	case code >= 500:
		e.Text = fmt.Sprintf("%s returned %s: the server has a problem; %s", at, status, later)
	case code >= 400:
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s returned %s: it does not accept the request; check the url of the source", at, status)
	default:
		e.Text = fmt.Sprintf("%s returned %s without the requested content; %s", at, status, later)
	}
	return e
}

// ChallengeError returns the error for a challenge page, which only a browser can
// pass.
func ChallengeError(u *url.URL) *Error {
	return Errorf(Refused, "%s sent a challenge page that only a browser can pass: ask the publisher for another address or use another source", weblink.Display(u))
}

// retryAfter reads Retry-After in seconds, or as a date. It compares a date with the
// server's own Date, so that only one clock counts.
func retryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0
	}
	var wait time.Duration
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if until, err := http.ParseTime(text); err == nil {
		if now, err := http.ParseTime(h.Get("Date")); err == nil {
			wait = until.Sub(now)
		}
	}
	return min(max(wait, 0), maxRetryAfter)
}

// IsChallenge reports whether a response is the page with which a bot protection asks
// for a browser.
func IsChallenge(body []byte, h http.Header) bool {
	return h.Get("Cf-Mitigated") == "challenge" || challenge.Marked(body)
}
