package smtpfake

import (
	"bytes"
	"net"
	"sync"
)

// A memoryConn is the server's end of an in-memory connection. Its writes do not wait for
// a reader: a TLS client that rejects the certificate sends an alert while the server
// still sends, which would block forever on a plain pipe.
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

// Close closes the connection after the client has read everything, or has closed its
// end.
func (m *memoryConn) Close() error {
	m.close.Do(func() { close(m.out) })
	<-m.sent
	return m.Conn.Close()
}
