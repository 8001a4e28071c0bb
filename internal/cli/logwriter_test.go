package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A blockable writer blocks like a full pipe until it is opened.
type blockable struct {
	open chan struct{}
	got  bytes.Buffer
}

func (b *blockable) Write(p []byte) (int, error) {
	<-b.open
	return b.got.Write(p)
}

func reportDropped(w io.Writer, dropped int) { fmt.Fprintf(w, "%d dropped\n", dropped) }

func TestLogWriterNeverBlocksAndReportsDroppedLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe := &blockable{open: make(chan struct{})}
		w := newLogWriter(pipe, reportDropped)
		line := strings.Repeat("x", 1023) + "\n"
		const kept, lost = maxUnwritten / 1024, 500
		fmt.Fprint(w, line) // this one blocks
		synctest.Wait()
		for range kept + lost {
			if n, err := w.Write([]byte(line)); n != len(line) || err != nil {
				t.Fatalf("Write = %d, %v", n, err)
			}
		}
		close(pipe.open)
		synctest.Wait()
		if got := strings.Count(pipe.got.String(), line); got != kept+1 {
			t.Errorf("%d lines written, want %d", got, kept+1)
		}
		if !strings.HasSuffix(pipe.got.String(), "x\n500 dropped\n") {
			t.Errorf("the output ends with %q", tail(pipe.got.String()))
		}
		pipe.got.Reset()
		fmt.Fprint(w, "next\n")
		w.Close()
		if got := pipe.got.String(); got != "next\n" {
			t.Errorf("after the report %q was written", got)
		}
	})
}

func TestLogWriterCloseWritesRemainingLinesWithinTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := &blockable{open: make(chan struct{})}
		close(free.open)
		w := newLogWriter(free, reportDropped)
		log := slog.New(slog.NewTextHandler(w, nil))
		for n := range 1000 {
			log.Info("line", "n", n)
		}
		w.Close()
		if got := strings.Count(free.got.String(), "\n"); got != 1000 {
			t.Errorf("%d of 1000 lines written", got)
		}

		stuck := &blockable{open: make(chan struct{})}
		w = newLogWriter(stuck, reportDropped)
		fmt.Fprintln(w, "nobody reads this")
		started := time.Now()
		w.Close()
		if took := time.Since(started); took != closeTimeout {
			t.Errorf("Close took %s, want %s", took, closeTimeout)
		}
		close(stuck.open)
	})
}

// failingOnce is a writer whose first write fails.
type failingOnce struct {
	failed bool
	got    bytes.Buffer
}

func (f *failingOnce) Write(p []byte) (int, error) {
	if !f.failed {
		f.failed = true
		return 0, errors.New("no space left on device")
	}
	return f.got.Write(p)
}

func TestLogWriterContinuesAfterFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &failingOnce{}
		w := newLogWriter(disk, reportDropped)
		for _, line := range []string{"lost", "second", "third"} {
			fmt.Fprintln(w, line)
		}
		synctest.Wait()
		fmt.Fprintln(w, "later")
		w.Close()
		if got, want := disk.got.String(), "second\nthird\nlater\n"; got != want {
			t.Errorf("written %q, want %q", got, want)
		}
	})
}
