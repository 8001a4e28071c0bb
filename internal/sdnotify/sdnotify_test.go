package sdnotify_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"regwatch/internal/sdnotify"
)

// supervisor listens as systemd does, at a path or an abstract name.
func supervisor(t *testing.T, address string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// receive returns the next message, or "" if none comes in time.
func receive(t *testing.T, conn *net.UnixConn, within time.Duration) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 1000)
	n, err := conn.Read(buffer)
	if err != nil && !os.IsTimeout(err) {
		t.Fatal(err)
	}
	return string(buffer[:n])
}

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// run runs a service under a supervisor. What it returns ends the service.
func run(t *testing.T, values map[string]string, alive func() bool) (end func()) {
	t.Helper()
	s, err := sdnotify.Open(environment(values))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx, alive, func(err error) { t.Errorf("Run reports %v", err) })
	}()
	return func() {
		cancel()
		<-done
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestServiceReportsThatItIsReadyAndStops(t *testing.T) {
	for name, address := range map[string]string{
		"path":     filepath.Join(t.TempDir(), "notify"),
		"abstract": "@regwatch-test-" + strconv.Itoa(os.Getpid()),
	} {
		t.Run(name, func(t *testing.T) {
			conn := supervisor(t, address)
			end := run(t, map[string]string{"NOTIFY_SOCKET": address}, func() bool { return true })
			if got := receive(t, conn, 10*time.Second); got != "READY=1" {
				t.Errorf("at first it sent %q; want READY=1", got)
			}
			if got := receive(t, conn, 50*time.Millisecond); got != "" {
				t.Errorf("without a watchdog it sent %q", got)
			}
			end()
			if got := receive(t, conn, 10*time.Second); got != "STOPPING=1" {
				t.Errorf("at the end it sent %q; want STOPPING=1", got)
			}
		})
	}
}

// A program whose loops stand still gives no sign of life, and gives them again when they work.
func TestWatchdogHearsOnlyOfWorkingLoops(t *testing.T) {
	address := filepath.Join(t.TempDir(), "notify")
	conn := supervisor(t, address)
	var alive atomic.Bool
	end := run(t, map[string]string{"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": strconv.Itoa(os.Getpid())}, alive.Load)
	defer end()
	if got := receive(t, conn, 10*time.Second); got != "READY=1" {
		t.Fatalf("at first it sent %q; want READY=1", got)
	}
	if got := receive(t, conn, 200*time.Millisecond); got != "" {
		t.Errorf("it sent %q while its loops stood still", got)
	}
	alive.Store(true)
	for range 3 {
		if got := receive(t, conn, 10*time.Second); got != "WATCHDOG=1" {
			t.Errorf("it sent %q while its loops worked; want WATCHDOG=1", got)
		}
	}
}

// The watchdog of another process, such as a parent that passed its environment on, is not ours.
func TestWatchdogOfAnotherProcessIsLeftAlone(t *testing.T) {
	address := filepath.Join(t.TempDir(), "notify")
	conn := supervisor(t, address)
	end := run(t, map[string]string{"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000", "WATCHDOG_PID": "1"}, func() bool { return true })
	defer end()
	receive(t, conn, 10*time.Second)
	if got := receive(t, conn, 50*time.Millisecond); got != "" {
		t.Errorf("it sent %q", got)
	}
}

func TestOpen(t *testing.T) {
	if s, err := sdnotify.Open(environment(nil)); s != nil || err != nil {
		t.Errorf("Open without a supervisor = %v, %v; want nil, nil", s, err)
	}
	for _, tt := range []struct {
		values map[string]string
		want   string
	}{
		{map[string]string{"NOTIFY_SOCKET": "vsock:2:1"}, "want a path"},
		{map[string]string{"NOTIFY_SOCKET": "/no/such/socket"}, "NOTIFY_SOCKET"},
		{map[string]string{"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"}, "want microseconds"},
		{map[string]string{"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "0"}, "want microseconds"},
	} {
		if _, err := sdnotify.Open(environment(tt.values)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Open(%v) = %v; want an error with %q", tt.values, err, tt.want)
		}
	}
}
