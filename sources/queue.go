package sources

import (
	"context"
	"net/url"
	"time"
)

// A hostLine lets one request at a time through to a host.
type hostLine struct {
	turn    chan struct{} // holds a token while the host is free
	waiting int           // those who hold or want the token
}

// queue waits for the host's turn and for one of the client's slots, and
// returns what ends both. The host comes first: a slot is never held idle.
func (c *Client) queue(ctx context.Context, u *url.URL, allow allowList) (leave func(), err error) {
	host := plainHost(u.Hostname())
	line := c.join(host)
	select {
	case <-line.turn:
	case <-ctx.Done():
		c.quit(host, line)
		return nil, ctx.Err()
	}
	next := func() {
		line.turn <- struct{}{}
		c.quit(host, line)
	}
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		next()
		return nil, ctx.Err()
	}
	return func() {
		<-c.slots
		pause := c.delay(u)
		if !allow.names(host) {
			pause = max(pause, c.options.Pause)
		}
		if pause == 0 {
			next()
			return
		}
		time.AfterFunc(pause, next)
	}, nil
}

func (c *Client) join(host string) *hostLine {
	c.mu.Lock()
	defer c.mu.Unlock()
	line, ok := c.hosts[host]
	if !ok {
		line = &hostLine{turn: make(chan struct{}, 1)}
		line.turn <- struct{}{}
		c.hosts[host] = line
	}
	line.waiting++
	return line
}

// quit forgets a host for which nobody waits, so that the map does not grow.
func (c *Client) quit(host string, line *hostLine) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if line.waiting--; line.waiting == 0 {
		delete(c.hosts, host)
	}
}
