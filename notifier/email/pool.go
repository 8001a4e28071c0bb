package email

import (
	"context"
	"sync"
	"time"
)

// MaxInProgress is how many mails may be in progress at a time. A crash repeats as many at
// most, each under its Message-ID.
const MaxInProgress = 4

const (
	// maxConnections may be open at a time. Microsoft 365 takes three
	// (learn.microsoft.com, SMTP submission improvements); many servers take ten and more.
	maxConnections = 3

	// furtherTimeout is for opening a connection beside others. A server that has no more
	// to give may let it wait.
	furtherTimeout = 10 * time.Second

	// askAgainAfter is how many mails are sent before a server that refused a connection
	// beside others is asked for one more.
	askAgainAfter = 100
)

// A pool keeps the connections to the server. It opens one only when all others are in
// use, one at a time, and no more than the server takes.
type pool struct {
	connect func(context.Context) (*mailConn, error)

	mu      sync.Mutex    // guards all below
	free    []*mailConn   // that no message uses
	open    int           // with those in use, and one that is being opened
	most    int           // that may be open
	served  int           // messages since most was changed
	opening bool          // one is being opened
	made    int           // how many were opened or tried so far
	cleared int           // how often all were closed
	changed chan struct{} // closed when there may be one to get
}

func newPool(connect func(context.Context) (*mailConn, error)) *pool {
	return &pool{connect: connect, most: maxConnections, changed: make(chan struct{})}
}

// get returns a connection for one message. The caller returns it with put, drop or
// refused. The error is of connect, or of ctx.
func (p *pool) get(ctx context.Context) (*mailConn, error) {
	for {
		conn, mayOpen, changed := p.next()
		switch {
		case conn != nil && conn.alive(ctx):
			return conn, nil
		case conn != nil:
			p.drop(conn)
		case mayOpen:
			if conn, err := p.add(ctx); conn != nil || err != nil {
				return conn, err
			}
		default:
			select {
			case <-changed:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}
}

// next returns a connection that is free, or says that one may be opened. Otherwise the
// caller waits for a change.
func (p *pool) next() (conn *mailConn, mayOpen bool, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		conn, p.free = p.free[last], p.free[:last]
		conn.beside, conn.made = p.open > 1, p.made
		return conn, false, nil
	}
	if p.opening || p.open >= p.most {
		return nil, false, p.changed
	}
	p.opening = true
	p.open++
	p.made++
	return nil, true, nil
}

// add opens the connection that next allowed. It returns nothing if that failed and there
// are others, one of which will do.
func (p *pool) add(ctx context.Context) (*mailConn, error) {
	if p.others() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, furtherTimeout)
		defer cancel()
	}
	conn, err := p.connect(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opening = false
	switch {
	case err != nil && p.open > 1:
		p.lower()
		p.less(1)
		return nil, nil
	case err != nil:
		p.most = maxConnections // the server takes nothing, which says nothing of how many it takes
		p.less(1)
		return nil, err
	}
	conn.beside, conn.made, conn.cleared = p.open > 1, p.made, p.cleared
	p.signal()
	return conn, nil
}

// others reports whether there are connections beside the one that is being opened.
func (p *pool) others() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open > 1
}

// put returns a connection that another message may use. It is closed if the pool was
// cleared since it was opened, or if there are too many.
func (p *pool) put(conn *mailConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.served++; p.served >= askAgainAfter {
		p.served, p.most = 0, min(p.most+1, maxConnections)
	}
	if conn.cleared != p.cleared || p.open > p.most {
		go conn.quit()
		p.less(1)
		return
	}
	p.free = append(p.free, conn)
	p.signal()
}

// drop closes a connection that is of no use any more.
func (p *pool) drop(conn *mailConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = conn.net.Close()
	p.less(1)
}

// refused closes a connection over which the server takes nothing. It reports whether
// that may be because there were others. Then fewer are opened from now on.
func (p *pool) refused(conn *mailConn) (others bool) {
	conn.quit() // so that the server counts it no more when the next message comes
	p.mu.Lock()
	defer p.mu.Unlock()
	others = conn.beside || conn.made != p.made
	if others {
		p.lower()
	}
	p.less(1)
	return others
}

// lower allows one connection less than there are.
func (p *pool) lower() { p.most, p.served = max(min(p.most, p.open)-1, 1), 0 }

// clear closes the connections politely, those in use when they are returned.
func (p *pool) clear() {
	p.mu.Lock()
	free := p.free
	p.free, p.most = nil, maxConnections
	p.cleared++
	p.less(len(free))
	p.mu.Unlock()
	var all sync.WaitGroup
	for _, conn := range free {
		all.Go(conn.quit)
	}
	all.Wait()
}

// less counts connections that are gone.
func (p *pool) less(gone int) {
	p.open -= gone
	p.signal()
}

// signal wakes those that wait.
func (p *pool) signal() {
	close(p.changed)
	p.changed = make(chan struct{})
}
