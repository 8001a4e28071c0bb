package smtpfake

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// A Message is an accepted message, raw and as a mail program shows it.
type Message struct {
	From       string   // of the envelope
	To         []string // of the envelope
	User       string   // authenticated user; empty without AUTH
	TLS        bool     // the connection was encrypted
	SMTPUTF8   bool     // requires SMTPUTF8 from every further server
	ReceivedAt time.Time
	Raw        []byte

	Header    mail.Header
	Subject   string // decoded
	MessageID string // without angle brackets
	Text      string
	HTML      string
	Fault     string // why it could not be parsed; empty if it could
}

// parse reads as much as it can. A message that is not valid has a Fault and its Raw.
func parse(raw []byte) Message {
	m := Message{Raw: raw}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		m.Fault = err.Error()
		return m
	}
	m.Header = parsed.Header
	words := mime.WordDecoder{}
	if m.Subject, err = words.DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		m.Fault = err.Error()
	}
	m.MessageID = strings.Trim(parsed.Header.Get("Message-ID"), "<> ")
	if err := m.part(parsed.Header.Get("Content-Type"), parsed.Header.Get("Content-Transfer-Encoding"), parsed.Body); err != nil {
		m.Fault = err.Error()
	}
	return m
}

func (m *Message) part(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := m.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	readable := strings.ReplaceAll(string(content), "\r\n", "\n")
	switch kind {
	case "text/plain":
		m.Text = readable
	case "text/html":
		m.HTML = readable
	}
	return nil
}
