package smtpfake

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"
)

func (c *session) authRequired() bool { return c.server.opts.Password != "" }

func (c *session) authAllowed() bool { return c.server.opts.Security == Plain || c.encrypted() }

// doAuth performs the exchange of RFC 4954.
func (c *session) doAuth(arg string) reply {
	name, initial, hasInitial := strings.Cut(arg, " ")
	name = strings.ToUpper(name)
	switch {
	case !c.authRequired():
		return reply{502, "5.5.1 Error: AUTH is not offered"}
	case !c.extended:
		return reply{503, "5.5.1 Error: send EHLO first"}
	case c.user != "":
		return reply{503, "5.5.1 Error: already authenticated"}
	case c.mail != nil:
		return reply{503, "5.5.1 Error: MAIL transaction in progress"}
	case !c.authAllowed():
		return reply{538, "5.7.11 Encryption required for requested authentication mechanism"}
	case name == "":
		return reply{501, "5.5.4 Syntax: AUTH mechanism"}
	}
	return c.scripted(AtAuth, name, func() reply {
		m := c.mechanism(name)
		if m == nil {
			return reply{504, "5.5.4 Unrecognized authentication type"}
		}
		var response []byte
		if hasInitial {
			var ok bool
			if response, ok = decodeResponse(initial, true); !ok {
				return reply{501, "5.5.2 Invalid base64 data"}
			}
		}
		return c.exchange(m, response)
	})
}

func (c *session) mechanism(name string) mechanism {
	opts := c.server.opts
	if !slices.Contains(opts.Auth, name) {
		return nil
	}
	switch name {
	case "PLAIN":
		return &plainServer{check: c.check}
	case "LOGIN":
		return &loginServer{check: c.check}
	case "SCRAM-SHA-256":
		return &scramServer{username: opts.Username, password: opts.Password, done: func() { c.user = opts.Username }}
	}
	return nil
}

func (c *session) exchange(m mechanism, response []byte) reply {
	for {
		challenge, done, err := m.next(response)
		switch {
		case errors.Is(err, errWrong):
			return reply{535, "5.7.8 Authentication credentials invalid"}
		case errors.Is(err, errMalformed):
			return reply{501, "5.5.2 Malformed authentication response"}
		case err != nil:
			return reply{454, "4.7.0 Temporary authentication failure"}
		case done:
			return reply{235, "2.7.0 Authentication successful"}
		}
		if !c.send(reply{334, base64.StdEncoding.EncodeToString(challenge)}) {
			return cut()
		}
		_ = c.conn.SetReadDeadline(time.Now().Add(idleTimeout))
		line, err := readLine(c.in, maxAuth)
		switch {
		case errors.Is(err, errLong):
			return reply{500, "5.5.6 Authentication exchange line is too long"}
		case err != nil:
			return cut()
		case line == "*":
			return reply{501, "5.7.0 Authentication cancelled"}
		}
		var ok bool
		if response, ok = decodeResponse(line, false); !ok {
			return reply{501, "5.5.2 Invalid base64 data"}
		}
	}
}

// decodeResponse decodes a response and never returns nil for a valid one. "=" is an
// empty initial response.
func decodeResponse(text string, initial bool) ([]byte, bool) {
	if initial && text == "=" {
		return []byte{}, true
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || initial && text == "" {
		return nil, false
	}
	return append([]byte{}, decoded...), true
}

func (c *session) check(username, password string) error {
	opts := c.server.opts
	if username != opts.Username || subtle.ConstantTimeCompare([]byte(password), []byte(opts.Password)) != 1 {
		return errWrong
	}
	c.user = username
	return nil
}
