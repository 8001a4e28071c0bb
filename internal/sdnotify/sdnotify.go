// Package sdnotify tells systemd, or another supervisor with its protocol, how a service is: ready, working or
// stopping.
//
// Start with [Open] and [Socket.Run]. The protocol is sd_notify(3) and sd_watchdog_enabled(3) of systemd:
// datagrams with lines such as READY=1. What must be true of a service that works is left to the caller.
package sdnotify

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

// A Socket is where the supervisor listens.
type Socket struct {
	conn     *net.UnixConn
	interval time.Duration // between signs of life; 0 if none are wanted
}

// Open returns the socket that the environment names, or nil if the program runs without a supervisor. The caller
// closes it.
func Open(getenv func(string) string) (*Socket, error) {
	address := getenv("NOTIFY_SOCKET")
	if address == "" {
		return nil, nil
	}
	// A leading @ means an abstract socket, in systemd as in package net.
	if address[0] != '/' && address[0] != '@' {
		return nil, fmt.Errorf("NOTIFY_SOCKET is %q; want a path, or a name that begins with @", address)
	}
	interval, err := watchdogInterval(getenv)
	if err != nil {
		return nil, err
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("NOTIFY_SOCKET: %w", err)
	}
	return &Socket{conn: conn, interval: interval}, nil
}

// watchdogInterval is half of the time within which the supervisor wants a sign of life, as systemd recommends; 0 if
// it wants none from this process.
func watchdogInterval(getenv func(string) string) (time.Duration, error) {
	text := getenv("WATCHDOG_USEC")
	if text == "" {
		return 0, nil
	}
	if pid := getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0, nil
	}
	most, err := strconv.ParseInt(text, 10, 64)
	if err != nil || most <= 0 || most > int64(24*time.Hour/time.Microsecond) {
		return 0, fmt.Errorf("WATCHDOG_USEC is %q; want microseconds, at most a day", text)
	}
	return time.Duration(most) * time.Microsecond / 2, nil
}

// Run reports that the service is ready, gives a sign of life for as long as alive returns true, and reports that it
// stops when the context ends. A sign that cannot be sent is passed to failed and tried again at the next one.
func (s *Socket) Run(ctx context.Context, alive func() bool, failed func(error)) {
	send := func(state string) {
		if _, err := s.conn.Write([]byte(state)); err != nil {
			failed(fmt.Errorf("notify the supervisor of %s: %w", state, err))
		}
	}
	send("READY=1")
	defer send("STOPPING=1")
	if s.interval == 0 {
		<-ctx.Done()
		return
	}
	ticker := time.NewTicker(s.interval)
	defer ticker.Stop()
	for {
		if alive() {
			send("WATCHDOG=1")
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Close closes the socket.
func (s *Socket) Close() error { return s.conn.Close() }
