package smtpfake

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

const (
	name    = "smtpfake.localhost"
	maxSize = 10 << 20
	maxRcpt = 100

	// RFC 5321, 4.5.3.2.7: a server waits at least this long for a command.
	idleTimeout = 5 * time.Minute
)

// A reply is a response to a command. Code 0 sends nothing and closes the connection.
type reply struct {
	code int
	text string
}

func cut() reply { return reply{} }

// A session is one connection.
type session struct {
	server *Server
	raw    net.Conn
	conn   net.Conn // raw, or TLS over it
	in     *bufio.Reader

	ended    bool   // no longer counted as open
	refused  bool   // the greeting was a refusal
	hello    string // name from EHLO or HELO; empty before
	extended bool   // EHLO was used
	user     string
	mail     *transaction // nil outside a transaction
}

// A transaction is a message that began with MAIL.
type transaction struct {
	from       string
	to         []string
	refusedAny bool // a recipient was refused
	utf8       bool
	eightBit   bool
}

func newSession(s *Server, conn net.Conn) *session {
	c := &session{server: s, raw: conn}
	c.use(conn)
	return c
}

func (c *session) use(conn net.Conn) { c.conn, c.in = conn, bufio.NewReader(conn) }

func (c *session) encrypted() bool { return c.conn != c.raw }

func (c *session) run() {
	if c.server.opts.Security == Implicit && !c.encrypt() {
		return
	}
	greeting := c.scripted(AtGreeting, "", func() reply { return reply{220, name + " ESMTP ready"} })
	c.refused = greeting.code >= 400
	if !c.send(greeting) {
		return
	}
	for {
		_ = c.conn.SetReadDeadline(time.Now().Add(idleTimeout))
		line, err := readLine(c.in, maxAuth)
		switch {
		case errors.Is(err, errLong):
			c.send(reply{500, "5.5.2 Line too long"})
			continue
		case errors.Is(err, errBareCR) || errors.Is(err, errBareLF):
			c.send(reply{521, "5.5.2 Error: " + err.Error()})
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			c.send(reply{421, "4.4.2 " + name + " Error: timeout exceeded"})
			return
		case err != nil:
			return
		}
		if !c.obey(line) {
			return
		}
	}
}

// end stops counting the session, before the client can know and open another one.
func (c *session) end() {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	if !c.ended {
		c.ended = true
		c.server.talking--
	}
}

// obey responds to one command and reports whether the session continues.
func (c *session) obey(line string) bool {
	verb, arg, hasArg := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	logged := line
	if verb == "AUTH" {
		mechanism, _, _ := strings.Cut(arg, " ")
		logged = line[:len("AUTH")] + " " + mechanism
	}
	c.server.record(logged)
	r := c.do(verb, arg, hasArg, len(line)+len("\r\n"))
	if !c.send(r) {
		return false
	}
	if verb == "STARTTLS" && r.code == 220 {
		return c.encrypt()
	}
	return true
}

func (c *session) do(verb, arg string, hasArg bool, length int) reply {
	limit := maxCommand
	switch verb {
	case "AUTH":
		limit = maxAuth
	case "MAIL":
		limit = maxMail
	}
	switch {
	case length > limit:
		return reply{500, "5.5.2 Line too long"}
	case c.in.Buffered() > 0:
		return reply{503, "5.5.0 Error: send a command after the answer to the last one; PIPELINING is not offered"}
	case c.refused && verb != "QUIT":
		return reply{503, "5.5.1 Error: this server takes no mail"}
	}
	switch verb {
	case "EHLO", "HELO":
		return c.doHello(verb, arg)
	case "MAIL":
		return c.doMail(arg)
	case "RCPT":
		return c.doRcpt(arg)
	case "AUTH":
		return c.doAuth(arg)
	case "NOOP":
		return c.scripted(AtNoop, "", func() reply { return reply{250, "2.0.0 Ok"} })
	case "VRFY":
		return reply{252, "2.5.0 Cannot verify a user"}
	case "EXPN", "HELP", "TURN", "BDAT", "ETRN":
		return reply{502, "5.5.1 Command not implemented"}
	case "DATA", "RSET", "QUIT", "STARTTLS":
		if hasArg {
			return reply{501, "5.5.4 Syntax: " + verb}
		}
	}
	switch verb {
	case "DATA":
		return c.doData()
	case "RSET":
		return c.scripted(AtReset, "", func() reply {
			c.mail = nil
			return reply{250, "2.0.0 Ok"}
		})
	case "QUIT":
		return c.scripted(AtQuit, "", func() reply { return reply{221, "2.0.0 Bye"} })
	case "STARTTLS":
		return c.doStartTLS()
	}
	return reply{500, "5.5.2 Error: command not recognized"}
}

