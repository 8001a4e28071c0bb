package signedlink

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

func LinksFor(versions ...int) Links {
	l := Links{Base: "https://regwatch.example.com"}
	for _, v := range versions {
		l.Keys = append(l.Keys, models.SigningKey{Version: v, Secret: []byte(strings.Repeat(fmt.Sprint(v), 32))})
	}
	return l
}

func TestReadReturnsSubject(t *testing.T) {
	l := LinksFor(2, 1)
	now := noticetest.At("2026-08-28T06:05:00Z")
	tests := []struct {
		name     string
		token    string
		purpose  Purpose
		links    Links
		readAt   time.Time
		wantErr  error
		wantName string
	}{
		{"good", l.Token(Event, "5f0c", now.Add(time.Hour)), Event, l, now, nil, "5f0c"},
		{"in its last second", l.Token(Event, "5f0c", now.Add(time.Hour)), Event, l, now.Add(time.Hour - time.Second), nil, "5f0c"},
		{"expired", l.Token(Event, "5f0c", now.Add(time.Hour)), Event, l, now.Add(time.Hour), ErrExpired, ""},
		{"without end", l.Token(Event, "5f0c", time.Time{}), Event, l, now.AddDate(50, 0, 0), nil, "5f0c"},
		{"a subject with dots", l.Token(Event, "a.b", time.Time{}), Event, l, now, nil, "a.b"},
		{"no subject", l.Token(Feed("hk"), "", time.Time{}), Feed("hk"), l, now, nil, ""},
		{"for another purpose", l.Token(Event, "5f0c", time.Time{}), Subscriptions, l, now, ErrForged, ""},
		{"of another feed", l.Token(Feed("hk"), "", time.Time{}), Feed("hk/urgent"), l, now, ErrForged, ""},
		{"by the key before", LinksFor(1).Token(Event, "5f0c", time.Time{}), Event, l, now, nil, "5f0c"},
		{"by a key that is gone", LinksFor(1).Token(Event, "5f0c", time.Time{}), Event, LinksFor(2), now, ErrForged, ""},
		{"without any key", l.Token(Event, "5f0c", time.Time{}), Event, Links{}, now, ErrForged, ""},
		{"empty", "", Event, l, now, ErrForged, ""},
		{"dots", "....", Event, l, now, ErrForged, ""},
		{"long", strings.Repeat("2.0.a.", 1000), Event, l, now, ErrForged, ""},
	}
	for _, tt := range tests {
		got, err := tt.links.Read(tt.purpose, tt.token, tt.readAt)
		if got != tt.wantName || !errors.Is(err, tt.wantErr) {
			t.Errorf("%s: Read = %q, %v; want %q, %v", tt.name, got, err, tt.wantName, tt.wantErr)
		}
	}
	if got := (Links{Base: "https://x.example"}).Address(Event, "5f0c", now); got != "" {
		t.Errorf("without a key the address is %q", got)
	}
	if text := fmt.Sprintf("%v %+v %#v", l, l, l.Keys[0]); strings.Contains(text, "1111") || strings.Contains(text, "49 49") {
		t.Errorf("a key shows: %s", text)
	}
}

// An email header is ASCII, and RFC 8058 requires a URI.
func TestAddressIsASCII(t *testing.T) {
	for base, want := range map[string]string{
		"https://regwatch.example.com":         "https://regwatch.example.com/u/",
		"https://regwatch.example.com:8443/rw": "https://regwatch.example.com:8443/rw/u/",
		"https://監管.例え.jp":                     "https://xn--6zy24h.xn--r8jz45g.jp/u/",
		"https://Bücher.example:8443/規則/a b":   "https://xn--bcher-kva.example:8443/%E8%A6%8F%E5%89%87/a%20b/u/",
		"https://bücher.example/%E8%A6%8F/則":   "https://xn--bcher-kva.example/%E8%A6%8F/%E5%89%87/u/",
		"http://[::1]:8480":                    "http://[::1]:8480/u/",
		"http://127.0.0.1:8480/rw":             "http://127.0.0.1:8480/rw/u/",
		"https://reg_watch.internal":           "https://reg_watch.internal/u/",
	} {
		l := LinksFor(1)
		l.Base = base
		got := l.Address(Subscriptions, "5f0c", time.Time{})
		if page, ok := strings.CutPrefix(got, want); !ok || strings.Contains(page, "/") {
			t.Errorf("%s gives %s, want %s", base, got, want)
		}
	}
}

// Sent emails contain links of these forms.
func TestReadAcceptsLinksOfOldEmails(t *testing.T) {
	l := LinksFor(1)
	for purpose, token := range map[Purpose]string{
		Subscriptions: "1.0.5f0c.AV4-dHsNA-Wk0L0Z8d3lk5jjNFQ5q7hNg889UWBS3Ok",
		Event:         "1.0.5f0c.ZttbD7SQ11F4BHAVkzcSVEuswQBa24eHBywA4ErBY1I",
	} {
		if about, err := l.Read(purpose, token, time.Unix(0, 0)); err != nil || about != "5f0c" {
			t.Errorf("%s: %q, %v; now it would be %s", purpose, about, err, l.Token(purpose, "5f0c", time.Time{}))
		}
	}
}

// Changing any character of a link makes it invalid.
func TestReadRejectsChangedLinks(t *testing.T) {
	l := LinksFor(1)
	now := noticetest.At("2026-08-28T06:05:00Z")
	good := l.Token(Subscriptions, "5f0c9a3e7b1d48626a9e0c11d2f4b837", now.Add(time.Hour))
	for i := range len(good) {
		for _, other := range []byte{'0', 'A', '.', good[i] ^ 1} {
			if other == good[i] {
				continue
			}
			bad := good[:i] + string(other) + good[i+1:]
			if subject, err := l.Read(Subscriptions, bad, now); err == nil {
				t.Fatalf("%s reads as %q", bad, subject)
			}
		}
		if _, err := l.Read(Subscriptions, good[:i], now); err == nil {
			t.Fatalf("%s is read", good[:i])
		}
	}
}

func FuzzLinks(f *testing.F) {
	l := LinksFor(1)
	ours := l.Token(Event, "5f0c", time.Time{})
	f.Add(ours)
	f.Add("1.0.5f0c.")
	f.Add("1.0.5f0c." + strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, token string) {
		if subject, err := l.Read(Event, token, time.Unix(0, 0)); err == nil && token != ours {
			t.Errorf("%q reads as %q", token, subject)
		}
	})
}
