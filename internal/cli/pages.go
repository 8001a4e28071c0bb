package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/models"
	"regwatch/web"
)

// stopPagesWithin is how long requests in progress may take when regwatch stops.
const stopPagesWithin = 5 * time.Second

// listen opens the port of the pages, or returns nil where none are to be served.
func listen(c *configs.Config) (net.Listener, error) {
	at := c.Web.Listen
	if at == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", at)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("web.listen: another program listens at %s already; stop it, or name another port", at)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("web.listen: this user may not listen at %s; name a port from 1024 on", at)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("web.listen: %s is no address of this machine", at)
	}
	return nil, fmt.Errorf("web.listen: listen at %s: %w", at, err)
}

// pages returns what the port serves. The monitor observes every scan and every delivery
// from here on, so call it before either begins.
func pages(e *app.Engine, log *slog.Logger) http.Handler {
	monitor := web.NewMonitor(app.Version(), e.Stats, e.SourceHealths, time.Now)
	e.Observe(monitor)
	server := &web.Server{
		Store: e.Store(), Events: e, Subscriptions: e.SubscriptionsOf, Monitor: monitor, Links: e.Links,
		Routing: func() models.Routing { return e.Config().Routing() },
		Verify:  e.VerifyAddress, Told: e.Store().NoticesByRoute, Now: time.Now, Log: log,
	}
	return server.Handler()
}
