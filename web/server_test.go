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
	"regwatch/internal/signedlink"
	"regwatch/models"
)

var noon = time.Date(2026, 8, 28, 12, 0, 0, 0, time.UTC)

// A memory is an app in a few maps.
type memory struct {
	links         signedlink.Links
	mails         map[string]app.Mail // by the delivery that a link is about
	subscriptions []app.MailSubscription
	status        models.Status // of the event
	feed          app.Feed
	dates         app.Calendar
	unplanned     []app.PlanningResult
	acts          []string // what was done
	fault         error    // of everything
}

func (m *memory) OpenLink(_ context.Context, purpose signedlink.Purpose, token string) (app.Mail, error) {
	id, err := m.links.Read(purpose, token, noon)
	mail, found := m.mails[id]
	switch {
	case errors.Is(err, signedlink.ErrExpired):
		return app.Mail{}, app.ErrLinkExpired
	case err != nil || !found:
		return app.Mail{}, app.ErrLinkForged
	}
	return mail, m.fault
}

func (m *memory) MailSubscriptions(context.Context, app.Mail) ([]app.MailSubscription, error) {
	return m.subscriptions, m.fault
}

// ChangeMailSubscriptions knows the two subscriptions of the mail.
func (m *memory) ChangeMailSubscriptions(_ context.Context, mail app.Mail, action app.MailAction, name string) (app.MailOutcome, error) {
	i := slices.IndexFunc(m.subscriptions, func(s app.MailSubscription) bool { return s.Name == name || name == "" })
	if !slices.Contains([]app.MailAction{app.LeaveSubscription, app.ReturnSubscription, app.LeaveAll}, action) || i < 0 {
		return "", &app.InputError{}
	}
	m.acts = append(m.acts, strings.TrimSpace(string(action)+" "+name))
	if action == app.LeaveAll {
		return app.HasLeftAll, m.fault
	}
	s := &m.subscriptions[i]
	if s.Mandatory {
		return app.HasAsked, m.fault
	}
	s.Unsubscribed = action == app.LeaveSubscription
	if s.Unsubscribed {
		return app.HasLeft, m.fault
	}
	return app.HasReturned, m.fault
}

func (m *memory) VerifyAddress(_ context.Context, destination, by string) error {
	m.acts = append(m.acts, "verify "+destination+" by "+by)
	return m.fault
}

func (m *memory) MailEvent(_ context.Context, mail app.Mail) (app.MailEvent, error) {
	alert := mail.Content.Alert
	e := app.MailEvent{Title: alert.Title, Link: alert.Link, Severity: strings.ToUpper(string(alert.Severity)), Source: alert.Source, Status: m.status, MayBelong: "Another <i>"}
	if m.status.Mute != nil {
		e.Muted = "Muted until then by " + m.status.Mute.By
	}
	return e, m.fault
}

func (m *memory) ActOnce(_ context.Context, action models.Action, event, by string) error {
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
	case models.ActionMerge, models.ActionApart:
		decided := models.GroupingDecision{Link: "01L", Kind: models.LinkMerge, EventID: "01JD", Title: "Another <i>", By: by}
		if action == models.ActionApart {
			decided.Kind = models.LinkApart
		}
		if g := m.status.Grouping; g != nil && (g.By != by || g.Kind != decided.Kind) {
			return &app.DecidedError{GroupingDecision: *g}
		}
		m.status.Grouping = &decided
	case models.ActionUnmerge, models.ActionUnapart:
		m.status.Grouping = nil
	}
	return m.fault
}

func (m *memory) Feed(_ context.Context, route, token string) (app.Feed, error) {
	if _, err := m.links.Read(signedlink.Feed(route), token, noon); err != nil {
		return app.Feed{}, app.ErrLinkForged
	}
	f := m.feed
	f.Route, f.Address = route, m.links.Feed(route)
	return f, m.fault
}

func (m *memory) Calendar(_ context.Context, route, token string) (app.Calendar, error) {
	if _, err := m.links.Read(signedlink.Feed(route), token, noon); err != nil {
		return app.Calendar{}, app.ErrLinkForged
	}
	c := m.dates
	c.Route, c.Address = route, m.links.Calendar(route)
	return c, m.fault
}

func (m *memory) Stats(context.Context) (models.Stats, error) { return models.Stats{}, m.fault }

func (m *memory) SourceHealths(context.Context) ([]app.SourceHealth, error) { return nil, m.fault }

func (m *memory) Unplanned() []app.PlanningResult { return m.unplanned }

const mailID = "5f0c9a3e7b1d48626a9e0c11d2f4b837"

// A site is the pages over a memory, with one mail that was sent.
type site struct {
	*memory
	t   *testing.T
	url string
	log strings.Builder
}

