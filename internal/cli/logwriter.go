package cli

import (
	"io"
	"sync"
	"time"
)

const (
	// mostUnwritten is how many bytes of log wait to be written.
	mostUnwritten = 1 << 20
	// flushWithin is how long the end of the program waits for them to be written.
	flushWithin = time.Second
)

// A logWriter writes in the background, so that a pipe that nobody reads blocks
// nobody who logs. What does not fit is dropped and counted, and the count is
// written as soon as there is room again.
type logWriter struct {
	to     io.Writer
	report func(w io.Writer, dropped int) // writes how much was dropped

	mu      sync.Mutex
	lines   [][]byte
	size    int // of the lines that wait
	dropped int // since the last report
	closed  bool

	wake chan struct{} // there is something to do
	done chan struct{} // all is written
}

// newLogWriter returns a writer to be closed.
func newLogWriter(to io.Writer, report func(w io.Writer, dropped int)) *logWriter {
	w := &logWriter{to: to, report: report, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// Write never blocks and never fails. Each call is kept or dropped whole.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.size+len(line) > mostUnwritten {
		w.dropped++
		return len(line), nil
	}
	w.size += len(line)
	w.lines = append(w.lines, append([]byte(nil), line...))
	w.signal()
	return len(line), nil
}

// Close writes what waits, for as long as flushWithin, and stops the writer.
func (w *logWriter) Close() {
	w.mu.Lock()
	w.closed = true
	w.signal()
	w.mu.Unlock()
	timer := time.NewTimer(flushWithin)
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
			// An error is nothing that could be logged, and the next write may succeed.
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

// next takes the next line, or once all that waited is written, how many were
// dropped after them.
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
