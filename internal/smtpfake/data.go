package smtpfake

import (
	"bytes"
	"errors"
	"time"
)

func (c *session) doData() reply {
	switch {
	case c.mail == nil:
		return reply{503, "5.5.1 Error: need MAIL command"}
	case len(c.mail.to) == 0 && c.mail.refusedAny:
		return reply{554, "5.5.1 Error: no valid recipients"}
	case len(c.mail.to) == 0:
		return reply{503, "5.5.1 Error: need RCPT command"}
	}
	start := c.scripted(AtData, "", func() reply { return reply{354, "End data with <CR><LF>.<CR><LF>"} })
	if start.code != 354 || !c.send(start) {
		return start
	}
	raw, problem, err := c.readText()
	switch {
	case errors.Is(err, errBareCR) || errors.Is(err, errBareLF):
		return reply{521, "5.5.2 Error: " + err.Error()}
	case err != nil:
		return cut()
	}
	t := c.mail
	c.mail = nil
	if problem.code == 0 {
		problem = checkMessage(raw, t)
	}
	if problem.code != 0 {
		return problem
	}
	f := c.server.takeFault(AtDot, "")
	if r, instead := f.answer(); instead {
		c.server.wait(f)
		return r
	}
	m := parse(raw)
	m.From, m.To, m.User, m.SMTPUTF8, m.TLS, m.ReceivedAt = t.from, t.to, c.user, t.utf8, c.encrypted(), time.Now().UTC()
	if err := c.server.keep(m); err != nil {
		return reply{451, "4.3.0 Error: cannot write the message"}
	}
	c.server.wait(f)
	if f.Kind == CutAfterData {
		return cut()
	}
	return reply{250, "2.0.0 Ok: kept"}
}

// readText reads a message up to its final line and removes the dots that the client adds
// under RFC 5321, 4.5.2. It continues after a problem, because the response comes at the
// end. An error ends the session.
func (c *session) readText() (raw []byte, problem reply, err error) {
	var text bytes.Buffer
	refuse := func(code int, why string) {
		if problem.code == 0 {
			problem = reply{code, why}
		}
	}
	f := c.server.takeFault(AtText, "")
	for first := true; ; first = false {
		// RFC 5321, 4.5.3.1.6: the added dot does not count.
		line, err := readLine(c.in, maxText+1)
		switch {
		case errors.Is(err, errLong):
			refuse(554, "5.6.0 A line is longer than 998 characters")
			continue
		case err != nil:
			return nil, problem, err
		}
		if first {
			c.server.wait(f)
			if _, instead := f.answer(); instead {
				return nil, problem, errors.New("cut")
			}
		}
		if line == "." {
			return text.Bytes(), problem, nil
		}
		if line != "" && line[0] == '.' {
			line = line[1:]
			if line[0] != '.' {
				refuse(554, "5.6.0 A line begins with a dot that was not doubled")
			}
		}
		if len(line)+len("\r\n") > maxText {
			refuse(554, "5.6.0 A line is longer than 998 characters")
		}
		if text.Len()+len(line)+2 > maxSize {
			refuse(552, "5.3.4 Message size exceeds the fixed limit")
			continue
		}
		text.WriteString(line)
		text.WriteString("\r\n")
	}
}
