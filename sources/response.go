package sources

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// An answer is what a server said, unpacked and within the limits.
type response struct {
	url          *url.URL // the address that answered, after redirects
	status       int
	contentType  string
	language     string // Content-Language
	etag         string
	lastModified string
	body         []byte
	truncated    bool          // the connection ended before the body did
	memory       string        // of the last answer, see [models.Cursor]
	hash         string        // by which the same answer is known again; empty for kinds that have none
	notModified  bool          // nothing changed since the validators that were sent
	location     string        // where it sends us; the rest is then empty
	movedTo      string        // where redirects for good led from the address that was asked
	wait         time.Duration // how long the server asked to be left alone
}

// read turns a response into an answer, or into the reason why there is none.
func (c *Client) read(res *http.Response, u *url.URL, r request) (resp response, err error) {
	resp = response{
		url:          u,
		status:       res.StatusCode,
		wait:         retryAfter(res.Header),
		contentType:  res.Header.Get("Content-Type"),
		language:     res.Header.Get("Content-Language"),
		etag:         sendableValidator(res.Header.Get("ETag")),
		lastModified: sendableValidator(res.Header.Get("Last-Modified")),
	}
	switch {
	case res.StatusCode == http.StatusNotModified && (r.post != nil || r.cursor.ETag == "" && r.cursor.LastModified == ""):
		return resp, newError(ServerFault, "%s answers that nothing has changed, and was not asked whether: the server is set up wrongly; it is tried again at the next scan", displayURL(u))
	case res.StatusCode == http.StatusNotModified:
		resp.notModified = true
		return resp, nil
	case isRedirect(res.StatusCode):
		if resp.location = res.Header.Get("Location"); resp.location == "" {
			return resp, newError(Redirected, "%s says that it has moved (%d), and not where to", displayURL(u), res.StatusCode)
		}
		return resp, nil
	case res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNonAuthoritativeInfo:
		start, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return resp, statusError(res, u, start)
	}
	if r.robots {
		resp.body, resp.truncated, err = c.readBody(res, u, maxRobotsBytes)
		if len(resp.body) > 0 {
			err = nil // the beginning of one that is too long counts
		}
		return resp, err
	}
	if isChallenge(nil, res.Header) {
		return resp, newError(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", displayURL(u))
	}
	resp.body, resp.truncated, err = c.readBody(res, u, c.options.Body)
	if err != nil {
		return resp, err
	}
	if len(resp.body) == 0 {
		return resp, newError(Empty, "%s answers with nothing at all: the site may be in trouble; it is tried again at the next scan", displayURL(u))
	}
	return resp, nil
}

// sendableValidator returns a validator that can be sent back as it came.
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

// statusError explains a status that is no success.
func statusError(res *http.Response, u *url.URL, start []byte) *Error {
	status := strconv.Itoa(res.StatusCode)
	if text := http.StatusText(res.StatusCode); text != "" {
		status += " " + text
	}
	e := &Error{Reason: ServerFault, Wait: retryAfter(res.Header), status: res.StatusCode}
	later := "it is tried again at the next scan"
	if e.Wait > 0 {
		later = fmt.Sprintf("it asks to be left alone for %s, and is", e.Wait)
	}
	at := displayURL(u)
	switch code := res.StatusCode; {
	case isChallenge(start, res.Header):
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s answers with a challenge page (%s) that only a browser can pass: ask the publisher for another way, or watch another source", at, status)
	case code == http.StatusNotFound:
		e.Reason = Missing
		e.Text = fmt.Sprintf("%s answers %s: nothing is published at this address; check the url of the source, the site may have moved it", at, status)
	case code == http.StatusGone:
		e.Reason = Missing
		e.Text = fmt.Sprintf("%s answers %s: the publisher has taken this address down for good; find the new one", at, status)
	case code == http.StatusUnauthorized:
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s answers %s: it wants a login", at, status)
	case code == http.StatusForbidden, code == http.StatusUnavailableForLegalReasons:
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s answers %s: the publisher refuses this program or this network; some want a User-Agent that names a company and an email address", at, status)
	case code == http.StatusTooManyRequests:
		e.Reason = TooMany
		e.Text = fmt.Sprintf("%s answers %s: we ask too often; %s", at, status, later)
	case code >= 500:
		e.Text = fmt.Sprintf("%s answers %s: the fault is the server's; %s", at, status, later)
	case code >= 400:
		e.Reason = Refused
		e.Text = fmt.Sprintf("%s answers %s: it does not accept the request; check the url of the source", at, status)
	default:
		e.Text = fmt.Sprintf("%s answers %s, without the content that was asked for; %s", at, status, later)
	}
	return e
}

// retryAfter reads Retry-After in seconds, or as a date beside the server's
// own Date: the two clocks that have to agree are then one.
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

// isChallenge tells the pages by which the common guards of web sites ask for
// a browser.
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
	// The same folder holds the script by which Cloudflare counts the bots among
	// the readers of ordinary pages.
	for _, m := range challengeFolder.FindAllStringSubmatch(start, -1) {
		if m[1] != "scripts" {
			return true
		}
	}
	return false
}

var challengeFolder = regexp.MustCompile(`challenge-platform/h/\w+/(\w+)`)
