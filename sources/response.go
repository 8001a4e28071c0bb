package sources

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// A response is what a server sent, decompressed and within the limits.
type response struct {
	url          *url.URL // the final address, after redirects
	status       int
	contentType  string
	language     string // Content-Language
	etag         string
	lastModified string
	header       http.Header // nil: no server sent it
	body         []byte
	truncated    bool          // the connection ended before the body did
	memory       string        // of the last response, see [models.Cursor]
	hash         string        // see Reader.fingerprint; may be empty
	notModified  bool          // nothing changed since the validators that were sent
	location     string        // of a redirect; other fields are then empty
	movedTo      string        // where permanent redirects led from the requested address
	wait         time.Duration // the Retry-After
}

// read reads an HTTP response. It returns an error if the response has no usable
// content.
func (c *Client) read(res *http.Response, u *url.URL, r request) (resp response, err error) {
	resp = response{
		url:          u,
		status:       res.StatusCode,
		header:       res.Header,
		wait:         retryAfter(res.Header),
		contentType:  res.Header.Get("Content-Type"),
		language:     res.Header.Get("Content-Language"),
		etag:         sendableValidator(res.Header.Get("ETag")),
		lastModified: sendableValidator(res.Header.Get("Last-Modified")),
	}
	switch {
	case res.StatusCode == http.StatusNotModified && (r.post != nil || r.cursor.ETag == "" && r.cursor.LastModified == ""):
		return resp, newError(ServerError, "%s sent an unexpected 304 Not Modified: the server is misconfigured; regwatch will retry at the next scan", displayURL(u))
	case res.StatusCode == http.StatusNotModified:
		resp.notModified = true
		return resp, nil
	case isRedirect(res.StatusCode):
		if resp.location = res.Header.Get("Location"); resp.location == "" {
			return resp, newError(Redirected, "%s redirects (%d) without saying where to", displayURL(u), res.StatusCode)
		}
		return resp, nil
	case res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNonAuthoritativeInfo:
		start, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return resp, statusError(res, u, start)
	}
	if r.robots {
		resp.body, resp.truncated, err = c.readBody(res, u, maxRobotsBytes)
		if len(resp.body) > 0 {
			err = nil // the start of a robots.txt that is too long counts
		}
		return resp, err
	}
	if isChallenge(nil, res.Header) {
		return resp, challengeError(u)
	}
	resp.body, resp.truncated, err = c.readBody(res, u, c.options.MaxBody)
	if err != nil {
		return resp, err
	}
	if len(resp.body) == 0 {
		return resp, newError(Empty, "%s sent an empty response: the site may have a problem; regwatch will retry at the next scan", displayURL(u))
	}
	return resp, nil
}

// The most that is kept of the headers of a response, in bytes of JSON. Together with the
// names of the fields it is less than 1,000.
const (
	maxFetchedAddress = 480
	maxFetchedETag    = 130
	maxFetchedType    = 90
	maxFetchedOther   = 40
)

// fetched returns what is stored of a response as evidence, or nil if no server sent it.
func (r *Reader) fetched(resp response) *models.Fetched {
	if resp.header == nil {
		return nil
	}
	header := func(name string, most int) string { return r.evidence(resp.header.Get(name), most) }
	return &models.Fetched{
		URL: r.evidence(redact.URL(resp.url.String()), maxFetchedAddress), Status: resp.status,
		Date: header("Date", maxFetchedOther), LastModified: header("Last-Modified", maxFetchedOther), ETag: header("ETag", maxFetchedETag),
		ContentType: header("Content-Type", maxFetchedType), ContentLanguage: header("Content-Language", maxFetchedOther),
	}
}

// evidence returns a value without control characters and secrets, in at most so many bytes
// of JSON and an ellipsis.
func (r *Reader) evidence(value string, most int) string {
	value = sanitize.Line(value[:min(len(value), maxAddress)])
	if value = r.redact(value)[0]; len(value) == 0 {
		return ""
	}
	size := 0
	for i, c := range value {
		quoted, _ := json.Marshal(string(c)) // a string always encodes
		if size += len(quoted) - 2; size > most {
			return value[:i] + "…"
		}
	}
	return value
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
	at := displayURL(u)
	switch code := res.StatusCode; {
	case isChallenge(start, res.Header):
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

// challengeError returns the error for a challenge page, which only a browser can
// pass.
func challengeError(u *url.URL) *Error {
	return newError(Refused, "%s sent a challenge page that only a browser can pass: ask the publisher for another address or use another source", displayURL(u))
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

// isChallenge reports whether a response is the page with which a bot protection asks
// for a browser.
func isChallenge(body []byte, h http.Header) bool {
	if h.Get("Cf-Mitigated") == "challenge" {
		return true
	}
	start := strings.ToLower(string(body[:min(len(body), 32<<10)]))
	for _, mark := range []string{
		"<title>just a moment...</title>", "cf-browser-verification",
		"_incapsula_resource", "request unsuccessful. incapsula", "captcha-delivery.com", "px-captcha",
		"awswaf.com", "ddos-guard", "enable javascript and cookies to continue",
	} {
		if strings.Contains(start, mark) {
			return true
		}
	}
	// The same folder has the script with which Cloudflare detects bots on ordinary
	// pages.
	for _, m := range challengeFolder.FindAllStringSubmatch(start, -1) {
		if m[1] != "scripts" {
			return true
		}
	}
	return false
}

var challengeFolder = regexp.MustCompile(`challenge-platform/h/\w+/(\w+)`)
