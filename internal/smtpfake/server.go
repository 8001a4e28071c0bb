// Package smtpfake is a strict mail server for tests and demos. It keeps the mail
// it accepts where a test or a person can read it and delivers nothing.
//
// Start with [New]. Send to [Server.Addr], or over [Server.Dial] inside a synctest
// bubble; read mail back with [Server.Messages] and the commands with
// [Server.Commands]. [Server.Inject] makes a step answer late, refuse or hang up.
//
// It refuses whatever RFC 5321 (SMTP), 5322 (header fields), 3207 (STARTTLS), 4954
// (AUTH), 1870 (SIZE), 6152 (8BITMIME) and 6531 (SMTPUTF8) forbid a client to send,
// also where most servers are lenient. It accepts every sender and recipient.
package smtpfake

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Security is the encryption of the connection.
type Security string

const (
	Plain    Security = ""         // no encryption
	StartTLS Security = "starttls" // offered, and required before AUTH
	Implicit Security = "tls"      // from the first byte
)

// Options configure a server. The zero value listens without encryption on a free
// loopback port and accepts all well-formed mail.
type Options struct {
	Addr     string // host:port; empty: a free port of 127.0.0.1
	InMemory bool   // no listener: only Dial connects. A synctest bubble needs this, because network reads stop its clock
	Security Security
	Username string        // with Password: AUTH is required
	Password string        //
	Auth     []string      // offered mechanisms, of which PLAIN, LOGIN and SCRAM-SHA-256 work; empty: these three
	Greylist time.Duration // how long a pair of sender and recipient is refused with 451
	ASCII    bool          // does not offer SMTPUTF8
	SevenBit bool          // offers neither 8BITMIME nor SMTPUTF8, which requires it
	Folder   string        // folder to which each message is also written as an .eml file
}

// A Server is a running mail server.
type Server struct {
	opts     Options
	listener net.Listener // nil in memory
	tls      *tls.Config
	certPEM  []byte
	done     chan struct{} // closed by Close
	running  sync.WaitGroup

	mu       sync.Mutex // guards all below
	closed   bool
	open     map[net.Conn]bool
	messages []Message
	commands []string
	faults   []*Fault
	met      map[string]time.Time // when a pair was first seen, for greylisting
	sessions int
	talking  int // sessions that are open
}

// New starts a server. The caller closes it.
func New(opts Options) (*Server, error) {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	if len(opts.Auth) == 0 {
		opts.Auth = []string{"PLAIN", "LOGIN", "SCRAM-SHA-256"}
	}
	if opts.Folder != "" {
		if err := os.MkdirAll(opts.Folder, 0o755); err != nil {
			return nil, fmt.Errorf("make the folder for mail: %w", err)
		}
	}
	s := &Server{opts: opts, done: make(chan struct{}), open: map[net.Conn]bool{}, met: map[string]time.Time{}}
	if opts.Security != Plain {
		cert, certPEM, err := selfSigned()
		if err != nil {
			return nil, fmt.Errorf("make a certificate: %w", err)
		}
		s.certPEM = certPEM
		s.tls = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	if opts.InMemory {
		return s, nil
	}
	listener, err := net.Listen("tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	s.listener = listener
	s.running.Go(s.accept)
	return s, nil
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.serve(conn, conn)
	}
}

// serve starts a session on conn, or closes it if the server is closed. Closing raw ends
// the session.
func (s *Server) serve(conn, raw net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return false
	}
	s.sessions++
	s.talking++
	s.open[raw] = true
	s.running.Go(func() {
		session := newSession(s, conn)
		session.run()
		session.end()
		_ = conn.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, raw)
	})
	return true
}

// Dial returns the client's end of a new in-memory connection and ignores the address. It
// has the signature of [net.Dialer.DialContext].
func (s *Server) Dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	if !s.serve(newMemoryConn(server), server) {
		return nil, errors.New("the mail server is closed")
	}
	return client, nil
}

// Addr returns the host and port on which it listens, or in memory a name that only Dial
// accepts.
func (s *Server) Addr() string {
	if s.listener == nil {
		return "localhost:25"
	}
	return s.listener.Addr().String()
}

// CertPEM returns the certificate that a client must trust; nil without TLS.
func (s *Server) CertPEM() []byte { return slices.Clone(s.certPEM) }

// Messages returns the accepted messages, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Commands returns the command lines of all connections, without the text after the
// mechanism of an AUTH.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

// Sessions returns how many connections were opened.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Close stops listening, ends the open connections and waits for them.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	for conn := range s.open {
		_ = conn.Close()
	}
	s.mu.Unlock()
	var err error
	if s.listener != nil {
		err = s.listener.Close()
	}
	s.running.Wait()
	return err
}

func (s *Server) record(command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, command)
}

func (s *Server) keep(m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	if s.opts.Folder == "" {
		return nil
	}
	path := filepath.Join(s.opts.Folder, fmt.Sprintf("%s-%04d.eml", m.ReceivedAt.Format("20060102T150405.000"), len(s.messages)))
	// Write the whole file before it gets its name: another process may be reading the
	// folder.
	if err := os.WriteFile(path+".tmp", m.Raw, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

func (s *Server) greylisted(from, to string) bool {
	if s.opts.Greylist <= 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	pair, now := from+"\x00"+to, time.Now()
	first, seen := s.met[pair]
	if !seen {
		s.met[pair] = now
		return true
	}
	return now.Sub(first) < s.opts.Greylist
}
