package smtpfake

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

var (
	errWrong     = errors.New("wrong name or password")
	errMalformed = errors.New("malformed response")
)

// A mechanism is the server's side of an authentication mechanism. The response is nil if
// the client sent none with its AUTH command.
type mechanism interface {
	next(response []byte) (challenge []byte, done bool, err error)
}

// A plainServer implements PLAIN (RFC 4616).
type plainServer struct {
	check func(username, password string) error
}

func (p *plainServer) next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	fields := strings.Split(string(response), "\x00")
	if len(fields) != 3 || fields[1] == "" || fields[2] == "" {
		return nil, false, errMalformed
	}
	return nil, true, p.check(fields[1], fields[2])
}

// A loginServer implements LOGIN, which is common but not a standard.
type loginServer struct {
	check    func(username, password string) error
	step     int
	username string
}

func (l *loginServer) next(response []byte) (challenge []byte, done bool, err error) {
	if l.step == 0 && response != nil {
		l.step = 1 // the command included the name
	}
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.username = string(response)
		return []byte("Password:"), false, nil
	case 3:
		return nil, true, l.check(l.username, string(response))
	}
	return nil, false, errMalformed
}

// A scramServer implements SCRAM-SHA-256 (RFC 7677) without channel binding.
type scramServer struct {
	username, password string
	done               func()

	step                    int
	firstBare, first, nonce string
	saltedPassword          []byte
}

func (s *scramServer) next(response []byte) (challenge []byte, done bool, err error) {
	s.step++
	switch s.step {
	case 1:
		if response == nil {
			s.step = 0
			return []byte{}, false, nil
		}
		return s.begin(string(response))
	case 2:
		return s.verify(string(response))
	}
	s.done()
	return nil, true, nil
}

func (s *scramServer) begin(message string) ([]byte, bool, error) {
	header, bare, ok := strings.Cut(message, ",,")
	fields := attributes(bare)
	if !ok || header != "n" && header != "y" || fields["n"] != s.username {
		return nil, false, errWrong
	}
	random := make([]byte, 24)
	if _, err := rand.Read(random); err != nil {
		return nil, false, err
	}
	salt, extra := random[:12], base64.StdEncoding.EncodeToString(random[12:])
	const rounds = 4096 // the minimum of RFC 7677
	salted, err := pbkdf2.Key(sha256.New, s.password, salt, rounds, sha256.Size)
	if err != nil {
		return nil, false, err
	}
	s.saltedPassword = salted
	s.firstBare, s.nonce = bare, fields["r"]+extra
	s.first = fmt.Sprintf("r=%s,s=%s,i=%d", s.nonce, base64.StdEncoding.EncodeToString(salt), rounds)
	return []byte(s.first), false, nil
}

func (s *scramServer) verify(message string) ([]byte, bool, error) {
	withoutProof, _, _ := strings.Cut(message, ",p=")
	fields := attributes(message)
	proof, err := base64.StdEncoding.DecodeString(fields["p"])
	if err != nil || fields["r"] != s.nonce || len(proof) != sha256.Size {
		return nil, false, errWrong
	}
	auth := s.firstBare + "," + s.first + "," + withoutProof
	clientKey := sum(s.saltedPassword, "Client Key")
	storedKey := sha256.Sum256(clientKey)
	want := make([]byte, sha256.Size)
	subtle.XORBytes(want, clientKey, sum(storedKey[:], auth))
	if !bytes.Equal(want, proof) {
		return nil, false, errWrong
	}
	signature := sum(sum(s.saltedPassword, "Server Key"), auth)
	return []byte("v=" + base64.StdEncoding.EncodeToString(signature)), false, nil
}

func sum(key []byte, message string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

func attributes(message string) map[string]string {
	fields := map[string]string{}
	for field := range strings.SplitSeq(message, ",") {
		if name, value, ok := strings.Cut(field, "="); ok {
			fields[name] = value
		}
	}
	return fields
}
