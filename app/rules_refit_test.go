package app

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/configs"
	"regwatch/internal/logbuffer"
	"regwatch/models"
	"regwatch/rules/relevance"
)

const kioskRule = `id: kiosk-news
title: Kiosks
severity: medium
when: title:(kiosk OR kiosks)
examples: {match: [A kiosk ban], ignore: [A bond]}
`

var (
	kioskBans = []string{
		"Aston forbids bitcoin kiosks at petrol stations", "Berwick lawmakers vote to outlaw crypto kiosks", "Regulator orders Calder shops to remove kiosks",
		"Dunmore passes kiosk prohibition", "Eskdale court upholds the ban on kiosks", "Ministry closes every kiosk in Fairholm",
	}
	kioskFirms = []string{
		"Kiosk maker Gantry reports record revenue", "Shares of Halden kiosks jump after earnings", "Iverly firm opens its hundredth kiosk",
		"Kiosk operator Juno raises new capital", "New kiosk app wins design award in Kelso", "How kiosks work: a guide for beginners",
	}
)

// A refitRig is an engine with one source, whose feed has the titles that were published.
type refitRig struct {
	*Engine

	t   *testing.T
	dir string
	log logbuffer.Buffer

	mu     sync.Mutex // guards titles
	titles []string
}

func newRefitRig(t *testing.T, rule string) *refitRig {
	t.Helper()
	id, _, _ := strings.Cut(strings.TrimPrefix(rule, "id: "), "\n")
	r := &refitRig{t: t, dir: t.TempDir()}
	site := httptest.NewServer(r)
	t.Cleanup(site.Close)
	writeFiles(t, r.dir, map[string]string{
		"sources/wire.yaml":     fmt.Sprintf("sources:\n- {id: wire, name: Wire, kind: feed, url: %q, role: press, allow_hosts: [127.0.0.1]}\n", site.URL+"/feed"),
		"rules/" + id + ".yaml": rule,
		configs.FileName:        "recipients: {desk: {send: [terminal]}}\nroutes: {default: [desk]}\n",
	})
	a := r.open()
	var err error
	if r.Engine, err = a.NewEngine(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// open opens the folder as another program would.
func (r *refitRig) open() *App {
	r.t.Helper()
	a, err := Open(r.t.Context(), r.dir, slog.New(slog.NewTextHandler(&r.log, nil)))
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func (r *refitRig) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if req.URL.Path != "/feed" {
		http.NotFound(w, req)
		return
	}
	fmt.Fprint(w, `<rss version="2.0"><channel><title>Wire</title>`)
	for i, title := range r.titles {
		fmt.Fprintf(w, "<item><title>%s</title><link>http://%s/%d</link><guid>%d</guid></item>", html.EscapeString(title), req.Host, i, i)
	}
	fmt.Fprint(w, "</channel></rss>")
}

// publish publishes articles and scans.
func (r *refitRig) publish(titles ...string) {
	r.t.Helper()
	r.mu.Lock()
	r.titles = append(r.titles, titles...)
	r.mu.Unlock()
	if err := r.scanner.All(r.t.Context(), nil, false); err != nil {
		r.t.Fatal(err)
	}
}

// event returns the ID of the event with a title.
func (r *refitRig) event(title string) string {
	r.t.Helper()
	all, err := r.Events(r.t.Context(), EventFilter{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range all {
		if e.Title == title {
			return e.ID
		}
	}
	r.t.Fatalf("there is no event %q", title)
	return ""
}

// mark gives feedback on events.
func (r *refitRig) mark(by string, relevant bool, titles ...string) {
	r.t.Helper()
	for _, title := range titles {
		if _, err := r.AddFeedback(r.t.Context(), models.Feedback{EventID: r.event(title), By: by, Relevant: relevant}); err != nil {
			r.t.Fatal(err)
		}
	}
}

// markAll publishes and marks the articles of both kinds.
func (r *refitRig) markAll() {
	r.t.Helper()
	r.publish(append(kioskBans, kioskFirms...)...)
	r.mark("ana", true, kioskBans...)
	r.mark("ben", false, kioskFirms...)
}

func (r *refitRig) propose() Refit {
	r.t.Helper()
	p, err := r.ProposeRefit(r.t.Context(), RefitRequest{RuleID: "kiosk-news", By: "ana"})
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// match returns the model and the outcome of the match of an event's rule.
func (r *refitRig) match(title string) (model string, outcome models.Outcome) {
	r.t.Helper()
	matches, err := r.store.EventMatches(r.t.Context(), r.event(title))
	if err != nil || len(matches) != 1 {
		r.t.Fatalf("%q has %d matches, error %v", title, len(matches), err)
	}
	return matches[0].Relevance.Model, matches[0].Outcome
}

func TestFeedbackTrainsTheModelThatTheNextScanUses(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	r.markAll()
	if model, _ := r.match(kioskBans[0]); model != "" {
		t.Errorf("the rule has model %q before any feedback, want none", model)
	}
	p := r.propose()
	if p.Relevant != 6 || p.Irrelevant != 6 || p.State != "proposed" || p.Base != "" || len(p.Changed) == 0 || p.Backtest.Saved == nil {
		t.Errorf("proposal %+v; want 6 marks of each kind, no base, and a comparison", p)
	}
	if again := r.propose(); again.Version != p.Version {
		t.Errorf("the same marks give model %s and then %s", p.Version, again.Version)
	}
	r.publish("Kiosk maker Marlow raises new capital")
	if model, _ := r.match("Kiosk maker Marlow raises new capital"); model != "" {
		t.Errorf("model %q is used before anybody accepted it", model)
	}
	if _, err := r.AcceptRefit(t.Context(), "kiosk-news", p.Version, "ana"); err != nil {
		t.Fatal(err)
	}
	r.publish("Kiosk maker Norland reports record revenue", "Lisburn council forbids crypto kiosks downtown")
	for title, want := range map[string]models.Outcome{
		"Kiosk maker Norland reports record revenue": models.OutcomeDigest, "Lisburn council forbids crypto kiosks downtown": models.OutcomeAlert,
	} {
		if model, outcome := r.match(title); model != p.Version || outcome != want {
			t.Errorf("%q: model %q, outcome %q; want %s and %s", title, model, outcome, p.Version, want)
		}
	}
	decision, err := r.UndoRefit(t.Context(), "kiosk-news", "", "bob")
	if diff := cmp.Diff(RefitDecision{RuleID: "kiosk-news", Version: p.Version, State: "undone", By: "bob"}, decision); err != nil || diff != "" {
		t.Errorf("undo: error %v, decision (-want +got):\n%s", err, diff)
	}
	r.publish("Kiosk operator Oakham raises new capital")
	if model, _ := r.match("Kiosk operator Oakham raises new capital"); model != "" {
		t.Errorf("model %q is used after it was undone", model)
	}
	h, err := r.RefitHistory(t.Context(), "kiosk-news")
	if err != nil || len(h.Models) != 1 || h.Models[0].State != "undone" || h.Models[0].DecidedBy != "bob" || h.InUse != "" {
		t.Errorf("history %+v, error %v; want one undone model and none in use", h, err)
	}
	var actions []string
	entries, err := r.Audit(t.Context(), AuditFilter{Action: "model.*", OldestFirst: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		actions = append(actions, e.Action+" "+e.Actor)
	}
	if diff := cmp.Diff([]string{"model.proposed ana", "model.accepted ana", "model.undone bob"}, actions); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

// A rule whose ID is that of a shipped rule has its model.
func TestRefitStartsFromTheShippedModel(t *testing.T) {
	r := newRefitRig(t, strings.Replace(kioskRule, "kiosk-news", "crypto-ban", 1))
	shipped, _ := relevance.Shipped("crypto-ban")
	r.markAll()
	p, err := r.ProposeRefit(t.Context(), RefitRequest{RuleID: "crypto-ban", By: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	before := shipped.Thresholds()
	if p.Base != shipped.Version() || p.InUse != shipped.Version() || *p.ThresholdsBefore != before {
		t.Errorf("base %q, in use %q, thresholds before %+v; want those of the shipped model %s", p.Base, p.InUse, *p.ThresholdsBefore, shipped.Version())
	}
	if p.Thresholds.Alert > before.Alert || p.Thresholds.Digest > before.Digest || p.Thresholds.Alert == 0 {
		t.Errorf("thresholds %+v; want at most those of the shipped model, %v and %v, and not 0", p.Thresholds, before.Alert, before.Digest)
	}
	if _, err := r.AcceptRefit(t.Context(), "crypto-ban", p.Version, "ana"); err != nil {
		t.Fatal(err)
	}
	for forgotten, want := range map[bool]string{false: shipped.Version(), true: p.Version} {
		if _, base := refitBase(r.Folder(), "crypto-ban", forgotten); base != want {
			t.Errorf("after texts were deleted (%v) a refit starts from %s, want %s", forgotten, base, want)
		}
	}
	d, err := r.UndoRefit(t.Context(), "crypto-ban", "", "ana")
	if err != nil || d.InUse != shipped.Version() {
		t.Errorf("undo: %+v, error %v; want the shipped model %s in use", d, err, shipped.Version())
	}
}

func TestRunningEngineUsesAModelThatAnotherProgramAccepts(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	r.markAll()
	p := r.propose()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.watchDecisions(ctx); close(done) }()
	defer func() { cancel(); <-done }()
	other := r.open()
	defer other.Close()
	inUse := func(want string) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); r.Folder().models.version("kiosk-news") != want; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("model %q is not in use after 30 s; the log is:\n%s", want, r.log.String())
			}
		}
	}
	if _, err := other.AcceptRefit(t.Context(), "kiosk-news", p.Version, "ana"); err != nil {
		t.Fatal(err)
	}
	inUse(p.Version)
	if line := `msg="relevance model in use" rule=kiosk-news model=` + p.Version + " accepted_by=ana"; !strings.Contains(r.log.String(), line) {
		t.Errorf("the log does not say %s:\n%s", line, r.log.String())
	}
	next, problems := ReadFolder(r.dir) // as after an edit
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := r.useFolder(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if m, ok := r.Folder().Rules.Model("kiosk-news"); !ok || m.Version() != p.Version {
		t.Errorf("after a reload the rule has model %v, %v; want %s", m, ok, p.Version)
	}
	if _, err := other.UndoRefit(t.Context(), "kiosk-news", "", "ana"); err != nil {
		t.Fatal(err)
	}
	inUse("")
}

func TestUnusableModelIsLoggedOnceAndStopsNothing(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	now := time.Now().UTC()
	err := r.store.ProposeModel(t.Context(), models.RelevanceModel{RuleID: "kiosk-news", Version: "newer", File: `{"features": {"title.moon": 1}}`, ProposedAt: now}, "ana")
	if err = errors.Join(err, r.store.AcceptModel(t.Context(), "kiosk-news", "newer", "ana", now)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := r.useFolder(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	r.publish(kioskBans[0])
	if _, outcome := r.match(kioskBans[0]); outcome == models.OutcomeDigest || outcome == models.OutcomeCount {
		t.Errorf("outcome %q of a rule without a usable model; want an alert", outcome)
	}
	if n := strings.Count(r.log.String(), "cannot be used by this version of regwatch"); n != 1 {
		t.Errorf("the log says %d times that the model cannot be used, want once:\n%s", n, r.log.String())
	}
}

func TestRefitRefusals(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	r.publish(append(kioskBans, kioskFirms...)...)
	r.mark("ana", true, kioskBans...)
	r.mark("ben", false, kioskFirms[:2]...)
	r.mark("ben", false, kioskBans[0]) // people disagree, so it stays relevant
	propose := func(rule string) error {
		_, err := r.ProposeRefit(t.Context(), RefitRequest{RuleID: rule, By: "ana"})
		return err
	}
	accept := func(version string) error {
		_, err := r.AcceptRefit(t.Context(), "kiosk-news", version, "ana")
		return err
	}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"too few", propose("kiosk-news"), "6 relevant and 2 not relevant; a refit needs at least 10, with 3 of each kind. Give feedback with: regwatch events feedback"},
		{"no such rule", propose("kiosk-new"), `rule "kiosk-new" does not exist (did you mean "kiosk-news"?)`},
		{"no such model", accept("0"), `rule kiosk-news has no proposed model "0"; regwatch rules refit kiosk-news --history lists them`},
	}
	for _, tt := range tests {
		if _, is := errors.AsType[*InputError](tt.err); !is || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, tt.err, tt.want)
		}
	}
	if _, err := r.UndoRefit(t.Context(), "kiosk-news", "", "ana"); err == nil || !strings.Contains(err.Error(), "nothing to undo") {
		t.Errorf("undo without a model: %v", err)
	}
	off := newRefitRig(t, kioskRule+"relevance: off\n")
	if _, err := off.ProposeRefit(t.Context(), RefitRequest{RuleID: "kiosk-news"}); err == nil || !strings.Contains(err.Error(), "has relevance: off") {
		t.Errorf("rule without relevance: %v", err)
	}
}

func TestRefitHintCountsFeedbackSinceTheLastModel(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	hint := func() int {
		t.Helper()
		e, err := r.findEvent(t.Context(), r.event(kioskBans[0]))
		if err != nil {
			t.Fatal(err)
		}
		h, err := r.RefitHint(t.Context(), e, "")
		if err != nil {
			t.Fatal(err)
		}
		if h == nil {
			return 0
		}
		return h.Marks
	}
	r.publish(append(kioskBans, kioskFirms...)...)
	r.mark("ana", true, kioskBans...)
	r.mark("ben", false, kioskFirms[:3]...)
	if n := hint(); n != 0 {
		t.Errorf("hint at %d marks, want none of 9", n)
	}
	r.mark("ben", false, kioskFirms[3])
	if n := hint(); n != 10 {
		t.Errorf("hint at %d marks, want 10", n)
	}
	r.propose()
	if n := hint(); n != 0 {
		t.Errorf("hint at %d marks after a proposal, want none", n)
	}
}
