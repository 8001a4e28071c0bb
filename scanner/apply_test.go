package scanner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/rules"
)

const tokenRule = `id: token
title: Tokens
severity: high
when: token
examples: {match: [A token], ignore: [A bond]}
`

// A memoryArchive is what a memory has stored, as something to search.
type memoryArchive struct {
	*shelf
	memory *memory
}

// archive returns the articles of a memory, the one that was seen first first.
func (m *memory) archive() memoryArchive {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.SortedFunc(maps.Values(m.articles), func(a, b models.Article) int { return strings.Compare(a.ID, b.ID) })
	return memoryArchive{&shelf{articles: all}, m}
}

func (a memoryArchive) MatchedArticles(_ context.Context, ruleID, ruleHash string) (map[string]bool, error) {
	matched := make(map[string]bool)
	for _, scan := range a.memory.commits {
		for _, m := range scan.Matches {
			if m.RuleID == ruleID && m.RuleHash == ruleHash {
				matched[m.ArticleID] = true
			}
		}
	}
	return matched, nil
}

// useRules replaces the rules of a scanner.
func useRules(t *testing.T, s *Scanner, files ...string) {
	t.Helper()
	folder := fstest.MapFS{}
	for _, text := range files {
		id, _, _ := strings.Cut(strings.TrimPrefix(text, "id: "), "\n")
		folder[id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	settings := s.Settings()
	settings.Rules = set
	s.Settings = func() Settings { return settings }
}

// scannedBefore scans a source while only the rule token is in force, and then adds the
// rule coin.
func scannedBefore(t *testing.T, articles ...models.Article) (*Scanner, *memory) {
	t.Helper()
	m := newMemory()
	s, now := newScanner(t, m, map[string]*script{"a": {batch: models.Batch{Articles: articles}}})
	useRules(t, s, tokenRule)
	scanOnce(t, s, "a")
	*now = noon.Add(time.Hour)
	useRules(t, s, tokenRule, coinRule)
	m.commits = m.commits[:1]
	return s, m
}

func applyCoin(t *testing.T, s *Scanner, m *memory, since time.Time) Applied {
	t.Helper()
	applied, err := s.ApplyRule(t.Context(), m.archive(), Application{RuleID: "coin", Since: since, By: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func TestApplyRuleAlertsAboutStoredArticles(t *testing.T) {
	s, m := scannedBefore(t, item("a", "A stablecoin story", time.Hour), item("a", "A bond", time.Hour), item("a", "A stablecoin of long ago", 48*time.Hour))
	before := len(m.owed())
	woken := 0
	s.Wake = func() { woken++ }

	preview, err := s.PreviewRule(t.Context(), m.archive(), Application{RuleID: "coin", Since: noon.Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.commits) != 1 || woken > 0 {
		t.Errorf("a preview made %d commits and woke %d times; want none", len(m.commits)-1, woken)
	}
	applied := applyCoin(t, s, m, noon.Add(-time.Hour))
	if diff := cmp.Diff(preview, applied); diff != "" {
		t.Errorf("what the preview says and what is applied (-preview +applied):\n%s", diff)
	}
	want := []string{"held alert: A stablecoin of long ago", "alert: A stablecoin story"}
	if diff := cmp.Diff(want, m.owed()[before:]); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	if why := applied.Notices[0].Content.Alert.Trigger.String(); why != "rule applied" {
		t.Errorf("why now: %q, want that the rule was applied", why)
	}
	last := m.commits[len(m.commits)-1]
	if a := last.Applied; a == nil || a.By != "ada" || a.Articles != 2 || last.State.SourceID != "" || len(last.Articles) > 0 {
		t.Errorf("commit = %+v; want an application by ada of 2 articles, without a source", last)
	}
	if len(last.Rules) != 1 || last.Rules[0].RuleID != "coin" || len(last.Matches) != 2 || woken != 1 {
		t.Errorf("%d rules, %d matches, woken %d times; want 1, 2 and 1", len(last.Rules), len(last.Matches), woken)
	}
}

func TestApplyRuleTwiceSendsNothingNew(t *testing.T) {
	s, m := scannedBefore(t, item("a", "A stablecoin story", time.Hour))
	applyCoin(t, s, m, noon.Add(-time.Hour))
	commits := len(m.commits)
	again := applyCoin(t, s, m, noon.Add(-time.Hour))
	if len(again.Articles) > 0 || again.Known != 1 || len(again.Notices) > 0 || len(m.commits) != commits {
		t.Errorf("the second time: %+v and %d commits; want one known article and no commit", again, len(m.commits)-commits)
	}
}

func TestApplyRuleUpdatesAnEventThatExists(t *testing.T) {
	s, m := scannedBefore(t, item("a", "A token and a stablecoin", time.Hour))
	applied := applyCoin(t, s, m, noon.Add(-time.Hour))
	if len(m.events) != 1 {
		t.Errorf("%d events; want the one of the rule token", len(m.events))
	}
	if c := applied.Changes; len(c) != 1 || c[0].Kind != models.Revised || c[0].Event.Revision != 2 || !slices.Equal(c[0].Event.RuleIDs, []string{"token", "coin"}) {
		t.Errorf("changes = %+v; want revision 2 of the event, by both rules", c)
	}
}

func TestApplyRuleDecidesAgainIfItIsStale(t *testing.T) {
	s, m := scannedBefore(t, item("a", "A stablecoin story", time.Hour))
	m.stale = 2
	applyCoin(t, s, m, noon.Add(-time.Hour))
	if len(m.events) != 1 || len(m.commits) != 2 {
		t.Errorf("%d events, %d commits; want one event after one application", len(m.events), len(m.commits))
	}
}

func TestApplyRuleLeavesOut(t *testing.T) {
	for _, tt := range []struct {
		name  string
		since time.Time
		edit  func(*models.Article)
		want  Applied
	}{
		{"what was seen before the window", noon.Add(time.Second), func(*models.Article) {}, Applied{}},
		{"what has lost its text", noon.Add(-time.Hour), func(a *models.Article) { a.BodyState = models.BodyExpired }, Applied{Expired: 1}},
		{"imported articles", noon.Add(-time.Hour), func(a *models.Article) { a.ImportID = "01A" }, Applied{}},
		{"versions of watched pages", noon.Add(-time.Hour), func(a *models.Article) { a.BodyState = models.BodyVersion }, Applied{}},
	} {
		s, m := scannedBefore(t, item("a", "A stablecoin story", time.Hour))
		for key, a := range m.articles {
			tt.edit(&a)
			m.articles[key] = a
		}
		got := applyCoin(t, s, m, tt.since)
		got.Articles = nil
		if diff := cmp.Diff(tt.want, got); diff != "" || len(m.commits) != 1 {
			t.Errorf("%s: %d commits, mismatch (-want +got):\n%s", tt.name, len(m.commits)-1, diff)
		}
	}
}

func TestApplyRuleRefusesARuleThatMatchesTooMuch(t *testing.T) {
	s, m := scannedBefore(t)
	archive := m.archive()
	for i := range MostApplied + 1 {
		archive.put("a", fmt.Sprint("A stablecoin story ", i), 0, false)
	}
	_, err := s.ApplyRule(t.Context(), archive, Application{RuleID: "coin", Since: noon.Add(-time.Hour)})
	if _, ok := errors.AsType[*TooManyMatchesError](err); !ok {
		t.Errorf("ApplyRule = %v; want a TooManyMatchesError", err)
	}
	if _, err := s.ApplyRule(t.Context(), archive, Application{RuleID: "coyn"}); err == nil {
		t.Error("an unknown rule was applied")
	}
}