func (c *session) doHello(verb, arg string) reply {
	if !isDomain(arg, false) && (verb == "HELO" || !isAddressLiteral(arg)) {
		return reply{501, "5.5.4 Syntax: " + verb + " domain; want a host name such as mail.example.org or, with EHLO, an address such as [192.0.2.1]"}
	}
	return c.scripted(AtHello, "", func() reply {
		c.hello, c.extended, c.mail = arg, verb == "EHLO", nil
		if !c.extended {
			return reply{250, name}
		}
		return reply{250, strings.Join(append([]string{name}, c.extensions()...), "\n")}
	})
}

func (c *session) extensions() []string {
	opts := c.server.opts
	list := []string{"ENHANCEDSTATUSCODES", fmt.Sprintf("SIZE %d", maxSize)}
	if !opts.SevenBit {
		list = append(list, "8BITMIME")
	}
	if c.offersUTF8() {
		list = append(list, "SMTPUTF8")
	}
	if opts.Security == StartTLS && !c.encrypted() {
		list = append(list, "STARTTLS")
	}
	if c.authRequired() && c.authAllowed() {
		list = append(list, "AUTH "+strings.Join(opts.Auth, " "))
	}
	return list
}

func (c *session) offersUTF8() bool {
	return !c.server.opts.ASCII && !c.server.opts.SevenBit
}

func (c *session) doStartTLS() reply {
	switch {
	case c.server.opts.Security != StartTLS:
		return reply{502, "5.5.1 Error: STARTTLS is not offered"}
	case c.encrypted():
		return reply{503, "5.5.1 Error: the connection is encrypted already"}
	case !c.extended:
		return reply{503, "5.5.1 Error: send EHLO first"}
	}
	return c.scripted(AtStartTLS, "", func() reply { return reply{220, "2.0.0 Ready to start TLS"} })
}

// encrypt starts TLS. Earlier commands of the client are forgotten (RFC 3207, 4.2).
func (c *session) encrypt() bool {
	conn := tls.Server(c.raw, c.server.tls)
	_ = conn.SetDeadline(time.Now().Add(idleTimeout))
	if conn.Handshake() != nil {
		return false
	}
	_ = conn.SetDeadline(time.Time{})
	c.use(conn)
	c.hello, c.extended, c.user, c.mail = "", false, "", nil
	return true
}

// scripted returns the response of a fault, or else of the step itself.
func (c *session) scripted(stage Stage, mechanism string, step func() reply) reply {
	f := c.server.takeFault(stage, mechanism)
	c.server.wait(f)
	if r, instead := f.answer(); instead {
		return r
	}
	return step()
}

// send writes a response and reports whether the session continues.
func (c *session) send(r reply) bool {
	continues := r.code != 0 && r.code != 221 && r.code != 421 && r.code != 521
	if !continues {
		c.end()
	}
	if r.code == 0 {
		return false
	}
	lines := strings.Split(r.text, "\n")
	var b strings.Builder
	for i, line := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		fmt.Fprintf(&b, "%d%s%s\r\n", r.code, separator, line)
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(idleTimeout))
	_, err := c.conn.Write([]byte(b.String()))
	return err == nil && continues
}
