package login

import (
	"fmt"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"
)

func TestNextLeadsOnlyToOurPages(t *testing.T) {
	for next, want := range map[string]string{
		"/inbox?days=7#e-1": "/inbox?days=7#e-1", "/": "/", "": "/", "inbox": "/", "//evil.example.com": "/", "/\\evil.example.com": "/",
		"https://evil.example.com/": "/", "javascript:alert(1)": "/", "/\tx": "/", "/login?next=/": "/", "/login/oidc": "/", "/logout": "/", "/loginx": "/loginx",
	} {
		if got := safeNext(next); got != want {
			t.Errorf("safeNext(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestRelativeAddressesStayBelowThePathOfAProxy(t *testing.T) {
	for from, want := range map[string]string{"/": "login", "/inbox": "login", "/events/1": "../login", "/reports/1/versions/3": "../../../login"} {
		if got := relative(from, "login"); got != want {
			t.Errorf("relative(%q) = %q, want %q", from, got, want)
		}
	}
}

func TestFailedLoginsAreCountedToTheBrowserBehindAProxy(t *testing.T) {
	for _, tt := range []struct{ name, remote, forwarded, want string }{
		{"direct", "198.51.100.7:1234", "", "198.51.100.7"},
		{"a header that the browser set itself", "198.51.100.7:1234", "203.0.113.9", "198.51.100.7"},
		{"a proxy on this machine", "127.0.0.1:1234", "203.0.113.9, 198.51.100.7", "198.51.100.7"},
		{"a broken header", "127.0.0.1:1234", "x", "127.0.0.1"},
		{"IPv6", "[2001:db8:1:2:3:4:5:6]:1234", "", "2001:db8:1:2::/64"},
		{"IPv4 in IPv6", "[::ffff:198.51.100.7]:1234", "", "198.51.100.7"},
	} {
		r := httptest.NewRequest("POST", "/login", nil)
		r.RemoteAddr = tt.remote
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := client(r); got != tt.want {
			t.Errorf("%s: client = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLimitsNeedBoundedMemory(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	l := newLimits(func() time.Time { return now })
	for i := range 2 * mostLimits {
		l.allow(fmt.Sprint("name", i), fmt.Sprint("address", i))
	}
	if len(l.of) > mostLimits {
		t.Errorf("%d names and addresses are remembered, want at most %d", len(l.of), mostLimits)
	}
	now = now.Add(time.Hour)
	for range nameBurst {
		l.allow("mei", "198.51.100.7")
	}
	if wait, ok := l.allow("mei", "198.51.100.7"); ok || wait <= 0 || wait > nameEvery {
		t.Errorf("allow = %s, %v; want a wait of at most %s", wait, ok, nameEvery)
	}
	l.succeeded("MEI")
	if _, ok := l.allow("mei", "198.51.100.7"); !ok {
		t.Error("a name is slowed down after it has logged in")
	}
}

func TestFailedLoginsOfOneAddressAreSlowedDownWhateverTheName(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	l := newLimits(func() time.Time { return now })
	for i := range addressBurst {
		if wait, ok := l.allow(fmt.Sprint("name", i), "198.51.100.7"); !ok {
			t.Fatalf("try %d waits %s", i+1, wait)
		}
	}
	if _, ok := l.allow("another", "198.51.100.7"); ok {
		t.Errorf("try %d of one address is not slowed down", addressBurst+1)
	}
	if _, ok := l.allow("another", "203.0.113.9"); !ok {
		t.Error("a try of another address is slowed down")
	}
}

func TestEveryLanguageHasEveryWord(t *testing.T) {
	for _, w := range []words{english, traditional, simplified} {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			field := v.Field(i)
			if field.Kind() == reflect.Struct && (field.Field(0).String() == "" || field.Field(1).String() == "") || field.IsZero() {
				t.Errorf("%s has no %s", w.Lang, v.Type().Field(i).Name)
			}
		}
	}
}
