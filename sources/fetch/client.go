package fetch

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

	"regwatch/internal/redact"
	"regwatch/internal/weblink"
	"regwatch/models"
)

// The default limits of a [Client].
const (
	DefaultTimeout = 30 * time.Second       // for one request including its body
	DefaultMaxBody = 10 << 20               // bytes, both compressed and decompressed
	DefaultFetches = 8                      // concurrent requests over all hosts
	DefaultPause   = 250 * time.Millisecond // between requests to one public host

	connectTimeout = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	maxRedirects   = 10
	maxRetryAfter  = 24 * time.Hour // a longer Retry-After is cut to this

	maxRedirectDelay = 10 * time.Second // the longest delay before a redirect is followed
)

// Options configure a [Client]. The zero value is polite and safe, and gives no
// contact address.
type Options struct {
	// Product and Contact make the User-Agent: "regwatch/1.2 (+contact)". Contact is
	// the email or web address of the operator. Product defaults to "regwatch".
	Product string
	Contact string

	Timeout time.Duration // for one request including its body; 0 means DefaultTimeout
	MaxBody int64         // the most bytes of a response; 0 means DefaultMaxBody
	Fetches int           // concurrent requests over all hosts; 0 means DefaultFetches

	// Pause is the least time between two requests to one public host; 0 means
	// DefaultPause. Hosts in the allow_hosts of a source have no pause.
	Pause time.Duration

	// Proxy chooses the proxy of a request, as http.ProxyFromEnvironment does. Nil
	// means no proxy, whatever the environment says. With a proxy, addresses are
	// checked only before the request: the proxy makes the connection, so it must keep
	// private networks out itself.
	Proxy func(*http.Request) (*url.URL, error)

	// Transport makes the requests in place of a network, for recorded sites. It checks no
	// addresses. Nil means the network.
	Transport http.RoundTripper

	// Now is used to say how much of a cooldown is left. If it is nil, errors name the
	// whole cooldown.
	Now func() time.Time

	// Hosts keeps other programs from a host while this one makes requests to it. Nil
	// means that there are none.
	Hosts Hosts
	// HostStore keeps cooldowns and robots.txt files; it needs Now. Nil means that they
	// are kept in memory.
	HostStore HostStore

	// Secret returns the text behind env:NAME or file:PATH in the headers of a source.
	// If it is nil, sources with such headers cannot be read.
	Secret func(reference string) (string, error)

	// Secrets are the secrets of the whole program. No error repeats one, even if a
	// server does. If it is nil, only those of the source itself are redacted.
	Secrets *redact.Secrets
}

// A Client makes all requests of all sources. It is safe for concurrent use.
//
// It guarantees at most one request at a time to a host, at most Options.Fetches
// requests in total, and no connection to a private address that the source does not
// allow. Every request must go through [Client.get]; a request made another way breaks
// these guarantees.
type Client struct {
	options    Options
	agent      string
	fetchSlots chan struct{}

	mu          sync.Mutex // guards the maps
	limiters    map[string]*hostLimiter
	cooldowns   map[string]*cooldown
	robotsCache map[string]*robotsEntry
	transports  map[string]*http.Transport

	connections atomic.Int64 // open connections over all transports

	robotsFetches singleflight.Group // fetches each robots.txt once, however many requests wait for it
}

