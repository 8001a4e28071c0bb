package sources

import (
	"fmt"
	"net/url"
	"time"
)

// A cooldown is the time for which a host asked to be left alone.
type cooldown struct {
	reason Reason
	wait   time.Duration
	since  time.Time // zero for a client without a clock
	expiry *time.Timer
}

// LeaveAlone keeps the client from the host of an address for a time, as that
// asked an earlier client to do.
func (c *Client) LeaveAlone(address string, wait time.Duration) {
	if u, err := url.Parse(address); err == nil && wait > 0 {
		c.startCooldown(u, TooMany, min(wait, maxRetryAfter))
	}
}

// startCooldown keeps the client from a host for as long as that asked for, with
// whatever address and for whatever source.
func (c *Client) startCooldown(u *url.URL, reason Reason, wait time.Duration) {
	host := hostPort(u)
	cd := &cooldown{reason: reason, wait: wait}
	if c.options.Now != nil {
		cd.since = c.options.Now()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if before := c.cooldowns[host]; before != nil {
		before.expiry.Stop()
	}
	c.cooldowns[host] = cd
	cd.expiry = time.AfterFunc(wait, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.cooldowns[host] == cd {
			delete(c.cooldowns, host)
		}
	})
}

// inCooldown returns the error that stands for an answer of a host which asked to
// be left alone; nil if it may be asked.
func (c *Client) cooldownError(u *url.URL) error {
	c.mu.Lock()
	cd := c.cooldowns[hostPort(u)]
	c.mu.Unlock()
	if cd == nil {
		return nil
	}
	left := cd.wait
	if !cd.since.IsZero() {
		left = max(cd.wait-c.options.Now().Sub(cd.since), time.Second).Round(time.Second)
	}
	return &Error{
		Reason:  cd.reason,
		Wait:    left,
		skipped: true,
		Text:    fmt.Sprintf("%s was not asked: its server asked to be left alone for %s, and is for another %s", displayURL(u), cd.wait, left),
	}
}

// hostPort returns a host with its port, where that is not the usual one.
func hostPort(u *url.URL) string {
	host := normalizeHost(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += " " + port
	}
	return host
}
