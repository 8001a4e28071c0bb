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

	robotsFor       = 24 * time.Hour      // how long a robots.txt is believed (RFC 9309, section 2.4)
	robotsUnknown   = 5 * time.Minute     // and that it cannot be read
	robotsForgiven  = 30 * 24 * time.Hour // after which one that cannot be read forbids no more (section 2.3.1.4)
	robotsServers   = 1000                // of which what they said is kept
	longestDelay    = 30 * time.Second    // of a Crawl-delay that is observed
	acceptRobots    = "text/plain,*/*;q=0.5"
	shownRobotsLine = 200 // bytes of a line that a sentence shows
)

// manners are what a server's robots.txt says, and until when that holds.
type manners struct {
	robots robots
	err    *Error // why it could not be read
	since  time.Time
	stale  bool
	over   *time.Timer
}

// mayAsk returns why an address is not to be asked for: its server's robots.txt
// forbids it, or cannot be read.
func (c *Client) mayAsk(ctx context.Context, u *url.URL, r request) error {
	if r.robots || ignoresRobots(r.src, u) || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	m, err := c.mannersOf(ctx, u, r)
	if err != nil {
		return err
	}
	if m.err != nil {
		return m.err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if rule, forbidden := m.robots.forbids(path); forbidden {
		return fault(Disallowed, "%s was not asked: line %d of %s forbids it (%q); ask the publisher for leave, or watch another source", shown(u), rule.line, robotsOf(u), rule.text[:min(len(rule.text), shownRobotsLine)])
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
	for _, way := range append([]models.Source{src}, src.Fallback...) {
		if own, err := url.Parse(way.URL); err == nil && owner(own) == owner(u) {
			return true
		}
	}
	return false
}

// mannersOf returns what the robots.txt of an address's server says, of which
// one of all who ask at the same time fetches it.
func (c *Client) mannersOf(ctx context.Context, u *url.URL, r request) (*manners, error) {
	key := origin(u)
	c.mu.Lock()
	known := c.manners[key]
	c.mu.Unlock()
	if known != nil && !known.stale {
		return known, nil
	}
	// Whoever fetches it may be stopped, which is nothing to the others. A source
	// that may not reach the server learns nothing from one that may.
	asked := c.asking.DoChan(key+" "+strings.Join(newAllowList(r.src.AllowHosts), " "), func() (any, error) {
		// Another may have fetched it between our look and our turn.
		c.mu.Lock()
		now := c.manners[key]
		c.mu.Unlock()
		if now != nil && !now.stale {
			return now, nil
		}
		return c.askManners(context.WithoutCancel(ctx), u, r, now)
	})
	select {
	case got := <-asked:
		if got.Err != nil {
			return nil, got.Err
		}
		return got.Val.(*manners), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// askManners fetches a robots.txt and keeps what it says. An error is one of
// reaching the server at all, which is as true of the address itself.
func (c *Client) askManners(ctx context.Context, u *url.URL, r request, known *manners) (*manners, error) {
	at, err := url.Parse(robotsOf(u))
	if err != nil {
		return nil, fault(BadAddress, "%s is not a web address", shown(u))
	}
	a, err := c.get(ctx, request{url: at, src: r.src, accept: acceptRobots, robots: true})
	m, keep := &manners{}, robotsFor
	key := origin(u)
	failure, _ := errors.AsType[*Error](err)
	switch {
	case err == nil:
		m.robots = parseRobots(a.body, robotsAgent)
	case failure == nil:
		return nil, err
	case failure.status >= 400 && failure.status < 500 && failure.status != http.StatusTooManyRequests,
		failure.Reason == Redirected, failure.Reason == TooLarge, failure.Reason == ServerFault && failure.status == 0:
		// There is none, or none that says anything: all is allowed (section 2.3.1.3).
	case known != nil && known.err == nil:
		m.robots, keep = known.robots, robotsUnknown
	case failure.status == 0 || failure.Wait > 0:
		return nil, err
	default:
		m.err = &Error{Reason: Disallowed, Err: err, Text: fmt.Sprintf("%s was not asked, because nobody can tell whether it may be (RFC 9309): %s", shown(u), failure.Text)}
		m.since, keep = c.now(), robotsUnknown
		if known != nil && !known.since.IsZero() {
			if m.since = known.since; c.now().Sub(known.since) >= robotsForgiven {
				m.err = nil
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for other, old := range c.manners {
		if len(c.manners) < robotsServers {
			break
		}
		old.over.Stop() // any will do: its server can be asked again
		delete(c.manners, other)
	}
	c.manners[key] = m
	m.over = time.AfterFunc(keep, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.manners[key] == m {
			stale := *m
			stale.stale = true
			c.manners[key] = &stale
		}
	})
	return m, nil
}

// delay returns how long a server wants to be left in peace between two
// requests, as far as that is observed.
func (c *Client) delay(u *url.URL) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.manners[origin(u)]; m != nil {
		return min(m.robots.delay(), longestDelay)
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

func robotsOf(u *url.URL) string { return origin(u) + "/robots.txt" }
