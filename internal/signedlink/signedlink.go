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

// A Purpose is what a signed link is for: the path before its token. A link for one
// purpose is invalid for another. The values are in emails that were sent, so they never
// change. Proxies only pass on /u/, /e/ and /feeds/.
type Purpose string

const (
	Subscriptions Purpose = "u"         // the subscriptions of an address; the subject is a delivery
	Verify        Purpose = "u/verify"  // confirming an address; the subject is a delivery
	Event         Purpose = "e"         // assigning an event to oneself; the subject is a delivery
	Dismiss       Purpose = "e/dismiss" // marking an event as not relevant; the subject is a delivery
	Mute          Purpose = "e/mute"    // muting an event; the subject is a delivery
	Merge         Purpose = "e/merge"   // merging an event into the one that it may belong to; the subject is a delivery
	Apart         Purpose = "e/apart"   // keeping those two apart; the subject is a delivery
)

// Feed returns the purpose of a route's alerts as a feed; its token has no other subject.
func Feed(route string) Purpose { return Purpose("feeds/" + route) }

// Why a link is rejected. ErrLinkForged also covers a link that was cut short, or whose
// key was replaced.
var (
	ErrForged  = errors.New("the link is not one that regwatch gave out")
	ErrExpired = errors.New("the link has expired")
)

// Links creates and verifies signed addresses of regwatch's pages. A link contains an ID
// instead of a person's address, because links end up in logs. The zero value creates
// none.
type Links struct {
	Base string              // https://regwatch.example.com; empty: no links
	Keys []models.SigningKey // the newest first: it signs

	// Mandatory reports whether an address can only ask to unsubscribe; nil: never.
	Mandatory func(subscription string) bool
}

// Address returns the address of a page in ASCII, as an email header requires, or "" if
// there are no links. A link with a zero expires never expires.
func (l Links) Address(purpose Purpose, subject string, expires time.Time) string {
	if l.Base == "" || len(l.Keys) == 0 {
		return ""
	}
	return asciiURL(l.Base) + "/" + string(purpose) + "/" + l.Token(purpose, subject, expires)
}

// Token returns the signed part of an address: KEY.EXPIRY.SUBJECT.SUM, with the expiry in
// seconds since 1970, 0 for never. It is "" without a key.
func (l Links) Token(purpose Purpose, subject string, expires time.Time) string {
	if len(l.Keys) == 0 {
		return ""
	}
	until := int64(0)
	if !expires.IsZero() {
		until = expires.Unix()
	}
	content := strconv.Itoa(l.Keys[0].Version) + "." + strconv.FormatInt(until, 10) + "." + subject
	return content + "." + base64.RawURLEncoding.EncodeToString(signature(l.Keys[0], purpose, content))
}

// Read returns the subject of a token. The error is [ErrLinkForged] or [ErrLinkExpired].
func (l Links) Read(purpose Purpose, token string, now time.Time) (subject string, err error) {
	end := strings.LastIndexByte(token, '.')
	if end < 0 || len(token) > 500 {
		return "", ErrForged
	}
	content := token[:end]
	sum, err := base64.RawURLEncoding.Strict().DecodeString(token[end+1:])
	if err != nil || !l.signed(purpose, content, sum) {
		return "", ErrForged
	}
	// The signature is valid, so the rest is well-formed.
	_, rest, _ := strings.Cut(content, ".")
	until, subject, _ := strings.Cut(rest, ".")
	if seconds, _ := strconv.ParseInt(until, 10, 64); seconds != 0 && now.Unix() >= seconds {
		return "", ErrExpired
	}
	return subject, nil
}

func (l Links) signed(purpose Purpose, content string, sum []byte) bool {
	for _, key := range l.Keys {
		if strings.HasPrefix(content, strconv.Itoa(key.Version)+".") && hmac.Equal(sum, signature(key, purpose, content)) {
			return true
		}
	}
	return false
}

// signature returns the HMAC-SHA256 (RFC 2104) of the purpose and the content of a token.
func signature(key models.SigningKey, purpose Purpose, content string) []byte {
	mac := hmac.New(sha256.New, key.Secret)
	mac.Write([]byte(string(purpose) + "\x00" + content))
	return mac.Sum(nil)
}

// asciiURL returns an address in ASCII: the host as A-labels (RFC 5891), the path
// percent-encoded.
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

// Feed returns the address of a route's feed, or "" if there are no links. It is valid
// until the key is replaced.
func (l Links) Feed(route string) string {
	address := l.Address(Feed(route), "", time.Time{})
	if address == "" {
		return ""
	}
	return address + ".atom"
}

// Calendar returns the address of the key dates of a route's events, with the token of its
// feed, or "" if there are no links.
func (l Links) Calendar(route string) string {
	feed, ok := strings.CutSuffix(l.Feed(route), ".atom")
	if !ok {
		return ""
	}
	return feed + ".ics"
}
