package sources

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A connection is kept for the pages behind a feed, which are fetched next.
const (
	maxIdleConns    = 32 // connections that are kept open, over all hosts
	idleConnTimeout = 30 * time.Second
)

// transport returns the transport for a request. Sources that may reach
// different hosts never share connections.
func (c *Client) transport(ctx context.Context, req *http.Request, allow allowList) (*http.Transport, error) {
	var proxy *url.URL
	if c.options.Proxy != nil {
		var err error
		if proxy, err = c.options.Proxy(req); err != nil {
			return nil, newError(BadAddress, "the proxy that the environment names is not an address")
		}
	}
	key := "direct " + strings.Join(allow, " ")
	dialer := net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}
	dial := allow.dial(dialer)
	if proxy != nil {
		if err := allow.checkBeforeProxy(ctx, req.URL); err != nil {
			return nil, err
		}
		key = "proxy " + proxy.String()
		dial = newAllowList([]string{proxy.Hostname()}).dial(dialer)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.transports[key]; ok {
		return t, nil
	}
	t := &http.Transport{
		DialContext:            c.countConns(dial),
		TLSHandshakeTimeout:    tlsTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // unpacked by us, within a limit
		MaxIdleConns:           maxIdleConns,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        idleConnTimeout,
		MaxResponseHeaderBytes: 256 << 10,
	}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	c.transports[key] = t
	return t, nil
}

// A dialFunc makes a connection.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// counted dials, and closes idle connections before there are too many. The limit
// of a transport is its own, and counts no HTTP/2 connections that it gave up.
func (c *Client) countConns(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if c.connections.Load() >= int64(maxIdleConns+c.options.Fetches) {
			c.closeIdleConns()
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.connections.Add(1)
		return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { c.connections.Add(-1) })}, nil
	}
}

// A countedConn is a connection that is counted until it is closed.
type countedConn struct {
	net.Conn
	closed func()
}

// Close closes the connection.
func (c *countedConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// closeIdleConns closes the connections on which no request is made.
func (c *Client) closeIdleConns() {
	c.mu.Lock()
	transports := make([]*http.Transport, 0, len(c.transports))
	for _, t := range c.transports {
		transports = append(transports, t)
	}
	c.mu.Unlock()
	for _, t := range transports {
		t.CloseIdleConnections()
	}
}