func newSite(t *testing.T, change func(*app.Mail)) *site {
	t.Helper()
	m := app.Mail{
		Destination: "mail:legal@example.org", Address: "legal@example.org", EventID: "01JE",
		Content: models.Content{Alert: &models.Alert{
			EventID: "01JE", Severity: models.High, Title: "Hong Kong <b>& coins", Link: "https://news.example/1?a=1&b=2", Source: "Example News",
		}},
	}
	if change != nil {
		change(&m)
	}
	s := &site{t: t, memory: &memory{
		mails: map[string]app.Mail{mailID: m},
		links: signedlink.Links{Base: "https://regwatch.example.com", Keys: []models.SigningKey{{Version: 1, Secret: []byte("for this test alone, 32 bytes...")}}},
		subscriptions: []app.MailSubscription{
			{Name: "hk-policy/urgent/legal", OfMail: true},
			{Name: "hk-policy/audit", OfMail: true, Mandatory: true},
		},
	}}
	server := &Server{
		App: s, Monitor: NewMonitor("v1.2.3", s, func() time.Time { return noon }), Log: slog.New(slog.NewTextHandler(&s.log, nil)),
	}
	served := httptest.NewServer(server.Handler())
	t.Cleanup(served.Close)
	s.url = served.URL
	return s
}

func (s *site) link(purpose signedlink.Purpose) string {
	return "/" + string(purpose) + "/" + s.links.Token(purpose, mailID, noon.Add(time.Hour))
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

func TestPagesSetTheHeadersThatProtectThem(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/u/x", s.link(signedlink.Subscriptions), s.link(signedlink.Event), s.link(signedlink.Dismiss), s.link(signedlink.Mute), s.link(signedlink.Merge), s.link(signedlink.Apart)} {
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
func TestReadingPagesChangesNothing(t *testing.T) {
	s := newSite(t, nil)
	for _, purpose := range []signedlink.Purpose{signedlink.Subscriptions, signedlink.Event, signedlink.Dismiss, signedlink.Mute, signedlink.Merge, signedlink.Apart} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			for _, query := range []string{"", "?List-Unsubscribe=One-Click", "?do=leave", "?do=leave-all", "?do=take", "?do=dismiss", "?do=mute"} {
				s.ask(method, s.link(purpose)+query, nil)
			}
		}
	}
	if len(s.acts) > 0 {
		t.Errorf("looking did %q", s.acts)
	}
}

func TestPageSaysThatALinkDoesNotWork(t *testing.T) {
	s := newSite(t, nil)
	good := s.link(signedlink.Subscriptions)
	other := s.links
	other.Keys = []models.SigningKey{{Version: 1, Secret: []byte("the key of another regwatch ....")}}
	tests := []struct {
		name, path string
		want       int
	}{
		{"cut short", good[:len(good)-1], http.StatusNotFound},
		{"of another regwatch", "/u/" + other.Token(signedlink.Subscriptions, mailID, time.Time{}), http.StatusNotFound},
		{"for another purpose", "/u/" + s.links.Token(signedlink.Event, mailID, time.Time{}), http.StatusNotFound},
		{"of a delivery that is gone", "/u/" + s.links.Token(signedlink.Subscriptions, "0000", time.Time{}), http.StatusNotFound},
		{"expired", "/u/" + s.links.Token(signedlink.Subscriptions, mailID, noon), http.StatusGone},
		{"for assigning, at the page to mute", "/e/mute/" + s.links.Token(signedlink.Event, mailID, time.Time{}), http.StatusNotFound},
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
	if len(s.acts) > 0 {
		t.Errorf("links that do not work did %q", s.acts)
	}
}

// A failure is logged without the address, whose token would let a reader act.
func TestFailureIsShownAndLoggedWithoutTheToken(t *testing.T) {
	s := newSite(t, nil)
	s.fault = errors.New("the disk is full")
	s.wants(http.MethodPost, s.link(signedlink.Subscriptions), url.Values{"do": {"leave"}}, http.StatusInternalServerError, "Nothing was changed")
	log := s.log.String()
	if !strings.Contains(log, "the disk is full") || strings.Contains(log, mailID) || strings.Contains(log, s.link(signedlink.Subscriptions)[3:]) {
		t.Errorf("log:\n%s", log)
	}
}

// A panic that only ended the connection would not be noticed.
func TestPanicIsShownAndLogged(t *testing.T) {
	s := newSite(t, nil)
	link := s.link(signedlink.Subscriptions)
	s.memory = nil // every call panics
	s.wants(http.MethodGet, link, nil, http.StatusInternalServerError, "Nothing was changed")
	if log := s.log.String(); !strings.Contains(log, "nil pointer") || !strings.Contains(log, "showSubscriptions") || strings.Contains(log, mailID) {
		t.Errorf("log:\n%s", log)
	}
}

func TestLargeFormIsRefused(t *testing.T) {
	s := newSite(t, nil)
	answer, _ := s.ask(http.MethodPost, s.link(signedlink.Subscriptions), url.Values{"x": {strings.Repeat("a", maxForm)}, "do": {"leave"}})
	if answer.StatusCode != http.StatusBadRequest || len(s.acts) > 0 {
		t.Errorf("answers %d and did %q", answer.StatusCode, s.acts)
	}
}
