package cli

import (
	"net"
	"os"
	"strconv"
	"testing"
	"time"
)

// Under a supervisor such as systemd, "regwatch run" reports that it is ready, that its loops work, and that it stops.
func TestSupervisorIsNotified(t *testing.T) {
	d, arrived := hookedDesk(t)
	d.site.Publish(1)
	address := "@regwatch-cli-test-" + strconv.Itoa(os.Getpid())
	supervisor, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer supervisor.Close()
	t.Setenv("NOTIFY_SOCKET", address)
	t.Setenv("WATCHDOG_USEC", "200000")
	p := start(t, buildRegwatch(t), d.dir)
	next := func() string {
		t.Helper()
		_ = supervisor.SetReadDeadline(time.Now().Add(time.Minute))
		buffer := make([]byte, 1000)
		n, err := supervisor.Read(buffer)
		if err != nil {
			t.Fatalf("nothing came within a minute: %v\n%s", err, tail(p.out.String()))
		}
		return string(buffer[:n])
	}
	for i, want := range []string{"READY=1", "WATCHDOG=1", "WATCHDOG=1"} {
		if got := next(); got != want {
			t.Fatalf("message %d is %q; want %q", i+1, got, want)
		}
	}
	arrives(t, arrived, 1, "under a supervisor")
	p.stop(t)
	for got := next(); got != "STOPPING=1"; got = next() {
		if got != "WATCHDOG=1" {
			t.Fatalf("it sent %q; want STOPPING=1 after signs of life", got)
		}
	}
}
