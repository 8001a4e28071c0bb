package sources

import (
	"fmt"
	"net/url"
	"time"
)

// A rest is the time for which a host asked to be left alone.
type rest struct {
	reason Reason
	wait   time.Duration
	since  time.Time // zero for a client without a clock
	over   *time.Timer
}

// LeaveAlone keeps the client from the host of an address for a time, as that
// asked an earlier client to do.
func (c *Client) LeaveAlone(address string, wait time.Duration) {
	if u, err := url.Parse(address); err == nil && wait > 0 {
		c.leaveAlone(u, TooMany, min(wait, maxWait))
	}
}

// leaveAlone keeps the client from a host for as long as that asked for, with
// whatever address and for whatever source.
func (c *Client) leaveAlone(u *url.URL, reason Reason, wait time.Duration) {
	host := server(u)
	r := &rest{reason: reason, wait: wait}
	if c.options.Now != nil {
		r.since = c.options.Now()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if before := c.rests[host]; before != nil {
		before.over.Stop()
	}
	c.rests[host] = r
	r.over = time.AfterFunc(wait, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.rests[host] == r {
			delete(c.rests, host)
		}
	})
}

// resting returns the error that stands for an answer of a host which asked to
// be left alone; nil if it may be asked.
func (c *Client) resting(u *url.URL) error {
	c.mu.Lock()
	r := c.rests[server(u)]
	c.mu.Unlock()
	if r == nil {
		return nil
	}
	left := r.wait
	if !r.since.IsZero() {
		left = max(r.wait-c.options.Now().Sub(r.since), time.Second).Round(time.Second)
	}
	return &Error{
		Reason:  r.reason,
		Wait:    left,
		unasked: true,
		Text:    fmt.Sprintf("%s was not asked: its server asked to be left alone for %s, and is for another %s", shown(u), r.wait, left),
	}
}

// server returns a host with its port, where that is not the usual one.
func server(u *url.URL) string {
	host := plainHost(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += " " + port
	}
	return host
}
