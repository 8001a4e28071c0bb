package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
)

// beatTimeout is how long the monitor has to answer.
const beatTimeout = 10 * time.Second

// HeartbeatOptions say what is called while all is well, and what that means.
type HeartbeatOptions struct {
	URL    string                      // of the monitor; it is a secret
	Well   func(context.Context) error // why no heartbeat is sent now; nil always sends
	Client *http.Client                // nil is one with time-outs that follows no redirect
	Now    func() time.Time
	Log    *slog.Logger
}

// A Heartbeat calls an address while all is well, so that a monitor outside
// notices a regwatch that is dead, cut off or stuck by the call that is missing.
type Heartbeat struct {
	HeartbeatOptions

	hide  *redact.Secrets
	beats chan struct{}
}

// NewHeartbeat returns a heartbeat; it makes no connection yet.
func NewHeartbeat(opts HeartbeatOptions) (*Heartbeat, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("a heartbeat needs the web address of a monitor")
	}
	if opts.Client == nil {
		opts.Client = HTTPClient()
	}
	hide := redact.New()
	hide.AddAddress(opts.URL)
	return &Heartbeat{HeartbeatOptions: opts, hide: hide, beats: make(chan struct{}, 1)}, nil
}

// Beat says that the work goes on. It never waits.
func (h *Heartbeat) Beat() {
	select {
	case h.beats <- struct{}{}:
	default: // one is waiting already
	}
}

// Run calls the monitor after beats, at most once in each minute of the clock,
// until ctx ends. What keeps it from that is logged when it begins, changes or
// ends.
func (h *Heartbeat) Run(ctx context.Context) {
	var minute time.Time
	logged := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.beats:
		}
		now := h.Now().Truncate(time.Minute)
		if now.Equal(minute) {
			continue
		}
		minute = now
		problem := ""
		if err := h.call(ctx); err != nil {
			problem = err.Error()
		}
		switch {
		case ctx.Err() != nil || problem == logged:
		case problem == "":
			h.Log.InfoContext(ctx, "heartbeat is sent again")
		default:
			h.Log.ErrorContext(ctx, "heartbeat was not sent", "error", problem)
		}
		logged = problem
	}
}

func (h *Heartbeat) call(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatTimeout)
	defer cancel()
	if h.Well != nil {
		if err := h.Well(ctx); err != nil {
			return fmt.Errorf("withheld: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, http.NoBody)
	if err != nil {
		return errors.New("the monitor's address is not valid; put it right where the configuration points to")
	}
	req.Header.Set("User-Agent", "regwatch")
	resp, err := h.Client.Do(req)
	if err != nil {
		return NothingSent(NetworkError(models.Peer{Kind: models.PeerMonitor}, err, h.hide))
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("the monitor answered with status %d; check its address", resp.StatusCode)
	}
	return nil
}
