package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/sync/singleflight"

	"regwatch/internal/pdftext"
	"regwatch/internal/redact"
	"regwatch/models"
)

// The limits of a [Client] that is not told otherwise.
const (
	DefaultTimeout = 30 * time.Second       // one request with its body
	DefaultBody    = 10 << 20               // bytes, both as sent and unpacked
	DefaultFetches = 8                      // at once, over all hosts
	DefaultPause   = 250 * time.Millisecond // between requests to one public host

	connectTimeout = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	maxRedirects   = 10
	maxRetryAfter  = 24 * time.Hour // the longest Retry-After that is believed

	maxRedirectDelay = 10 * time.Second // the longest Retry-After before a redirect is followed
)

// ClientOptions say how a [Client] behaves. The zero value is polite and
// careful, and names no contact.
type ClientOptions struct {
	// Product and Contact make the User-Agent: "regwatch/1.2 (+contact)". The
	// contact is an email address or a web address of whoever runs this. The
	// empty product is "regwatch".
	Product string
	Contact string

	Timeout time.Duration // for one request with its body; 0 means DefaultTimeout
	Body    int64         // the most bytes of an answer; 0 means DefaultBody
	Fetches int           // requests at once over all hosts; 0 means DefaultFetches

	// Pause is the least time between two requests to one public host; 0 means
	// DefaultPause. A host that a source names under allow_hosts gets none.
	Pause time.Duration

	// Proxy chooses the proxy of a request, as http.ProxyFromEnvironment does;
	// nil means none, whatever the environment says. Through a proxy an address
	// can be checked only before the proxy is asked: the proxy makes the
	// connection, so it has to keep private networks out itself.
	Proxy func(*http.Request) (*url.URL, error)

	// Now tells how much is left of the time for which a host asked to be left
	// alone. Nil means that each error names the whole of it.
	Now func() time.Time

	// Secret gives the text behind env:NAME or file:PATH in a source's headers.
	// Nil means that no source has such a header.
	Secret func(reference string) (string, error)

	// Secrets are those of the whole program: no error of a source repeats one, even
	// if a server does. Nil means that only the source's own are known.
	Secrets *redact.Secrets

	// PDF takes the text out of a PDF; [pdftext.Reader.Read] does. Nil means that
	// the summary of an article whose page is one stands in for it.
	PDF func(ctx context.Context, file []byte) (pdftext.Document, error)
}

// A Client makes all requests of all sources. It is safe for concurrent use.
type Client struct {
	options    ClientOptions
	agent      string
	fetchSlots chan struct{}

	mu          sync.Mutex
	limiters    map[string]*hostLimiter
	cooldowns   map[string]*cooldown
	robotsCache map[string]*robotsEntry
	transports  map[string]*http.Transport

	connections atomic.Int64 // that are open, over all transports

	robotsFetches singleflight.Group // for a robots.txt, one at a time of each server
}

