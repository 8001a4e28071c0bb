package smtpfake

import (
	"bufio"
	"errors"
	"io"
)

// Limits of RFC 5321, 4.5.3.1, including CRLF.
const (
	maxCommand = 512
	maxText    = 1000

	// Extensions allow longer command lines.
	maxAuth = 12288                     // RFC 4954
	maxMail = maxCommand + 26 + 17 + 10 // SIZE, BODY and SMTPUTF8
)

var (
	errLong   = errors.New("line too long")
	errBareCR = errors.New("bare <CR> received")
	errBareLF = errors.New("bare <LF> received")
)

// readLine returns the next line without its CRLF. It skips a line of more than limit
// bytes and returns errLong. Other errors end the session: after a single CR or LF,
// client and server may see different commands.
func readLine(r *bufio.Reader, limit int) (string, error) {
	var line []byte
	long := false
	for {
		b, err := r.ReadByte()
		if err != nil {
			if err == io.EOF && len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		switch b {
		case '\n':
			return "", errBareLF
		case '\r':
			next, err := r.ReadByte()
			if err != nil {
				return "", err
			}
			if next != '\n' {
				return "", errBareCR
			}
			if long || len(line)+len("\r\n") > limit {
				return "", errLong
			}
			return string(line), nil
		}
		if len(line) < limit {
			line = append(line, b)
		} else {
			long = true
		}
	}
}
