package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/internal/address"
	"regwatch/internal/signedlink"
	"regwatch/models"
)

var noon = time.Date(2026, 8, 28, 12, 0, 0, 0, time.UTC)

// A memory is a store and its events in a few maps.
type memory struct {
	deliveries map[string]models.Delivery
	outs       []models.OptOut
	asked      []models.OptOut
	notices    []models.Notice
	status     models.Status // of the event
	acts       []string      // what was done about it
	others     []string      // that the address is subscribed to besides
	told       []models.Notice
	changes    int   // how often anything was written
	fault      error // of everything
}

func (m *memory) Delivery(_ context.Context, id string) (models.Delivery, bool, error) {
	d, found := m.deliveries[id]
	return d, found, m.fault
}
func (m *memory) OptOuts(context.Context) ([]models.OptOut, error) { return m.outs, m.fault }
func (m *memory) OptOut(_ context.Context, outs []models.OptOut, _ string) (int, error) {
	m.changes++
	m.outs = append(m.outs, outs...)
	return len(outs), m.fault
}

func (m *memory) OptIn(_ context.Context, outs []models.OptOut, _ string, _ time.Time) (int, error) {
	m.changes++
	before := len(m.outs)
	m.outs = slices.DeleteFunc(m.outs, func(o models.OptOut) bool {
		return slices.ContainsFunc(outs, func(back models.OptOut) bool {
			return back.Subscription == o.Subscription && address.Same(back.Address, o.Address) // as the store does
		})
	})
	return before - len(m.outs), m.fault
}

func (m *memory) RequestOptOut(_ context.Context, ask models.OptOut, _ string, notices []models.Notice) error {
	m.changes++
	m.asked, m.notices = append(m.asked, ask), append(m.notices, notices...)
	return m.fault
}

func (m *memory) EventStatus(context.Context, string) (models.Status, error) {
	return m.status, m.fault
}

func (m *memory) ActOnce(_ context.Context, action models.Action, event, by string) error {
	m.changes++
	m.acts = append(m.acts, string(action)+" "+event+" "+by)
	switch action {
	case models.ActionAssign:
		m.status.Assignments = append(m.status.Assignments, models.Assignment{EventID: event, By: by})
	case models.ActionUnassign:
		m.status.Assignments = slices.DeleteFunc(m.status.Assignments, func(t models.Assignment) bool { return t.By == by })
	case models.ActionDismiss:
		m.status.Feedback = append(m.status.Feedback, models.Feedback{EventID: event, By: by})
	case models.ActionUndismiss:
		m.status.Feedback = slices.DeleteFunc(m.status.Feedback, func(k models.Feedback) bool { return k.By == by })
	case models.ActionMute:
		m.status.Mute = &models.Mute{By: by, Until: noon.Add(models.ActionMuteTime)}
	case models.ActionUnmute:
		m.status.Mute = nil
	}
	return m.fault
}

// A site is the pages over a memory, with one mail that was sent.
type site struct {
	*memory
	t     *testing.T
	links signedlink.Links
	url   string
	mail  models.Delivery
	now   time.Time
	log   strings.Builder

	verified []string // destinations, and by whom
}

func newSite(t *testing.T, change func(*models.Notice)) *site {
	t.Helper()
	n := models.Notice{
		ID: "5f0c9a3e7b1d48626a9e0c11d2f4b837", Kind: models.NoticeAlert, Subject: "event", SubjectID: "01JE", CreatedAt: noon,
		Subscriptions: []string{"hk-policy/urgent/legal", "hk-policy/audit"},
		Content: models.Content{Alert: &models.Alert{
			EventID: "01JE", Severity: models.High, Title: "Hong Kong <b>& coins", Link: "https://news.example/1?a=1&b=2", Source: "Example News",
		}},
	}
	if change != nil {
		change(&n)
	}
	d := models.NewDelivery(n.ID, "mail", "legal@example.org", noon)
	d.Notice = n
	s := &site{t: t, mail: d, now: noon, memory: &memory{deliveries: map[string]models.Delivery{d.ID: d}}}
	s.links = signedlink.Links{
		Base: "https://regwatch.example.com", Keys: []models.SigningKey{{Version: 1, Secret: []byte("for this test alone, 32 bytes...")}},
		Mandatory: func(subscription string) bool { return subscription == "hk-policy/audit" },
	}
	server := &Server{
		Store: s, Events: s, Subscriptions: func(string) []string { return s.others }, Links: func(context.Context) (signedlink.Links, error) { return s.links, nil },
		Routing: func() models.Routing {
			return models.Routing{Health: []string{"admin"}, Recipients: map[string]models.Recipient{"admin": {Destinations: []models.Destination{{Channel: "slack"}}}}}
		},
		Verify: func(_ context.Context, destination, by string) error {
			s.verified = append(s.verified, destination+" by "+by)
			return s.fault
		},
		Told: func(_ context.Context, _ string, limit int) ([]models.Notice, error) {
			return s.told[:min(limit, len(s.told))], s.fault
		},
		Monitor: NewMonitor("v1.2.3", func(context.Context) (models.Stats, error) { return models.Stats{}, s.fault }, func(context.Context) ([]app.SourceHealth, error) { return nil, s.fault }, func() time.Time { return s.now }),
		Now:     func() time.Time { return s.now }, Log: slog.New(slog.NewTextHandler(&s.log, nil)),
	}
	served := httptest.NewServer(server.Handler())
	t.Cleanup(served.Close)
	s.url = served.URL
	return s
}

func (s *site) link(purpose signedlink.Purpose) string {
	return "/" + string(purpose) + "/" + s.links.Token(purpose, s.mail.ID, noon.Add(time.Hour))
}

// ask sends a request and returns its code and body.
func (s *site) ask(method, path string, form url.Values) (*http.Response, string) {
	s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer, string(text)
}

