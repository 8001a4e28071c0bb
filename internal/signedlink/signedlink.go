package signedlink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"regwatch/models"
)

// A Purpose is what a signed link leads to: the path before its token. A
// link for one purpose is forged for another. The values are in mails that were
// sent, so they stay. Proxies pass on /u/, /e/ and /feeds/ alone.
type Purpose string

const (
	Subscriptions Purpose = "u"         // what an address gets; about a delivery
	Verify        Purpose = "u/verify"  // confirming an address; about a delivery
	Event         Purpose = "e"         // assigning an event to oneself; about a delivery
	Dismiss       Purpose = "e/dismiss" // saying that an event is not relevant; about a delivery
	Mute          Purpose = "e/mute"    // muting an event; about a delivery
)

// Feed leads to a route's alerts as a feed; its token is about nothing more.
func Feed(route string) Purpose { return Purpose("feeds/" + route) }

// Why a link does nothing. ErrLinkForged is also the answer to a link that was cut
// short, or whose key was renewed.
var (
	ErrForged  = errors.New("the link is not one that regwatch gave out")
	ErrExpired = errors.New("the link has expired")
)

// Links makes and reads signed addresses of our own pages. A link names what it is
// about by an ID and holds no address of a person, since addresses end up in logs.
// The zero value makes none.
type Links struct {
	Base string              // https://regwatch.example.com; empty: no links
	Keys []models.SigningKey // the newest first: it signs

	// Mandatory reports whether a subscription may only be left by asking; nil: none.
	Mandatory func(subscription string) bool
}

// Address returns the address of a page of ours in ASCII, as the header of a mail
// needs it, or "" if there are no links. A zero expires is never.
func (l Links) Address(purpose Purpose, subject string, expires time.Time) string {
	if l.Base == "" || len(l.Keys) == 0 {
		return ""
	}
	return asciiURL(l.Base) + "/" + string(purpose) + "/" + l.Token(purpose, subject, expires)
}

// Token returns the signed part of an address: KEY.EXPIRY.SUBJECT.SUM, where the
// expiry is in seconds since 1970, 0 for never. It is "" without a key.
func (l Links) Token(purpose Purpose, subject string, expires time.Time) string {
	if len(l.Keys) == 0 {
		return ""
	}
	until := int64(0)
	if !expires.IsZero() {
		until = expires.Unix()
	}
	said := strconv.Itoa(l.Keys[0].Version) + "." + strconv.FormatInt(until, 10) + "." + subject
	return said + "." + base64.RawURLEncoding.EncodeToString(signature(l.Keys[0], purpose, said))
}

// Read returns what a token is about. The error is [ErrLinkForged] or
// [ErrLinkExpired].
func (l Links) Read(purpose Purpose, token string, now time.Time) (subject string, err error) {
	end := strings.LastIndexByte(token, '.')
	if end < 0 || len(token) > 500 {
		return "", ErrForged
	}
	said := token[:end]
	sum, err := base64.RawURLEncoding.Strict().DecodeString(token[end+1:])
	if err != nil || !l.signed(purpose, said, sum) {
		return "", ErrForged
	}
	// From here on it is of our own making.
	_, rest, _ := strings.Cut(said, ".")
	until, subject, _ := strings.Cut(rest, ".")
	if seconds, _ := strconv.ParseInt(until, 10, 64); seconds != 0 && now.Unix() >= seconds {
		return "", ErrExpired
	}
	return subject, nil
}

func (l Links) signed(purpose Purpose, said string, sum []byte) bool {
	for _, key := range l.Keys {
		if strings.HasPrefix(said, strconv.Itoa(key.Version)+".") && hmac.Equal(sum, signature(key, purpose, said)) {
			return true
		}
	}
	return false
}

// signature is the HMAC-SHA256 (RFC 2104) of the purpose and what a token says.
func signature(key models.SigningKey, purpose Purpose, said string) []byte {
	mac := hmac.New(sha256.New, key.Secret)
	mac.Write([]byte(string(purpose) + "\x00" + said))
	return mac.Sum(nil)
}

// asciiURL writes an address without other letters: its host as A-labels (RFC 5891),
// its path percent-encoded.
func asciiURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host, port := u.Hostname(), u.Port()
	if ascii, err := idna.Lookup.ToASCII(host); err == nil && ascii != host {
		u.Host = ascii
		if port != "" {
			u.Host += ":" + port
		}
	}
	return u.String()
}

// Feed returns the address of a route's feed, or "" if there are no links. It has
// no end; a new key ends it.
func (l Links) Feed(route string) string {
	address := l.Address(Feed(route), "", time.Time{})
	if address == "" {
		return ""
	}
	return address + ".atom"
}
