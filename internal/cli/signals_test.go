package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/logbuffer"
	"regwatch/internal/samplesite"
)

// hooked makes a folder whose alerts go to a webhook, and returns what arrives there.
func hookedDesk(t *testing.T) (*desk, <-chan struct{}) {
	t.Helper()
	arrived := make(chan struct{}, 1000)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
	}))
	t.Cleanup(receiver.Close)
	d := &desk{dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 7, Copies: -1, Noise: -1})}
	site := httptest.NewServer(d.site)
	t.Cleanup(site.Close)
	for name, text := range map[string]string{
		"sources/stream.yaml":   string(d.site.SourcesYAML(site.URL)),
		"rules/everything.yaml": ruleForStream,
		"receiver":              receiver.URL + "/hook",
		"secret":                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		configs.FileName: `
scan: {cron: "@every 1s"}
channels: {hook: {kind: webhook, url: "file:receiver", secret: "file:secret"}}
recipients: {team: {send: [hook]}}
`,
	} {
		d.write(t, name, text)
	}
	return d, arrived
}

// arrives waits for messages. The bound is for a machine that is busy.
func arrives(t *testing.T, arrived <-chan struct{}, n int, when string) {
	t.Helper()
	deadline := time.After(time.Minute)
	for got := range n {
		select {
		case <-arrived:
		case <-deadline:
			t.Fatalf("%s: %d of %d messages arrived within a minute", when, got, n)
		}
	}
}

// ends waits until a process that was asked to stop has ended in order.
func ends(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("regwatch did not stop in order: %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("regwatch did not stop within 30 s")
	}
}

// fillPipe returns a pipe into which nothing more fits.
func fillPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	if err := w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(w, neverEnding{})
	return r, w
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}

func TestLogThatNobodyReadsStopsNoScanAndNoChannel(t *testing.T) {
	t.Parallel()
	d, arrived := hookedDesk(t)
	r, w := fillPipe(t)
	cmd := exec.Command(buildRegwatch(t), "-C", d.dir, "run")
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	d.site.Publish(1)
	arrives(t, arrived, 1, "with a full pipe as its log")
	d.site.Publish(2)
	arrives(t, arrived, 2, "with a full pipe as its log, later")

	// Once the pipe is read, the log goes on where it was.
	w.Close()
	var log logbuffer.Buffer
	copied := make(chan struct{})
	go func() { defer close(copied); _, _ = io.Copy(&log, r) }()
	log.WaitFor(t, "Stop it with Ctrl-C")
	log.WaitFor(t, `msg="delivery sent"`)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	ends(t, cmd)
	<-copied
	if !strings.Contains(log.String(), "stopping: finishing the messages in progress") {
		t.Errorf("the log does not end with the stop:\n%s", tail(strings.Trim(log.String(), "\n")))
	}
}

func TestStopEndsThoughNobodyReadsTheLog(t *testing.T) {
	t.Parallel()
	d, arrived := hookedDesk(t)
	_, w := fillPipe(t)
	cmd := exec.Command(buildRegwatch(t), "-C", d.dir, "run")
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	d.site.Publish(1)
	arrives(t, arrived, 1, "with a full pipe as its log")
	_ = cmd.Process.Signal(syscall.SIGTERM)
	ends(t, cmd)
}

func TestClosedPipesDoNotEndRun(t *testing.T) {
	t.Parallel()
	d, arrived := hookedDesk(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	cmd := exec.Command(buildRegwatch(t), "-C", d.dir, "run")
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for n := range 3 {
		d.site.Publish(1)
		arrives(t, arrived, 1, "with closed pipes, message "+string(rune('1'+n)))
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	ends(t, cmd)
}

// A program whose output goes to a closed pipe still ends, as people expect of
// regwatch events | head.
func TestClosedPipeEndsOtherCommands(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	cmd := exec.Command(buildRegwatch(t), "--help")
	var errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &errs
	if err := cmd.Run(); err == nil || errs.Len() > 0 {
		t.Errorf("%v, and it wrote %q; want it ended in silence", err, errs.String())
	}
}

func TestHangupReloadsAndSaysSo(t *testing.T) {
	t.Parallel()
	d, _ := hookedDesk(t)
	d.site.Publish(1)
	p := start(t, buildRegwatch(t), d.dir)
	p.out.WaitFor(t, "Stop it with Ctrl-C")
	_ = p.cmd.Process.Signal(syscall.SIGHUP) // nothing has changed
	p.out.WaitFor(t, "SIGHUP: reading regwatch.yaml, rules, sources and templates again")
	p.out.WaitFor(t, `msg="configuration, rules and sources reloaded" rules=1 sources=`)

	d.write(t, "rules/everything.yaml", strings.Replace(ruleForStream, "severity", "severty", 1))
	_ = p.cmd.Process.Signal(syscall.SIGHUP)
	p.out.WaitFor(t, `unknown key "severty"`)
	p.out.WaitFor(t, "change rejected: still using the previous rules, sources and configuration; fix the errors above")
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	ends(t, p.cmd)
	for _, line := range []string{`msg="stopping: finishing the messages in progress, at most 10 s" why="terminated signal received"`, "msg=stopped"} {
		if !strings.Contains(p.out.String(), line) {
			t.Errorf("the log has no line %s:\n%s", line, tail(p.out.String()))
		}
	}
}
