package sources

import (
	"context"
	"net/url"
	"time"
)

// A hostLimiter lets one request at a time through to a host.
type hostLimiter struct {
	token chan struct{} // coversSummary a token while the host is free
	users int           // those who hold or want the token
}

// queue waits for the host's turn and for one of the client's slots, and
// returns what ends both. The host comes first: a slot is never held idle.
func (c *Client) acquire(ctx context.Context, u *url.URL, allow allowList) (release func(), err error) {
	host := normalizeHost(u.Hostname())
	limiter := c.joinHost(host)
	select {
	case <-limiter.token:
	case <-ctx.Done():
		c.leaveHost(host, limiter)
		return nil, ctx.Err()
	}
	passOn := func() {
		limiter.token <- struct{}{}
		c.leaveHost(host, limiter)
	}
	select {
	case c.fetchSlots <- struct{}{}:
	case <-ctx.Done():
		passOn()
		return nil, ctx.Err()
	}
	return func() {
		<-c.fetchSlots
		pause := c.crawlDelay(u)
		if !allow.includes(host) {
			pause = max(pause, c.options.Pause)
		}
		if pause == 0 {
			passOn()
			return
		}
		time.AfterFunc(pause, passOn)
	}, nil
}

func (c *Client) joinHost(host string) *hostLimiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	limiter, ok := c.limiters[host]
	if !ok {
		limiter = &hostLimiter{token: make(chan struct{}, 1)}
		limiter.token <- struct{}{}
		c.limiters[host] = limiter
	}
	limiter.users++
	return limiter
}

// quit forgets a host for which nobody waits, so that the map does not grow.
func (c *Client) leaveHost(host string, limiter *hostLimiter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if limiter.users--; limiter.users == 0 {
		delete(c.limiters, host)
	}
}
