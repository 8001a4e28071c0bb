package sources

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"regwatch/models"
)

const (
	robotsAgent = "regwatch" // how a robots.txt calls the program

	robotsTTL          = 24 * time.Hour      // how long a robots.txt is believed (RFC 9309, section 2.4)
	robotsErrorTTL     = 5 * time.Minute     // and that it cannot be read
	maxRobotsError     = 30 * 24 * time.Hour // after which one that cannot be read forbids no more (section 2.3.1.4)
	maxRobotsEntries   = 1000                // of which what they said is kept
	maxCrawlDelay      = 30 * time.Second    // of a Crawl-delay that is observed
	acceptRobots       = "text/plain,*/*;q=0.5"
	maxShownRobotsLine = 200 // bytes of a line that a sentence shows
)

// robotsEntry are what a server's robots.txt says, and until when that holds.
type robotsEntry struct {
	robots       robots
	err          *Error // why it could not be read
	failingSince time.Time
	stale        bool
	expiry       *time.Timer
}

// checkRobots returns why an address is not to be asked for: its server's robots.txt
// forbids it, or cannot be read.
func (c *Client) checkRobots(ctx context.Context, u *url.URL, r request) error {
	if r.robots || ignoresRobots(r.src, u) || u.Scheme != "http" && u.Scheme != "https" {
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
		return newError(Disallowed, "%s was not asked: line %d of %s forbids it (%q); ask the publisher for leave, or watch another source", displayURL(u), rule.line, robotsURL(u), rule.text[:min(len(rule.text), maxShownRobotsLine)])
	}
	return nil
}

// ignoresRobots reports whether a source has its publisher's leave to ask for an
// address whatever robots.txt says. The leave is of that publisher: pages of
// others, to which its links and redirects may lead, are not in it.
func ignoresRobots(src models.Source, u *url.URL) bool {
	if !src.IgnoreRobots {
		return false
	}
	for _, alternative := range append([]models.Source{src}, src.Fallback...) {
		if own, err := url.Parse(alternative.URL); err == nil && registrableDomain(own) == registrableDomain(u) {
			return true
		}
	}
	return false
}

// robotsFor returns what the robots.txt of an address's server says, of which
// one of all who ask at the same time fetches it.
func (c *Client) robotsFor(ctx context.Context, u *url.URL, r request) (*robotsEntry, error) {
	key := origin(u)
	c.mu.Lock()
	cached := c.robotsCache[key]
	c.mu.Unlock()
	if cached != nil && !cached.stale {
		return cached, nil
	}
	// Whoever fetches it may be stopped, which is nothing to the others. A source
	// that may not reach the server learns nothing from one that may.
	fetched := c.robotsFetches.DoChan(key+" "+strings.Join(newAllowList(r.src.AllowHosts), " "), func() (any, error) {
		// Another may have fetched it between our look and our turn.
		c.mu.Lock()
		current := c.robotsCache[key]
		c.mu.Unlock()
		if current != nil && !current.stale {
			return current, nil
		}
		return c.fetchRobots(context.WithoutCancel(ctx), u, r, current)
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

// fetchRobots fetches a robots.txt and keeps what it says. An error is one of
// reaching the server at all, which is as true of the address itself.
func (c *Client) fetchRobots(ctx context.Context, u *url.URL, r request, cached *robotsEntry) (*robotsEntry, error) {
	at, err := url.Parse(robotsURL(u))
	if err != nil {
		return nil, newError(BadAddress, "%s is not a web address", displayURL(u))
	}
	resp, err := c.get(ctx, request{url: at, src: r.src, accept: acceptRobots, robots: true})
	entry, ttl := &robotsEntry{}, robotsTTL
	key := origin(u)
	failure, _ := errors.AsType[*Error](err)
	switch {
	case err == nil:
		entry.robots = parseRobots(resp.body, robotsAgent)
	case failure == nil:
		return nil, err
	case failure.status >= 400 && failure.status < 500 && failure.status != http.StatusTooManyRequests,
		failure.Reason == Redirected, failure.Reason == TooLarge, failure.Reason == ServerFault && failure.status == 0:
		// There is none, or none that says anything: all is allowed (section 2.3.1.3).
	case cached != nil && cached.err == nil:
		entry.robots, ttl = cached.robots, robotsErrorTTL
	case failure.status == 0 || failure.Wait > 0:
		return nil, err
	default:
		entry.err = &Error{Reason: Disallowed, Err: err, Text: fmt.Sprintf("%s was not asked, because nobody can tell whether it may be (RFC 9309): %s", displayURL(u), failure.Text)}
		entry.failingSince, ttl = c.now(), robotsErrorTTL
		if cached != nil && !cached.failingSince.IsZero() {
			if entry.failingSince = cached.failingSince; c.now().Sub(cached.failingSince) >= maxRobotsError {
				entry.err = nil
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for other, old := range c.robotsCache {
		if len(c.robotsCache) < maxRobotsEntries {
			break
		}
		old.expiry.Stop() // any will do: its server can be asked again
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
	return entry, nil
}

// delay returns how long a server wants to be left in peace between two
// requests, as far as that is observed.
func (c *Client) crawlDelay(u *url.URL) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry := c.robotsCache[origin(u)]; entry != nil {
		return min(entry.robots.delay(), maxCrawlDelay)
	}
	return 0
}

// now is the time by the client's clock; zero where it has none.
func (c *Client) now() time.Time {
	if c.options.Now == nil {
		return time.Time{}
	}
	return c.options.Now()
}

// origin returns what one robots.txt speaks for: a scheme, a host and a port.
func origin(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

func robotsURL(u *url.URL) string { return origin(u) + "/robots.txt" }
