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
	hold  HostHold      // that keeps other programs from the host; changed by who has the token
}

// acquire waits until the host is free and then for a fetch slot. Release gives both
// back, the host after its pause, or after a longer one. The host comes first, so that a request that waits
// for its host never holds a slot that another could use.
func (c *Client) acquire(ctx context.Context, u *url.URL, allow AllowList) (limiter *hostLimiter, release func(pause time.Duration), err error) {
	host := weblink.Host(u.Hostname())
	limiter = c.joinHost(host)
	select {
	case <-limiter.token:
	case <-ctx.Done():
		c.leaveHost(host, limiter)
		return nil, nil, ctx.Err()
	}
	passOn := func() {
		if hold := c.holdToReturn(limiter); hold != nil {
			hold.Return(0) // before others of this program get the token
		}
		limiter.token <- struct{}{}
		c.leaveHost(host, limiter)
	}
	if err := c.holdHost(ctx, u, limiter); err != nil {
		passOn()
		return nil, nil, err
	}
	select {
	case c.fetchSlots <- struct{}{}:
	case <-ctx.Done():
		passOn()
		return nil, nil, ctx.Err()
	}
	return limiter, func(pause time.Duration) {
		<-c.fetchSlots
		pause = max(pause, c.crawlDelay(u))
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

// holdToReturn returns the hold of a limiter if no other request waits for the host.
func (c *Client) holdToReturn(limiter *hostLimiter) HostHold {
	c.mu.Lock()
	defer c.mu.Unlock()
	if limiter.users > 1 {
		return nil
	}
	hold := limiter.hold
	limiter.hold = nil
	return hold
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
