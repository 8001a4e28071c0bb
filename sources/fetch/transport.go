package fetch

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Connections are kept open for the pages of a feed, which are fetched next.
const (
	maxIdleConns    = 32 // open idle connections, over all hosts
	idleConnTimeout = 30 * time.Second

	maxHeaderBytes = 256 << 10 // of a response
)

// transport returns the transport for a request. Sources with different allow lists
// never share a connection; otherwise one could use a private connection of another.
func (c *Client) transport(ctx context.Context, req *http.Request, allow AllowList) (*http.Transport, error) {
	var proxy *url.URL
	if c.options.Proxy != nil {
		var err error
		if proxy, err = c.options.Proxy(req); err != nil {
			return nil, Errorf(BadAddress, "the proxy in the environment is not a valid address")
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
		dial = NewAllowList([]string{proxy.Hostname()}).dial(dialer)
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
		DisableCompression:     true, // we decompress, within a limit
		MaxIdleConns:           maxIdleConns,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        idleConnTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	c.transports[key] = t
	return t, nil
}

// A dialFunc opens a connection.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// countConns counts open connections and closes idle ones before there are too many.
// The limit of a transport covers only that transport, and not HTTP/2 connections that
// it has given up.
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

// A countedConn is counted until it is closed.
type countedConn struct {
	net.Conn
	closed func()
}

// Close closes the connection.
func (c *countedConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// closeIdleConns closes connections without a request.
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