// NewClient returns a client.
func NewClient(o ClientOptions) *Client {
	if o.Product == "" {
		o.Product = "regwatch"
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Body <= 0 {
		o.Body = DefaultBody
	}
	if o.Fetches <= 0 {
		o.Fetches = DefaultFetches
	}
	if o.Pause <= 0 {
		o.Pause = DefaultPause
	}
	agent := o.Product
	if o.Contact != "" {
		agent = fmt.Sprintf("%s (+%s)", o.Product, o.Contact)
	}
	return &Client{
		options:     o,
		agent:       agent,
		fetchSlots:  make(chan struct{}, o.Fetches),
		limiters:    make(map[string]*hostLimiter),
		cooldowns:   make(map[string]*cooldown),
		robotsCache: make(map[string]*robotsEntry),
		transports:  make(map[string]*http.Transport),
	}
}

// Close drops idle connections, and forgets which hosts asked to be left alone.
func (c *Client) Close() {
	c.closeIdleConns()
	c.mu.Lock()
	defer c.mu.Unlock()
	for host, cd := range c.cooldowns {
		cd.expiry.Stop()
		delete(c.cooldowns, host)
	}
	for _, entry := range c.robotsCache {
		entry.expiry.Stop()
	}
	clear(c.robotsCache)
}

// A request is one address that a source wants.
type request struct {
	url    *url.URL
	src    models.Source
	accept string
	cursor models.Cursor // makes a GET conditional
	post   *payload      // sent by POST; nil asks by GET
	robots bool          // it is for a robots.txt, which is cut at its size and asks no other
}

// A payload is what a POST sends.
type payload struct {
	contentType string // such as application/json
	body        []byte
}

// get fetches an address and follows its redirects by hand, so that every hop
// waits in its own host's line and is checked anew.
func (c *Client) get(ctx context.Context, r request) (response, error) {
	timeout := c.options.Timeout
	if r.src.Timeout > 0 {
		timeout = r.src.Timeout
	}
	allow := newAllowList(r.src.AllowHosts)
	at, moved, permanent := r.url, "", true
	var path []*url.URL
	for {
		err := c.checkRobots(ctx, at, r)
		var resp response
		if err == nil {
			resp, err = c.fetchHop(ctx, at, r, allow, timeout)
		}
		if err != nil {
			e := describeError(at, timeout, err)
			if len(path) > 0 && e.Reason == Forbidden {
				e.Text = displayURL(path[0]) + " redirects into a private network: " + e.Text
			}
			return response{}, e
		}
		if resp.location == "" {
			resp.movedTo = moved
			return resp, nil
		}
		path = append(path, at)
		if at, err = nextHop(path, resp.location); err != nil {
			return response{}, err
		}
		before := r.post
		if r.post, err = redirectPayload(r.post, resp.status, path[0], at); err != nil {
			return response{}, err
		}
		permanent = permanent && isPermanentRedirect(resp.status) && (before == nil) == (r.post == nil)
		if permanent {
			moved = at.String()
		}
		if err := sleep(ctx, min(resp.wait, maxRedirectDelay)); err != nil {
			return response{}, describeError(at, timeout, err)
		}
	}
}

// isPermanentRedirect reports whether a redirect says that an address has moved for good
// (RFC 9110, sections 15.4.2 and 15.4.9).
func isPermanentRedirect(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}

// sleep waits as a redirect asks (RFC 9110, section 10.2.3).
func sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// redirectPayload returns what is sent to where a redirect leads: a POST becomes a GET at
// 303, and at 301 and 302 because browsers do so, and stays what it is at 307 and
// 308 (RFC 9110, section 15.4). What a person wrote for one host goes to no other.
func redirectPayload(post *payload, status int, from, to *url.URL) (*payload, error) {
	if post == nil || status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
		return nil, nil
	}
	if normalizeHost(from.Hostname()) != normalizeHost(to.Hostname()) || from.Scheme == "https" && to.Scheme == "http" {
		return nil, newError(Redirected, "%s sends the body of its request on to %s, and it was not sent there: if that is right, make it the url of the source", displayURL(from), displayURL(to))
	}
	return post, nil
}

// nextHop returns the next address of a redirect, or why it leads nowhere.
func nextHop(path []*url.URL, location string) (*url.URL, error) {
	from := path[len(path)-1]
	to, err := from.Parse(strings.TrimSpace(location))
	if err != nil || to.Host == "" {
		return nil, newError(Redirected, "%s redirects to something that is not an address", displayURL(from))
	}
	if to.Scheme != "http" && to.Scheme != "https" {
		return nil, newError(Redirected, "%s redirects to a %s: address, which is not a web address", displayURL(from), to.Scheme)
	}
	to.Fragment = ""
	for i, seen := range path {
		if seen.String() == to.String() {
			var hops []string
			for _, u := range append(path[i:], to) {
				hops = append(hops, displayURL(u))
			}
			return nil, newError(Redirected, "the address redirects in a circle (%s): the site is set up wrongly, or wants a cookie", strings.Join(hops, " → "))
		}
	}
	if len(path) > maxRedirects {
		return nil, newError(Redirected, "%s redirects more than %d times: the site is set up wrongly", displayURL(path[0]), maxRedirects)
	}
	return to, nil
}

