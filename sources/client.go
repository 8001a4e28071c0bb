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
	maxWait        = 24 * time.Hour // the longest Retry-After that is believed

	maxRedirectWait = 10 * time.Second // the longest Retry-After before a redirect is followed
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
	options ClientOptions
	agent   string
	slots   chan struct{}

	mu         sync.Mutex
	hosts      map[string]*hostLine
	rests      map[string]*rest
	manners    map[string]*manners
	transports map[string]*http.Transport

	connections atomic.Int64 // that are open, over all transports

	asking singleflight.Group // for a robots.txt, one at a time of each server
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
		options:    o,
		agent:      agent,
		slots:      make(chan struct{}, o.Fetches),
		hosts:      make(map[string]*hostLine),
		rests:      make(map[string]*rest),
		manners:    make(map[string]*manners),
		transports: make(map[string]*http.Transport),
	}
}

// Close drops idle connections, and forgets which hosts asked to be left alone.
func (c *Client) Close() {
	c.closeIdle()
	c.mu.Lock()
	defer c.mu.Unlock()
	for host, r := range c.rests {
		r.over.Stop()
		delete(c.rests, host)
	}
	for _, m := range c.manners {
		m.over.Stop()
	}
	clear(c.manners)
}

// A request is one address that a source wants.
type request struct {
	url    *url.URL
	src    models.Source
	accept string
	cursor models.Cursor // makes a GET conditional
	post   *form         // sent by POST; nil asks by GET
	robots bool          // it is for a robots.txt, which is cut at its size and asks no other
}

// A form is what a POST sends.
type form struct {
	contentType string // such as application/json
	body        []byte
}

// get fetches an address and follows its redirects by hand, so that every hop
// waits in its own host's line and is checked anew.
func (c *Client) get(ctx context.Context, r request) (answer, error) {
	timeout := c.options.Timeout
	if r.src.Timeout > 0 {
		timeout = r.src.Timeout
	}
	allow := newAllowList(r.src.AllowHosts)
	at, moved, forGood := r.url, "", true
	var path []*url.URL
	for {
		err := c.mayAsk(ctx, at, r)
		var a answer
		if err == nil {
			a, err = c.hop(ctx, at, r, allow, timeout)
		}
		if err != nil {
			e := explain(at, timeout, err)
			if len(path) > 0 && e.Reason == Forbidden {
				e.Text = shown(path[0]) + " redirects into a private network: " + e.Text
			}
			return answer{}, e
		}
		if a.redirect == "" {
			a.moved = moved
			return a, nil
		}
		path = append(path, at)
		if at, err = follow(path, a.redirect); err != nil {
			return answer{}, err
		}
		before := r.post
		if r.post, err = repost(r.post, a.status, path[0], at); err != nil {
			return answer{}, err
		}
		forGood = forGood && isForGood(a.status) && (before == nil) == (r.post == nil)
		if forGood {
			moved = at.String()
		}
		if err := pause(ctx, min(a.wait, maxRedirectWait)); err != nil {
			return answer{}, explain(at, timeout, err)
		}
	}
}

// isForGood reports whether a redirect says that an address has moved for good
// (RFC 9110, sections 15.4.2 and 15.4.9).
func isForGood(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}

// pause waits as a redirect asks (RFC 9110, section 10.2.3).
func pause(ctx context.Context, wait time.Duration) error {
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

// repost returns what is sent to where a redirect leads: a POST becomes a GET at
// 303, and at 301 and 302 because browsers do so, and stays what it is at 307 and
// 308 (RFC 9110, section 15.4). What a person wrote for one host goes to no other.
func repost(post *form, status int, from, to *url.URL) (*form, error) {
	if post == nil || status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
		return nil, nil
	}
	if plainHost(from.Hostname()) != plainHost(to.Hostname()) || from.Scheme == "https" && to.Scheme == "http" {
		return nil, fault(Redirected, "%s sends the body of its request on to %s, and it was not sent there: if that is right, make it the url of the source", shown(from), shown(to))
	}
	return post, nil
}

