package smtpfake

import (
	"bytes"
	"net"
	"sync"
)

// A memoryConn is the server's end of an in-memory connection. Its writes do not
// wait for a reader: a TLS client that refuses the certificate sends an alert while
// the server still sends, and would wait for ever on a bare pipe.
type memoryConn struct {
	net.Conn
	out   chan []byte
	sent  chan struct{}
	close sync.Once
}

func newMemoryConn(pipe net.Conn) *memoryConn {
	m := &memoryConn{Conn: pipe, out: make(chan []byte, 64), sent: make(chan struct{})}
	go m.send()
	return m
}

func (m *memoryConn) send() {
	defer close(m.sent)
	var err error
	for b := range m.out {
		if err == nil {
			_, err = m.Conn.Write(b)
		}
	}
}

func (m *memoryConn) Write(b []byte) (int, error) {
	m.out <- bytes.Clone(b)
	return len(b), nil
}

// Close hangs up when the client has read what was written, or has gone.
func (m *memoryConn) Close() error {
	m.close.Do(func() { close(m.out) })
	<-m.sent
	return m.Conn.Close()
}