func (s *site) wants(method, path string, form url.Values, code int, words ...string) string {
	s.t.Helper()
	answer, text := s.ask(method, path, form)
	if answer.StatusCode != code {
		s.t.Errorf("%s %s answers %d, want %d:\n%s", method, path, answer.StatusCode, code, text)
	}
	for _, want := range words {
		if !strings.Contains(text, want) {
			s.t.Errorf("%s %s lacks %q:\n%s", method, path, want, text)
		}
	}
	return text
}

func TestPagesKeepToThemselves(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/u/x", s.link(signedlink.Subscriptions), s.link(signedlink.Event), s.link(signedlink.Dismiss), s.link(signedlink.Mute)} {
		answer, text := s.ask(http.MethodGet, path, nil)
		h := answer.Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if len(h["Set-Cookie"]) > 0 || strings.Contains(text, "<script") {
			t.Errorf("%s sets a cookie or runs a script", path)
		}
	}
	answer, _ := s.ask(http.MethodDelete, s.link(signedlink.Subscriptions), nil)
	if answer.StatusCode != http.StatusMethodNotAllowed && answer.StatusCode != http.StatusNotFound {
		t.Errorf("DELETE answers %d", answer.StatusCode)
	}
}

// Programs that check mails follow every link in them, some with HEAD.
func TestLookingChangesNothing(t *testing.T) {
	s := newSite(t, nil)
	for _, purpose := range []signedlink.Purpose{signedlink.Subscriptions, signedlink.Event, signedlink.Dismiss, signedlink.Mute} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			for _, query := range []string{"", "?List-Unsubscribe=One-Click", "?do=leave", "?do=leave-all", "?do=take", "?do=dismiss", "?do=mute"} {
				s.ask(method, s.link(purpose)+query, nil)
			}
		}
	}
	if s.changes != 0 {
		t.Errorf("%d changes by looking", s.changes)
	}
}

func TestLinksThatDoNotWorkSaySo(t *testing.T) {
	s := newSite(t, nil)
	good := s.link(signedlink.Subscriptions)
	other := s.links
	other.Keys = []models.SigningKey{{Version: 1, Secret: []byte("the key of another regwatch ....")}}
	tests := []struct {
		name, path string
		want       int
	}{
		{"cut short", good[:len(good)-1], http.StatusNotFound},
		{"of another regwatch", "/u/" + other.Token(signedlink.Subscriptions, s.mail.ID, time.Time{}), http.StatusNotFound},
		{"for another purpose", "/u/" + s.links.Token(signedlink.Event, s.mail.ID, time.Time{}), http.StatusNotFound},
		{"of a delivery that is gone", "/u/" + s.links.Token(signedlink.Subscriptions, "0000", time.Time{}), http.StatusNotFound},
		{"expired", "/u/" + s.links.Token(signedlink.Subscriptions, s.mail.ID, noon), http.StatusGone},
		{"for assigning, at the page to mute", "/e/mute/" + s.links.Token(signedlink.Event, s.mail.ID, time.Time{}), http.StatusNotFound},
		{"markup", "/u/%3Cscript%3Ealert(1)%3C%2Fscript%3E", http.StatusNotFound},
		{"a path within", "/u/..%2F..%2Fetc%2Fpasswd", http.StatusNotFound},
		{"NUL", "/u/%00", http.StatusNotFound},
		{"long", "/u/" + strings.Repeat("A.", 3000), http.StatusNotFound},
		{"a feed without name", "/feeds/x.atom", http.StatusNotFound},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if method == http.MethodPost && strings.HasPrefix(tt.path, "/feeds") {
				continue
			}
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{"List-Unsubscribe": {"One-Click"}}
			}
			answer, text := s.ask(method, tt.path, form)
			if answer.StatusCode != tt.want || !strings.Contains(text, "newest mail") || strings.Contains(text, "<script>alert") {
				t.Errorf("%s: %s answers %d; want %d and what to do:\n%s", tt.name, method, answer.StatusCode, tt.want, text)
			}
		}
	}
	if s.changes != 0 {
		t.Errorf("%d changes by links that do not work", s.changes)
	}
}

// A failure is logged without the address, whose token would let a reader act.
func TestAFailureIsToldAndLoggedWithoutTheToken(t *testing.T) {
	s := newSite(t, nil)
	s.fault = errors.New("the disk is full")
	s.wants(http.MethodPost, s.link(signedlink.Subscriptions), url.Values{"do": {"leave"}}, http.StatusInternalServerError, "Nothing was changed")
	log := s.log.String()
	if !strings.Contains(log, "the disk is full") || strings.Contains(log, s.mail.ID) || strings.Contains(log, s.link(signedlink.Subscriptions)[3:]) {
		t.Errorf("log:\n%s", log)
	}
}

// Nobody hears of a fault of ours that only ends a connection.
func TestAFaultOfOursIsToldAndLogged(t *testing.T) {
	s := newSite(t, nil)
	s.memory = nil // whatever asks it panics
	s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusInternalServerError, "Nothing was changed")
	if log := s.log.String(); !strings.Contains(log, "nil pointer") || !strings.Contains(log, "showSubscriptions") || strings.Contains(log, s.mail.ID) {
		t.Errorf("log:\n%s", log)
	}
}

func TestAFormOfAnySizeIsRefused(t *testing.T) {
	s := newSite(t, nil)
	answer, _ := s.ask(http.MethodPost, s.link(signedlink.Subscriptions), url.Values{"x": {strings.Repeat("a", mostForm)}, "do": {"leave"}})
	if answer.StatusCode != http.StatusBadRequest || s.changes != 0 {
		t.Errorf("answers %d with %d changes", answer.StatusCode, s.changes)
	}
}