// follow returns the next address of a redirect, or why it leads nowhere.
func follow(path []*url.URL, location string) (*url.URL, error) {
	from := path[len(path)-1]
	to, err := from.Parse(strings.TrimSpace(location))
	if err != nil || to.Host == "" {
		return nil, fault(Redirected, "%s redirects to something that is not an address", shown(from))
	}
	if to.Scheme != "http" && to.Scheme != "https" {
		return nil, fault(Redirected, "%s redirects to a %s: address, which is not a web address", shown(from), to.Scheme)
	}
	to.Fragment = ""
	for i, seen := range path {
		if seen.String() == to.String() {
			var hops []string
			for _, u := range append(path[i:], to) {
				hops = append(hops, shown(u))
			}
			return nil, fault(Redirected, "the address redirects in a circle (%s): the site is set up wrongly, or wants a cookie", strings.Join(hops, " → "))
		}
	}
	if len(path) > maxRedirects {
		return nil, fault(Redirected, "%s redirects more than %d times: the site is set up wrongly", shown(path[0]), maxRedirects)
	}
	return to, nil
}

// hop makes one request and reads its answer.
func (c *Client) hop(ctx context.Context, u *url.URL, r request, allow allowList, timeout time.Duration) (answer, error) {
	if err := c.resting(u); err != nil {
		return answer{}, err
	}
	leave, err := c.queue(ctx, u, allow)
	if err != nil {
		return answer{}, err
	}
	defer leave()
	// Whoever was before us in the line may have been told to wait.
	if err := c.resting(u); err != nil {
		return answer{}, err
	}

	ctx, patience, release := withPatience(ctx, u, timeout)
	defer release()
	req, err := c.request(ctx, u, r)
	if err != nil {
		return answer{}, err
	}
	transport, err := c.transport(ctx, req, allow)
	if err != nil {
		return answer{}, err
	}
	// RoundTrip and not Client.Do: it adds no referrer, cookie or redirect.
	res, err := transport.RoundTrip(req)
	if err != nil {
		return answer{}, whyEnded(ctx, err)
	}
	defer res.Body.Close()
	patience.answered(res)
	a, err := c.read(res, u, r)
	err = whyEnded(ctx, err)
	if e, ok := errors.AsType[*Error](err); ok && e.Wait > 0 {
		c.leaveAlone(u, e.Reason, e.Wait)
	} else if a.wait > 0 && a.redirect == "" {
		c.leaveAlone(u, TooMany, a.wait)
	}
	return a, err
}

func (c *Client) request(ctx context.Context, u *url.URL, r request) (*http.Request, error) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fault(BadAddress, "%s is not a web address: want http:// or https:// and a host", shown(u))
	}
	method, body := http.MethodGet, io.Reader(nil)
	if r.post != nil {
		method, body = http.MethodPost, bytes.NewReader(r.post.body)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, fault(BadAddress, "%s is not a web address", shown(u))
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
		value, err := c.secret(name, value)
		if err != nil {
			return nil, err
		}
		req.Header.Set(name, value)
	}
	return req, nil
}

// isReference reports whether a header's value says where its text is kept.
func isReference(value string) bool {
	return strings.HasPrefix(value, "env:") || strings.HasPrefix(value, "file:")
}

// secret returns the text of a header's value, from where it is kept.
func (c *Client) secret(header, value string) (string, error) {
	if !isReference(value) {
		return value, nil
	}
	if c.options.Secret == nil {
		return "", fault(BadAddress, "header %s of this source is kept in %s, and nothing is set up to read that", header, value)
	}
	text, err := c.options.Secret(value)
	if err != nil {
		return "", &Error{Reason: BadAddress, Text: fmt.Sprintf("header %s of this source is kept in %s, which cannot be read", header, value), Err: err}
	}
	text = strings.TrimSpace(text)
	if text == "" || !httpguts.ValidHeaderFieldValue(text) {
		return "", fault(BadAddress, "header %s of this source is kept in %s, which is empty or holds what a header may not", header, value)
	}
	return text, nil
}
