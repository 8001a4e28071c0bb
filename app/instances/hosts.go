package instances

import (
	"context"
	"net/url"
	"time"

	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/scanner"
	"regwatch/sources/fetch"
)

// firstChance is how long a program leaves a source that is due to the one that is to read from
// its host first. Programs look for what is due each minute.
const firstChance = 75 * time.Second

// hostLease is the name of the lease on a host.
func hostLease(host string) string { return "host:" + host }

// A Fetcher leases hosts for the client that makes all requests.
type Fetcher struct{ *Leases }

// Wait returns when this program alone may make requests to a host.
func (f Fetcher) Wait(ctx context.Context, host string) (fetch.HostHold, error) {
	h, err := f.Leases.Wait(ctx, hostLease(host))
	if err != nil {
		return nil, err
	}
	return h, nil
}

// A Scanner leases the hosts of sources for scans.
type Scanner struct {
	Leases   *Leases
	Presence *Presence
}

// Hold lets this program alone read from the host of a source.
func (s Scanner) Hold(ctx context.Context, src models.Source, dueSince time.Time, wait bool) (scanner.HostHold, bool, error) {
	name := "source:" + src.ID // if it has no host
	if u, err := url.Parse(src.URL); err == nil && u.Hostname() != "" {
		name = hostLease(weblink.Host(u.Hostname()))
	}
	if wait {
		h, err := s.Leases.Wait(ctx, name)
		return h, err == nil, err
	}
	if s.Presence.Prefers(RoleScan, name) && s.Leases.now().Sub(dueSince) < firstChance {
		return nil, false, nil
	}
	h, err := s.Leases.Hold(ctx, name)
	if h == nil {
		return nil, false, err
	}
	return h, true, nil
}
