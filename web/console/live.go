package console

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"regwatch/app"
)

// live tells open pages that something has changed, by server-sent events. A page then asks
// for what it shows; the event itself carries nothing.
type live struct {
	now     func() time.Time
	mu      sync.Mutex // guards open
	open    map[chan struct{}]bool
	stopped chan struct{}
	once    sync.Once
}

const (
	maxOpen   = 200              // connections at a time; a page beyond them is not live
	heartbeat = 20 * time.Second // so that proxies keep a connection, and a browser notices a dead one
	sendLimit = 10 * time.Second // for one event to a slow client
)

func newLive(now func() time.Time) *live {
	return &live{now: now, open: make(map[chan struct{}]bool), stopped: make(chan struct{})}
}

// scanned tells the pages of a scan that changed events.
func (l *live) scanned(s app.SourceScan) {
	if len(s.Changes) > 0 {
		l.changed()
	}
}

// changed tells all pages. A page that has not taken the last event needs no second one.
func (l *live) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for page := range l.open {
		select {
		case page <- struct{}{}:
		default:
		}
	}
}

func (l *live) stop() { l.once.Do(func() { close(l.stopped) }) }

// serve answers GET /live until the reader leaves or the server stops.
func (l *live) serve(w http.ResponseWriter, r *http.Request) {
	news := make(chan struct{}, 1)
	l.mu.Lock()
	full := len(l.open) >= maxOpen
	if !full {
		l.open[news] = true
	}
	l.mu.Unlock()
	if full {
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer func() {
		l.mu.Lock()
		delete(l.open, news)
		l.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep events back
	w.Header().Set(gzhttp.HeaderNoCompression, "yes")
	out := http.NewResponseController(w)
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for event := ": connected\n\n"; ; {
		if out.SetWriteDeadline(l.now().Add(sendLimit)) != nil {
			return
		}
		if _, err := fmt.Fprint(w, event); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-l.stopped:
			return
		case <-news:
			event = "event: changed\ndata: \n\n"
		case <-ticker.C:
			event = ": still here\n\n"
		}
	}
}
