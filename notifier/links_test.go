package notifier

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

func linksFor(versions ...int) Links {
	l := Links{Base: "https://regwatch.example.com"}
	for _, v := range versions {
		l.Keys = append(l.Keys, models.SigningKey{Version: v, Secret: []byte(strings.Repeat(fmt.Sprint(v), 32))})
	}
	return l
}

func TestLinksAreReadAsTheyWereMade(t *testing.T) {
	l := linksFor(2, 1)
	now := at("2026-08-28T06:05:00Z")
	tests := []struct {
		name     string
		token    string
		purpose  LinkPurpose
		links    Links
		readAt   time.Time
		wantErr  error
		wantName string
	}{
		{"good", l.Token(LinkEvent, "5f0c", now.Add(time.Hour)), LinkEvent, l, now, nil, "5f0c"},
		{"in its last second", l.Token(LinkEvent, "5f0c", now.Add(time.Hour)), LinkEvent, l, now.Add(time.Hour - time.Second), nil, "5f0c"},
		{"expired", l.Token(LinkEvent, "5f0c", now.Add(time.Hour)), LinkEvent, l, now.Add(time.Hour), ErrLinkExpired, ""},
		{"without end", l.Token(LinkEvent, "5f0c", time.Time{}), LinkEvent, l, now.AddDate(50, 0, 0), nil, "5f0c"},
		{"a subject with dots", l.Token(LinkEvent, "a.b", time.Time{}), LinkEvent, l, now, nil, "a.b"},
		{"no subject", l.Token(LinkFeed("hk"), "", time.Time{}), LinkFeed("hk"), l, now, nil, ""},
		{"for another purpose", l.Token(LinkEvent, "5f0c", time.Time{}), LinkSubscriptions, l, now, ErrLinkForged, ""},
		{"of another feed", l.Token(LinkFeed("hk"), "", time.Time{}), LinkFeed("hk/urgent"), l, now, ErrLinkForged, ""},
		{"by the key before", linksFor(1).Token(LinkEvent, "5f0c", time.Time{}), LinkEvent, l, now, nil, "5f0c"},
		{"by a key that is gone", linksFor(1).Token(LinkEvent, "5f0c", time.Time{}), LinkEvent, linksFor(2), now, ErrLinkForged, ""},
		{"without any key", l.Token(LinkEvent, "5f0c", time.Time{}), LinkEvent, Links{}, now, ErrLinkForged, ""},
		{"empty", "", LinkEvent, l, now, ErrLinkForged, ""},
		{"dots", "....", LinkEvent, l, now, ErrLinkForged, ""},
		{"long", strings.Repeat("2.0.a.", 1000), LinkEvent, l, now, ErrLinkForged, ""},
	}
	for _, tt := range tests {
		got, err := tt.links.Read(tt.purpose, tt.token, tt.readAt)
		if got != tt.wantName || !errors.Is(err, tt.wantErr) {
			t.Errorf("%s: Read = %q, %v; want %q, %v", tt.name, got, err, tt.wantName, tt.wantErr)
		}
	}
	if got := (Links{Base: "https://x.example"}).Address(LinkEvent, "5f0c", now); got != "" {
		t.Errorf("without a key the address is %q", got)
	}
	if text := fmt.Sprintf("%v %+v %#v", l, l, l.Keys[0]); strings.Contains(text, "1111") || strings.Contains(text, "49 49") {
		t.Errorf("a key shows: %s", text)
	}
}

// Whichever character of a link is changed, it is no link of ours any more.
func TestNoLinkSurvivesAChange(t *testing.T) {
	l := linksFor(1)
	now := at("2026-08-28T06:05:00Z")
	good := l.Token(LinkSubscriptions, "5f0c9a3e7b1d48626a9e0c11d2f4b837", now.Add(time.Hour))
	for i := range len(good) {
		for _, other := range []byte{'0', 'A', '.', good[i] ^ 1} {
			if other == good[i] {
				continue
			}
			bad := good[:i] + string(other) + good[i+1:]
			if subject, err := l.Read(LinkSubscriptions, bad, now); err == nil {
				t.Fatalf("%s reads as %q", bad, subject)
			}
		}
		if _, err := l.Read(LinkSubscriptions, good[:i], now); err == nil {
			t.Fatalf("%s is read", good[:i])
		}
	}
}

func FuzzLinks(f *testing.F) {
	l := linksFor(1)
	ours := l.Token(LinkEvent, "5f0c", time.Time{})
	f.Add(ours)
	f.Add("1.0.5f0c.")
	f.Add("1.0.5f0c." + strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, token string) {
		if subject, err := l.Read(LinkEvent, token, time.Unix(0, 0)); err == nil && token != ours {
			t.Errorf("%q reads as %q", token, subject)
		}
	})
}
