// Package smtpfake receives mail on loopback and keeps it where a test or a
// person can read it; it delivers nothing anywhere.
//
// Start with [New]; send to [Server.Addr], read back with [Server.Messages], and
// break things with [Server.Inject]. It promises to speak SMTP as a careful
// server does, with STARTTLS or TLS from the first byte under a certificate of
// its own ([Server.CertPEM]) and with AUTH when a password is set. It judges no
// sender and no recipient except by a fault.
package smtpfake

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// A Security says how the connection is protected.
type Security string

const (
	Plain    Security = ""         // no encryption is offered
	StartTLS Security = "starttls" // offered, and required before AUTH
	Implicit Security = "tls"      // from the first byte
)

// Options say how the receiver behaves. The zero value listens in clear on a
// free loopback port and takes everything.
type Options struct {
	Addr     string // host:port; empty means a free port of 127.0.0.1
	Security Security
	Username string        // with Password: AUTH is required
	Password string        //
	Auth     []string      // mechanisms offered: PLAIN, LOGIN, SCRAM-SHA-256; empty means all
	Greylist time.Duration // a pair of sender and recipient is refused with 451 for this long
	ASCII    bool          // SMTPUTF8 is not offered
	Folder   string        // where each message is also written as an .eml file
}

// A Server is a running receiver.
type Server struct {
	opts     Options
	listener net.Listener
	smtp     *smtp.Server
	certPEM  []byte

	mu       sync.Mutex
	messages []Message
	faults   []*Fault
	met      map[string]time.Time // when a pair was first seen, for greylisting
	sessions int
}

// New starts a receiver. The caller closes it.
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
	s := &Server{opts: opts, met: map[string]time.Time{}}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.smtp.Domain = "smtpfake.localhost"
	s.smtp.ErrorLog = log.New(io.Discard, "", 0)
	s.smtp.EnableSMTPUTF8 = !opts.ASCII
	s.smtp.MaxMessageBytes = 10 << 20
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = time.Minute, time.Minute
	s.smtp.AllowInsecureAuth = opts.Security == Plain

	listener, err := net.Listen("tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	if opts.Security != Plain {
		cert, certPEM, err := selfSigned()
		if err != nil {
			_ = listener.Close()
			return nil, fmt.Errorf("make a certificate: %w", err)
		}
		config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		s.certPEM = certPEM
		if opts.Security == StartTLS {
			s.smtp.TLSConfig = config
		} else {
			listener = tls.NewListener(listener, config)
		}
	}
	s.listener = listener
	go func() { _ = s.smtp.Serve(listener) }()
	return s, nil
}

// Addr returns the host and port that it listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// CertPEM returns the certificate that a client must trust; nil without TLS.
func (s *Server) CertPEM() []byte { return slices.Clone(s.certPEM) }

// Messages returns what was taken so far, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Sessions returns how many connections were opened.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Close stops listening and cuts what is open.
func (s *Server) Close() error {
	// The listener too: one that is not yet served is unknown to the server.
	err := s.listener.Close()
	_ = s.smtp.Close()
	return err
}

func (s *Server) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.sessions++
	s.mu.Unlock()
	return &session{server: s, conn: c}, nil
}

func (s *Server) keep(m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	if s.opts.Folder == "" {
		return nil
	}
	path := filepath.Join(s.opts.Folder, fmt.Sprintf("%s-%04d.eml", m.ReceivedAt.Format("20060102T150405.000"), len(s.messages)))
	// Whole or not at all: someone may be reading the folder.
	if err := os.WriteFile(path+".tmp", m.Raw, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}