// New returns a client. Close it when it is no longer needed.
func New(o Options) *Client {
	if o.Product == "" {
		o.Product = "regwatch"
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
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

// Secrets returns the secrets of the whole program, or nil.
func (c *Client) Secrets() *redact.Secrets { return c.options.Secrets }

// Close closes idle connections, and forgets cooldowns and robots.txt files.
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

// A Request is one address to fetch for a source.
type Request struct {
	URL    *url.URL
	Source models.Source
	Accept string
	Cursor models.Cursor // makes a GET conditional
	Post   *Payload      // nil means GET
	robots bool          // fetches a robots.txt: only its start is read, and no robots.txt applies to it
}

// A Payload is the body of a POST.
type Payload struct {
	ContentType string // such as application/json
	Body        []byte
}

// get fetches an address. It follows redirects itself, so that each hop waits for its
// own host and passes every check again.
func (c *Client) Get(ctx context.Context, r Request) (Response, error) {
	timeout := c.options.Timeout
	if r.Source.Timeout > 0 {
		timeout = r.Source.Timeout
	}
	allow := NewAllowList(r.Source.AllowHosts)
	at, moved, permanent := r.URL, "", true
	var path []*url.URL
	refreshed := false
	for {
		err := c.checkRobots(ctx, at, r)
		var resp Response
		if err == nil {
			resp, err = c.fetchHop(ctx, at, r, allow, timeout)
		}
		if err != nil {
			e := Describe(at, timeout, err)
			if len(path) > 0 && e.Reason == PrivateAddress {
				e.Text = weblink.Display(path[0]) + " redirects to a private network: " + e.Text
			}
			return Response{}, e
		}
		if resp.location == "" {
			var to *url.URL
			if !refreshed && r.Post == nil && !r.robots && !resp.NotModified {
				to = refreshTarget(resp, path)
			}
			if to == nil {
				resp.MovedTo = moved
				return resp, nil
			}
			resp.location, refreshed = to.String(), true
		}
		path = append(path, at)
		if at, err = nextHop(path, resp.location); err != nil {
			return Response{}, err
		}
		before := r.Post
		if r.Post, err = redirectPayload(r.Post, resp.Status, path[0], at); err != nil {
			return Response{}, err
		}
		permanent = permanent && isPermanentRedirect(resp.Status) && (before == nil) == (r.Post == nil)
		if permanent {
			moved = at.String()
		}
		if err := sleep(ctx, min(resp.Wait, maxRedirectDelay)); err != nil {
			return Response{}, Describe(at, timeout, err)
		}
	}
}

// isPermanentRedirect reports whether a redirect means that the address has moved
// permanently (RFC 9110, sections 15.4.2 and 15.4.9).
func isPermanentRedirect(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}

// sleep waits as long as a redirect asks for (RFC 9110, section 10.2.3).
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

// redirectPayload returns what to send to the target of a redirect. A POST becomes a
// GET at 303, and at 301 and 302 because browsers do so; it stays a POST at 307 and
// 308 (RFC 9110, section 15.4). A body is never sent to another host, because it was
// written for this one.
func redirectPayload(post *Payload, status int, from, to *url.URL) (*Payload, error) {
	if post == nil || status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
		return nil, nil
	}
	if weblink.Host(from.Hostname()) != weblink.Host(to.Hostname()) || from.Scheme == "https" && to.Scheme == "http" {
		return nil, Errorf(Redirected, "%s redirects a POST to %s, so regwatch did not send it there; if that is right, use that address as the url of the source", weblink.Display(from), weblink.Display(to))
	}
	return post, nil
}

// nextHop returns the next address of a redirect, or why there is none.
func nextHop(path []*url.URL, location string) (*url.URL, error) {
	from := path[len(path)-1]
	to, err := from.Parse(strings.TrimSpace(location))
	if err != nil || to.Host == "" {
		return nil, Errorf(Redirected, "%s redirects to an invalid address", weblink.Display(from))
	}
	if to.Scheme != "http" && to.Scheme != "https" {
		return nil, Errorf(Redirected, "%s redirects to an address with %s:, which is not a web address", weblink.Display(from), to.Scheme)
	}
	to.Fragment = ""
	for i, seen := range path {
		if seen.String() == to.String() {
			var hops []string
			for _, u := range append(path[i:], to) {
				hops = append(hops, weblink.Display(u))
			}
			return nil, Errorf(Redirected, "the address redirects in a loop (%s): the site is misconfigured or needs a cookie", strings.Join(hops, " → "))
		}
	}
	if len(path) > maxRedirects {
		return nil, Errorf(Redirected, "%s redirects more than %d times: the site is misconfigured", weblink.Display(path[0]), maxRedirects)
	}
	return to, nil
}

// fetchHop makes one request and reads its response.
func (c *Client) fetchHop(ctx context.Context, u *url.URL, r Request, allow AllowList, timeout time.Duration) (Response, error) {
	if err := c.cooldownError(u); err != nil {
		return Response{}, err
	}
	limiter, releaseHost, err := c.acquire(ctx, u, allow)
	if err != nil {
		return Response{}, err
	}
	var pause time.Duration
	defer func() { releaseHost(pause) }()
	// The request before this one may have started a cooldown.
	if err := c.cooldownError(u); err != nil {
		return Response{}, err
	}

	ctx, idle, stopTimer := withIdleTimeout(ctx, u, timeout)
	defer stopTimer()
	req, err := c.newRequest(ctx, u, r)
	if err != nil {
		return Response{}, err
	}
	transport := c.options.Transport
	if transport == nil {
		if transport, err = c.transport(ctx, req, allow); err != nil {
			return Response{}, err
		}
	}
	if err := limiter.checkHost(u); err != nil {
		return Response{}, err
	}
	// RoundTrip, not Client.Do, which would add a referrer, cookies and redirects.
	res, err := transport.RoundTrip(req)
	if err != nil {
		return Response{}, timeoutCause(ctx, err)
	}
	defer res.Body.Close()
	idle.responseStarted(res)
	resp, err := c.read(res, u, r)
	err = timeoutCause(ctx, err)
	if r.robots && err == nil { // what it asks for holds from now on
		pause = min(parseRobots(resp.Body, robotsAgent).delay(), maxCrawlDelay)
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Wait > 0 {
		c.startCooldown(u, e.Reason, e.Wait)
	} else if resp.Wait > 0 && resp.location == "" {
		c.startCooldown(u, TooManyRequests, resp.Wait)
	}
	return resp, err
}

func (c *Client) newRequest(ctx context.Context, u *url.URL, r Request) (*http.Request, error) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, Errorf(BadAddress, "%s is not a web address: use http:// or https:// and a host", weblink.Display(u))
	}
	method, body := http.MethodGet, io.Reader(nil)
	if r.Post != nil {
		method, body = http.MethodPost, bytes.NewReader(r.Post.Body)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, Errorf(BadAddress, "%s is not a web address", weblink.Display(u))
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", r.Accept)
	req.Header.Set("Accept-Encoding", acceptEncoding)
	if r.Post != nil {
		req.Header.Set("Content-Type", r.Post.ContentType)
		r.Cursor = models.Cursor{} // a POST is never conditional
	}
	if r.Cursor.ETag != "" {
		req.Header.Set("If-None-Match", r.Cursor.ETag)
	}
	if r.Cursor.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.Cursor.LastModified)
	}
	// Headers that were configured for one site are not sent to another.
	home, err := url.Parse(r.Source.URL)
	if err != nil || !strings.EqualFold(home.Host, u.Host) || home.Scheme != u.Scheme {
		return req, nil
	}
	for name, value := range r.Source.Headers {
		value, err := c.ResolveSecret(name, value)
		if err != nil {
			return nil, err
		}
		req.Header.Set(name, value)
	}
	return req, nil
}

// IsSecretReference reports whether the value of a header only names where its text is
// stored.
func IsSecretReference(value string) bool {
	return strings.HasPrefix(value, "env:") || strings.HasPrefix(value, "file:")
}

// resolveSecret returns the text of a header, which may be stored elsewhere.
func (c *Client) ResolveSecret(header, value string) (string, error) {
	if !IsSecretReference(value) {
		return value, nil
	}
	if c.options.Secret == nil {
		return "", Errorf(BadAddress, "header %s of this source refers to %s, but secrets cannot be read here", header, value)
	}
	text, err := c.options.Secret(value)
	if err != nil {
		return "", &Error{Reason: BadAddress, Text: fmt.Sprintf("header %s of this source refers to %s, which cannot be read", header, value), Err: err}
	}
	text = strings.TrimSpace(text)
	if text == "" || !httpguts.ValidHeaderFieldValue(text) {
		return "", Errorf(BadAddress, "header %s of this source refers to %s, which is empty or not a valid header value", header, value)
	}
	return text, nil
}
