package cli

import (
	"io"
	"sync"
	"time"
)

const (
	// maxUnwritten is how many bytes of log may wait to be written.
	maxUnwritten = 1 << 20
	// closeTimeout is how long Close waits for the log to be written.
	closeTimeout = time.Second
)

// A logWriter writes in the background, so that a pipe that nobody reads blocks no
// goroutine that logs. Lines that do not fit are dropped and counted, and the count is
// written when there is room again.
type logWriter struct {
	to     io.Writer
	report func(w io.Writer, dropped int) // writes how many lines were dropped

	mu      sync.Mutex // guards all below, except the channels
	lines   [][]byte
	size    int // of lines, in bytes
	dropped int // since the last report
	closed  bool

	wake chan struct{} // there is something to write
	done chan struct{} // everything was written
}

// newLogWriter returns a writer that the caller closes.
func newLogWriter(to io.Writer, report func(w io.Writer, dropped int)) *logWriter {
	w := &logWriter{to: to, report: report, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// Write never blocks and never fails. It keeps or drops the whole line.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.size+len(line) > maxUnwritten {
		w.dropped++
		return len(line), nil
	}
	w.size += len(line)
	w.lines = append(w.lines, append([]byte(nil), line...))
	w.signal()
	return len(line), nil
}

// Close writes the remaining lines, for at most closeTimeout, and stops the writer.
func (w *logWriter) Close() {
	w.mu.Lock()
	w.closed = true
	w.signal()
	w.mu.Unlock()
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-timer.C:
	}
}

func (w *logWriter) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *logWriter) run() {
	defer close(w.done)
	for range w.wake {
		for {
			line, dropped, more := w.next()
			if !more {
				break
			}
			// An error cannot be logged, and the next write may succeed.
			if dropped > 0 {
				w.report(w.to, dropped)
			} else {
				_, _ = w.to.Write(line)
			}
		}
		w.mu.Lock()
		over := w.closed && len(w.lines) == 0
		w.mu.Unlock()
		if over {
			return
		}
	}
}

// next returns the next line, or, when all lines were written, how many were dropped.
func (w *logWriter) next() (line []byte, dropped int, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) > 0 {
		line, w.lines = w.lines[0], w.lines[1:]
		w.size -= len(line)
		return line, 0, true
	}
	dropped, w.dropped = w.dropped, 0
	return nil, dropped, dropped > 0
}