// hop makes one request and reads its answer.
func (c *Client) fetchHop(ctx context.Context, u *url.URL, r request, allow allowList, timeout time.Duration) (response, error) {
	if err := c.cooldownError(u); err != nil {
		return response{}, err
	}
	releaseHost, err := c.acquire(ctx, u, allow)
	if err != nil {
		return response{}, err
	}
	defer releaseHost()
	// Whoever was before us in the line may have been told to wait.
	if err := c.cooldownError(u); err != nil {
		return response{}, err
	}

	ctx, idle, stopTimer := withIdleTimeout(ctx, u, timeout)
	defer stopTimer()
	req, err := c.newRequest(ctx, u, r)
	if err != nil {
		return response{}, err
	}
	transport, err := c.transport(ctx, req, allow)
	if err != nil {
		return response{}, err
	}
	// RoundTrip and not Client.Do: it adds no referrer, cookie or redirect.
	res, err := transport.RoundTrip(req)
	if err != nil {
		return response{}, timeoutCause(ctx, err)
	}
	defer res.Body.Close()
	idle.responseStarted(res)
	resp, err := c.read(res, u, r)
	err = timeoutCause(ctx, err)
	if e, ok := errors.AsType[*Error](err); ok && e.Wait > 0 {
		c.startCooldown(u, e.Reason, e.Wait)
	} else if resp.wait > 0 && resp.location == "" {
		c.startCooldown(u, TooMany, resp.wait)
	}
	return resp, err
}

func (c *Client) newRequest(ctx context.Context, u *url.URL, r request) (*http.Request, error) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, newError(BadAddress, "%s is not a web address: want http:// or https:// and a host", displayURL(u))
	}
	method, body := http.MethodGet, io.Reader(nil)
	if r.post != nil {
		method, body = http.MethodPost, bytes.NewReader(r.post.body)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, newError(BadAddress, "%s is not a web address", displayURL(u))
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", r.accept)
	req.Header.Set("Accept-Encoding", acceptEncoding)
	if r.post != nil {
		req.Header.Set("Content-Type", r.post.contentType)
		r.cursor = models.Cursor{} // a POST is never conditional
	}
	if r.cursor.ETag != "" {
		req.Header.Set("If-None-Match", r.cursor.ETag)
	}
	if r.cursor.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.cursor.LastModified)
	}
	// What a person configured for a site is not shown to another one.
	home, err := url.Parse(r.src.URL)
	if err != nil || !strings.EqualFold(home.Host, u.Host) || home.Scheme != u.Scheme {
		return req, nil
	}
	for name, value := range r.src.Headers {
		value, err := c.resolveSecret(name, value)
		if err != nil {
			return nil, err
		}
		req.Header.Set(name, value)
	}
	return req, nil
}

// isSecretReference reports whether a header's value says where its text is kept.
func isSecretReference(value string) bool {
	return strings.HasPrefix(value, "env:") || strings.HasPrefix(value, "file:")
}

// secret returns the text of a header's value, from where it is kept.
func (c *Client) resolveSecret(header, value string) (string, error) {
	if !isSecretReference(value) {
		return value, nil
	}
	if c.options.Secret == nil {
		return "", newError(BadAddress, "header %s of this source is kept in %s, and nothing is set up to read that", header, value)
	}
	text, err := c.options.Secret(value)
	if err != nil {
		return "", &Error{Reason: BadAddress, Text: fmt.Sprintf("header %s of this source is kept in %s, which cannot be read", header, value), Err: err}
	}
	text = strings.TrimSpace(text)
	if text == "" || !httpguts.ValidHeaderFieldValue(text) {
		return "", newError(BadAddress, "header %s of this source is kept in %s, which is empty or holds what a header may not", header, value)
	}
	return text, nil
}
