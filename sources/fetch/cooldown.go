package fetch

import (
	"fmt"
	"net/url"
	"time"

	"regwatch/internal/weblink"
)

// A cooldown is the time for which a host asked not to receive requests, by
// Retry-After.
type cooldown struct {
	reason Reason
	wait   time.Duration
	since  time.Time // zero if the client has no clock
	expiry *time.Timer
}

// SetCooldown starts a cooldown that a host asked an earlier client for, so that
// restarting the program does not cut it short.
func (c *Client) SetCooldown(address string, wait time.Duration) {
	if u, err := url.Parse(address); err == nil && wait > 0 {
		c.startCooldown(u, TooManyRequests, min(wait, maxRetryAfter))
	}
}

// startCooldown stops requests to a host for a time, whatever the address and the
// source, and stores that.
func (c *Client) startCooldown(u *url.URL, reason Reason, wait time.Duration) {
	cd := &cooldown{reason: reason, wait: wait, since: c.Now()}
	c.setCooldown(hostPort(u), cd, wait)
	c.storeCooldown(hostPort(u), cd)
}

// setCooldown stops requests to a host for what is left of a cooldown.
func (c *Client) setCooldown(host string, cd *cooldown, left time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if before := c.cooldowns[host]; before != nil {
		before.expiry.Stop()
	}
	c.cooldowns[host] = cd
	cd.expiry = time.AfterFunc(left, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.cooldowns[host] == cd {
			delete(c.cooldowns, host)
		}
	})
}

// cooldownError returns an error if the host of an address is in a cooldown.
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
		Reason: cd.reason,
		Wait:   left,
		Unsent: true,
		Text:   fmt.Sprintf("%s was not fetched: its server asked for a pause of %s, with %s left", weblink.Display(u), cd.wait, left),
	}
}

// hostPort returns a host, with its port if that is not the default one.
func hostPort(u *url.URL) string {
	host := weblink.Host(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += " " + port
	}
	return host
}
