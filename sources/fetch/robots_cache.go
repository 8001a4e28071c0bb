package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"regwatch/internal/weblink"
	"regwatch/models"
)

const (
	robotsAgent = "regwatch" // the product token of regwatch

	robotsTTL          = 24 * time.Hour      // how long a robots.txt is valid (RFC 9309, section 2.4)
	robotsErrorTTL     = 5 * time.Minute     // how long a failure to read one is cached
	maxRobotsError     = 30 * 24 * time.Hour // after this time a robots.txt that cannot be read forbids nothing (section 2.3.1.4)
	maxRobotsEntries   = 1000                // the most servers in the cache
	maxCrawlDelay      = 30 * time.Second    // a longer Crawl-delay is cut to this
	acceptRobots       = "text/plain,*/*;q=0.5"
	maxShownRobotsLine = 200 // bytes of a line in a message
)

// A robotsEntry is the robots.txt of one server. Client.mu guards the cache; an entry
// is not changed after it is stored, so readers need no lock.
type robotsEntry struct {
	robots       robots
	err          *Error // why it could not be read
	failingSince time.Time
	stale        bool
	expiry       *time.Timer
}

// checkRobots returns an error if an address must not be fetched: the robots.txt of
// its server disallows it or cannot be read.
func (c *Client) checkRobots(ctx context.Context, u *url.URL, r Request) error {
	if r.robots || ignoresRobots(r.Source, u) || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	entry, err := c.robotsFor(ctx, u, r)
	if err != nil {
		return err
	}
	if entry.err != nil {
		return entry.err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if rule, forbidden := entry.robots.disallows(path); forbidden {
		return Errorf(Disallowed, "%s was not fetched: line %d of %s disallows it (%q); ask the publisher for permission or use another source", weblink.Display(u), rule.line, robotsURL(u), rule.text[:min(len(rule.text), maxShownRobotsLine)])
	}
	return nil
}

// ignoresRobots reports whether a source has its publisher's permission to fetch an
// address whatever its robots.txt says. The permission covers only that publisher, not
// other sites to which links and redirects lead.
func ignoresRobots(src models.Source, u *url.URL) bool {
	if !src.IgnoreRobots {
		return false
	}
	for _, alternative := range append([]models.Source{src}, src.Fallback...) {
		if own, err := url.Parse(alternative.URL); err == nil && weblink.Domain(own) == weblink.Domain(u) {
			return true
		}
	}
	return false
}

// robotsFor returns the robots.txt that applies to an address. Concurrent callers
// share one fetch.
func (c *Client) robotsFor(ctx context.Context, u *url.URL, r Request) (*robotsEntry, error) {
	key := origin(u)
	c.mu.Lock()
	cached := c.robotsCache[key]
	c.mu.Unlock()
	if cached != nil && !cached.stale {
		return cached, nil
	}
	// The fetch continues if its caller is canceled, because others wait for it. The
	// key contains the allow list, so that a source learns nothing about a server that
	// it may not contact.
	fetched := c.robotsFetches.DoChan(key+" "+strings.Join(NewAllowList(r.Source.AllowHosts), " "), func() (any, error) {
		// Another caller may have stored it since the check above.
		c.mu.Lock()
		current := c.robotsCache[key]
		c.mu.Unlock()
		if current != nil && !current.stale {
			return current, nil
		}
		ctx := context.WithoutCancel(ctx)
		if current == nil {
			stored, ttl, err := c.storedRobots(ctx, u)
			if err != nil {
				return nil, err
			}
			if stored != nil && !stored.stale {
				c.cacheRobots(key, stored, ttl)
				return stored, nil
			}
			current = stored
		}
		return c.fetchRobots(ctx, u, r, current)
	})
	select {
	case got := <-fetched:
		if got.Err != nil {
			return nil, got.Err
		}
		return got.Val.(*robotsEntry), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fetchRobots fetches a robots.txt and stores its rules. It returns an error only if
// the server cannot be reached, which is then true for the address itself.
func (c *Client) fetchRobots(ctx context.Context, u *url.URL, r Request, cached *robotsEntry) (*robotsEntry, error) {
	at, err := url.Parse(robotsURL(u))
	if err != nil {
		return nil, Errorf(BadAddress, "%s is not a web address", weblink.Display(u))
	}
	resp, err := c.Get(ctx, Request{URL: at, Source: r.Source, Accept: acceptRobots, robots: true})
	entry, ttl := &robotsEntry{}, robotsTTL
	key, keptOld := origin(u), false
	failure, _ := errors.AsType[*Error](err)
	switch {
	case err == nil:
		entry.robots = parseRobots(resp.Body, robotsAgent)
	case failure == nil:
		return nil, err
	case failure.status >= 400 && failure.status < 500 && failure.status != http.StatusTooManyRequests,
		failure.Reason == Redirected, failure.Reason == TooLarge, failure.Reason == ServerError && failure.status == 0:
		// Without a usable robots.txt everything is allowed (section 2.3.1.3).
	case cached != nil && cached.err == nil:
		entry.robots, ttl, keptOld = cached.robots, robotsErrorTTL, true
	case failure.status == 0 || failure.Wait > 0:
		return nil, err
	default:
		entry.err = &Error{Reason: Disallowed, Err: err, Text: fmt.Sprintf("%s was not fetched, because its robots.txt cannot be read (RFC 9309): %s", weblink.Display(u), failure.Text)}
		entry.failingSince, ttl = c.Now(), robotsErrorTTL
		if cached != nil && !cached.failingSince.IsZero() {
			if entry.failingSince = cached.failingSince; c.Now().Sub(cached.failingSince) >= maxRobotsError {
				entry.err = nil
			}
		}
	}
	c.cacheRobots(key, entry, ttl)
	if !keptOld {
		c.storeRobots(ctx, u, resp.Body, entry, ttl)
	}
	return entry, nil
}

// cacheRobots keeps a robots.txt in memory until it is to be read again.
func (c *Client) cacheRobots(key string, entry *robotsEntry, ttl time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for other, old := range c.robotsCache {
		if len(c.robotsCache) < maxRobotsEntries {
			break
		}
		old.expiry.Stop() // any entry will do, because it can be fetched again
		delete(c.robotsCache, other)
	}
	c.robotsCache[key] = entry
	entry.expiry = time.AfterFunc(ttl, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.robotsCache[key] == entry {
			stale := *entry
			stale.stale = true
			c.robotsCache[key] = &stale
		}
	})
}

// crawlDelay returns the time that a server asks for between two requests, up to
// maxCrawlDelay.
func (c *Client) crawlDelay(u *url.URL) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry := c.robotsCache[origin(u)]; entry != nil {
		return min(entry.robots.delay(), maxCrawlDelay)
	}
	return 0
}

// Now returns the time of the client's clock, or zero without a clock.
func (c *Client) Now() time.Time {
	if c.options.Now == nil {
		return time.Time{}
	}
	return c.options.Now()
}

// origin returns what one robots.txt applies to: scheme, host and port.
func origin(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

func robotsURL(u *url.URL) string { return origin(u) + "/robots.txt" }
