package fetch

import (
	"context"
	"net/url"
	"time"

	"regwatch/internal/weblink"
)

// A hostLimiter lets through one request at a time to a host. It is shared by all
// requests to the host; Client.mu guards users, and the channel guards itself.
type hostLimiter struct {
	token chan struct{} // holds one token while the host is free
	users int           // requests that hold or wait for the token
}

// acquire waits until the host is free and then for a fetch slot. Release gives both
// back, the host after its pause. The host comes first, so that a request that waits
// for its host never holds a slot that another could use.
func (c *Client) acquire(ctx context.Context, u *url.URL, allow AllowList) (release func(), err error) {
	host := weblink.Host(u.Hostname())
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
		if !allow.Includes(host) {
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

// leaveHost deletes the limiter of a host that has no users, so that the map does not
// grow.
func (c *Client) leaveHost(host string, limiter *hostLimiter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if limiter.users--; limiter.users == 0 {
		delete(c.limiters, host)
	}
}
