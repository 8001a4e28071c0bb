package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"regwatch/internal/weblink"
	"regwatch/models"
)

// Hosts keeps other programs from a host while this one makes requests to it.
type Hosts interface {
	// Wait returns when this program alone may make requests to a host.
	Wait(ctx context.Context, host string) (HostHold, error)
}

// A HostHold is the right to make requests to a host, until it is returned or runs out.
type HostHold interface {
	// Valid reports whether it has not run out, as it does while the program is paused.
	Valid() bool
	// Keep makes others wait for an interval after a request, also if this program dies.
	Keep(ctx context.Context, interval time.Duration) error
	// Return gives it back. Others make no request for a time after that.
	Return(pause time.Duration)
}

// A HostStore keeps what hosts asked for, for other programs and for the next start.
type HostStore interface {
	// HostCooldowns returns the pauses that are not over: of one host, or of all without a name.
	HostCooldowns(ctx context.Context, host string, now time.Time) ([]models.HostCooldown, error)
	SetHostCooldown(ctx context.Context, c models.HostCooldown) error
	HostRobots(ctx context.Context, origin string) (r models.HostRobots, found bool, err error)
	SetHostRobots(ctx context.Context, r models.HostRobots, now time.Time) error
}

const (
	// hostTimeout is how long a request waits for another program that makes requests to
	// its host. It is longer than a program that has died keeps a host.
	hostTimeout = 45 * time.Second
	// storeTimeout is how long the store has to answer.
	storeTimeout = 5 * time.Second
)

// holdHost makes sure that this program alone makes requests to a host. Its caller has the
// token of the limiter.
func (c *Client) holdHost(ctx context.Context, u *url.URL, limiter *hostLimiter) error {
	if c.options.Hosts == nil {
		return nil
	}
	if limiter.hold != nil && !limiter.hold.Valid() {
		limiter.hold.Return(0)
		limiter.hold = nil
	}
	if limiter.hold == nil {
		waiting, cancel := context.WithTimeout(ctx, hostTimeout)
		defer cancel()
		hold, err := c.options.Hosts.Wait(waiting, weblink.Host(u.Hostname()))
		switch {
		case ctx.Err() != nil:
			if hold != nil {
				hold.Return(0)
			}
			return ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			return unsent(u, "another instance of regwatch is reading from its server; the next scan tries again")
		case err != nil:
			return noDatabase(u, err)
		}
		limiter.hold = hold
		// Another program may have been asked for a pause.
		if err := c.loadCooldowns(ctx, hostPort(u)); err != nil {
			return noDatabase(u, err)
		}
	}
	if err := limiter.hold.Keep(ctx, c.crawlDelay(u)); err != nil && limiter.hold.Valid() {
		return noDatabase(u, err)
	}
	return limiter.checkHost(u)
}

// checkHost returns an error if this program was paused for so long that another may make
// requests to the host.
func (l *hostLimiter) checkHost(u *url.URL) error {
	if l.hold != nil && !l.hold.Valid() {
		return lostHost(u)
	}
	return nil
}

func lostHost(u *url.URL) *Error {
	return unsent(u, "this program was paused, and another instance of regwatch may read from its server; the next scan tries again")
}

func noDatabase(u *url.URL, err error) *Error {
	e := unsent(u, "the database did not say whether another instance of regwatch reads from its server; the next scan tries again")
	e.Err = err
	return e
}

// unsent is the error of a request that was not made, which is no fault of the source.
func unsent(u *url.URL, why string) *Error {
	return &Error{Reason: Unreachable, Unsent: true, Text: fmt.Sprintf("%s was not fetched: %s", weblink.Display(u), why)}
}

// RestoreCooldowns keeps the client from all hosts that asked an earlier one to wait.
func (c *Client) RestoreCooldowns(ctx context.Context) error {
	if c.options.HostStore == nil {
		return nil
	}
	return c.loadCooldowns(ctx, "")
}

// loadCooldowns reads the pause that a host asked for, or those of all hosts without a name.
func (c *Client) loadCooldowns(ctx context.Context, host string) error {
	if c.options.HostStore == nil {
		return nil
	}
	stored, err := c.options.HostStore.HostCooldowns(ctx, host, c.Now())
	for _, s := range stored {
		left := s.EndsAt.Sub(c.Now())
		if s.Since.After(c.Now()) {
			continue // by a clock that was set back since
		}
		c.setCooldown(s.Host, &cooldown{reason: Reason(s.Reason), wait: s.EndsAt.Sub(s.Since), since: s.Since}, min(left, maxRetryAfter))
	}
	return err
}

// storeCooldown stores a pause. One that cannot be stored still holds for this program.
func (c *Client) storeCooldown(host string, cd *cooldown) {
	if c.options.HostStore == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_ = c.options.HostStore.SetHostCooldown(ctx, models.HostCooldown{Host: host, Reason: string(cd.reason), Since: cd.since, EndsAt: cd.since.Add(cd.wait)})
}

// storedRobots returns the robots.txt that this or another program has read, if it is stored.
// It is stale if it is to be read again.
func (c *Client) storedRobots(ctx context.Context, u *url.URL) (entry *robotsEntry, ttl time.Duration, err error) {
	if c.options.HostStore == nil {
		return nil, 0, nil
	}
	stored, found, err := c.options.HostStore.HostRobots(ctx, origin(u))
	if err != nil || !found {
		return nil, 0, err
	}
	entry = &robotsEntry{robots: parseRobots([]byte(stored.Body), robotsAgent), failingSince: stored.FailingSince}
	if stored.Problem != "" {
		entry.err = &Error{Reason: Disallowed, Text: stored.Problem}
	}
	ttl = min(stored.EndsAt.Sub(c.Now()), robotsTTL)
	entry.stale = ttl <= 0
	return entry, ttl, nil
}

// storeRobots stores a robots.txt. One that cannot be stored still holds for this program.
func (c *Client) storeRobots(ctx context.Context, u *url.URL, body []byte, entry *robotsEntry, ttl time.Duration) {
	if c.options.HostStore == nil {
		return
	}
	r := models.HostRobots{Origin: origin(u), Body: string(body[:min(len(body), maxRobotsBytes)]), FailingSince: entry.failingSince, EndsAt: c.Now().Add(ttl)}
	if entry.err != nil {
		r.Problem = entry.err.Text
	}
	_ = c.options.HostStore.SetHostRobots(ctx, r, c.Now())
}
