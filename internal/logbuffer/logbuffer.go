// Package logbuffer keeps what a program under test writes, and waits for it.
package logbuffer

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Buffer is a writer that several goroutines may use. The zero Buffer is empty.
type Buffer struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

// Write appends p.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns everything that was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// WaitFor waits until text was written, and fails the test after 30 s.
func (b *Buffer) WaitFor(t testing.TB, text string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(b.String(), text) {
			return
		}
	}
	t.Fatalf("%q was not written within 30 s; written was:\n%s", text, b.String())
}
