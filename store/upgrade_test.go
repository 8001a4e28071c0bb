package store

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

// A fixtureFile is the database of an earlier schema on one engine.
type fixtureFile struct {
	name    string // 0006, or 0001-release
	version int64
	path    string
}

// onEachFixture runs a test on every stored database of every engine, as it is
// before the upgrade.
func onEachFixture(t *testing.T, test func(t *testing.T, o Options, from fixtureFile)) {
	t.Helper()
	onEachEngine(t, func(t *testing.T, o Options) {
		paths, err := filepath.Glob(filepath.Join(fixtureFolder, "*."+engineOf(o)+".sql"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no database of an earlier schema in %s: %v", fixtureFolder, err)
		}
		for _, path := range paths {
			name, _, _ := strings.Cut(filepath.Base(path), ".")
			version, err := strconv.ParseInt(name[:4], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name, func(t *testing.T) {
				o := freshLike(t, o)
				load(t, o, path)
				test(t, o, fixtureFile{name, version, path})
			})
		}
	})
}

// expected returns what must hold after the upgrade of a fixture. Those that the
// filler wrote hold the same whatever their schema is.
func expected(t *testing.T, from fixtureFile) upgraded {
	t.Helper()
	name := from.name
	if from.version > 6 {
		name = "0006"
	}
	want, has := expectations[name]
	if !has {
		t.Fatalf("add to expectations what must hold after the upgrade of %s", from.path)
	}
	// What the filler has added since.
	if from.version >= 8 {
		want.counts.Audit += 3 // relevance models: two proposed, one accepted
	}
	if from.version >= 9 {
		want.counts.Audit += 2 // exceptions: one added and extended
	}
	if from.version >= 13 {
		want.counts.Audit += 10 // the work on two events, and two saved filters
	}
	if from.version >= 17 {
		want.counts.Audit += 2 // a report, finished once
	}
	return want
}

// Every schema but the newest, which may still change, has a fixture: it can only
// be made before the next migration exists.
func TestEverySchemaHasAFixture(t *testing.T) {
	for version := int64(6); version < newest(t); version++ {
		for _, o := range []Options{{Path: "file"}, {DSN: "dsn"}} {
			if _, err := os.Stat(fixturePath(version, o)); err != nil {
				t.Errorf("%v; see the README there", err)
			}
		}
	}
}

func TestUpgradeKeepsEveryRow(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		before := tablesOf(t, o)
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if s.Backup() == "" && o.Path != "" && from.version < newest(t) {
			t.Error("the file was not copied before the upgrade")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, fault := range lost(from.version, before, tablesOf(t, o)) {
			t.Error(fault)
		}

		s = open(t, o)
		soundAudit(t, s)
		if diff := gocmp.Diff(expected(t, from).counts, counts(t, s)); diff != "" {
			t.Errorf("Counts mismatch (-want +got):\n%s", diff)
		}
		if left, err := s.Reindex(t.Context(), 1000); left != 0 || err != nil {
			t.Errorf("Reindex = %d, %v; want none left", left, err)
		}
		if got := found(t, s, asks("稳定"), time.Time{}, time.Time{}); len(got) == 0 {
			t.Error("no article is found by its Chinese words")
		}
	})
}

// about says what a notice tells of.
func about(n models.Notice) string {
	c := n.Content
	switch {
	case c.Alert != nil:
		return string(n.Kind) + " of " + c.Alert.Title
	case c.Health != nil:
		return "health of " + c.Health.Name
	case c.Digest != nil:
		return "digest " + c.Digest.Subscription
	case c.Summary != nil:
		return "summary for " + n.Recipient
	}
	return string(n.Kind)
}

// describe says what a claim hands out.
func describe(d models.Delivery) string {
	s := about(d.Notice) + " → " + d.Destination
	if !d.StartedAt.IsZero() {
		s += ", begun"
	}
	if d.Root != nil {
		s += ", under " + d.Root.Receipt
	}
	return s
}

func TestUpgradeSendsWhatIsDueOnce(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		want := expected(t, from)
		before := tablesOf(t, o)["deliveries"]
		s := open(t, o)
		times := make(map[string]int) // by delivery
		for _, step := range want.sends {
			var got []string
			at := fixtureTime.Add(step.after)
			for _, channel := range []string{"slack", "mail", "hook", "chat", "post", "limited"} {
				for {
					claimed, err := s.Claim(t.Context(), at, channel, 100, time.Minute)
					if err != nil {
						t.Fatal(err)
					}
					if len(claimed) == 0 {
						break
					}
					for _, d := range claimed {
						times[d.ID]++
						got = append(got, describe(d))
						if err := s.MarkStarted(t.Context(), d, at); err != nil {
							t.Fatal(err)
						}
						if err := s.MarkSent(t.Context(), d, "sent after the upgrade", at); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			if diff := gocmp.Diff(step.want, got); diff != "" {
				t.Errorf("claimed after %s mismatch (-want +got):\n%s", step.after, diff)
			}
		}
		// What was due is read by plain SQL, so that no query of ours can hide it.
		due := make(map[string]int)
		for _, row := range before.rows {
			if strings.Trim(row[slices.Index(before.columns, "state")], "'") == "due" {
				due[strings.Trim(row[slices.Index(before.columns, "id")], "'")] = 1
			}
		}
		if diff := gocmp.Diff(due, times); diff != "" {
			t.Errorf("times that each delivery was claimed mismatch (-due +claimed):\n%s", diff)
		}
		soundAudit(t, s)
	})
}

// An upgrade must not make what was planned look new, or it would be told again.
func TestUpgradeKnowsWhatItHasSeen(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		s := open(t, o)
		before := counts(t, s)
		notices, err := s.Notices(t.Context(), time.Time{}, 10_000)
		if err != nil || len(notices) == 0 {
			t.Fatalf("%d notices, %v", len(notices), err)
		}
		for i, n := range notices {
			if from.version >= 6 && n.Key() != n.ID {
				t.Errorf("%s: the key of the notice is now %s, and was %s", about(n), n.Key(), n.ID)
			}
			for _, d := range n.Deliveries {
				if again := models.NewDelivery(n.ID, d.Channel, d.Address, d.CreatedAt); from.version >= 6 && d.Resend == 0 && again.ID != d.ID {
					t.Errorf("%s: the ID of the delivery is now %s, and was %s", describe(d), again.ID, d.ID)
				}
			}
			notices[i].ID = n.Key() // as it is planned now
		}
		if err := s.CommitNotices(t.Context(), notices); err != nil {
			t.Fatal(err)
		}
		articles, err := s.ArticlesMatching(t.Context(), models.Candidate{}, models.ArticleWindow{}, "", 10_000)
		if err != nil || len(articles) == 0 {
			t.Fatalf("%d articles, %v", len(articles), err)
		}
		for _, a := range articles {
			if unseen, err := s.Unseen(t.Context(), a.SourceID, []models.Article{a}); len(unseen) != 0 || err != nil {
				t.Errorf("article %q is taken for new: %v", a.Title, err)
			}
		}
		if diff := gocmp.Diff(before, counts(t, s)); diff != "" {
			t.Errorf("planning the same again changed Counts (-before +after):\n%s", diff)
		}
		state, err := s.SourceState(t.Context(), "after")
		if err != nil {
			t.Fatal(err)
		}
		_, generation, err := s.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, scanOf(state, generation, article("after", "1", "Coin rules after the upgrade", fixtureTime.Add(time.Hour)), "k"))
		soundAudit(t, s)
	})
}

// whom says to whom each notice is told, in the order in which they come.
func whom(notices []models.Notice, events map[string]models.Event) []string {
	var all []string
	for _, n := range notices {
		s := about(n) + " to " + n.Recipient
		if n.EscalateTo != "" {
			s += ", next " + n.EscalateTo
		}
		if events[n.SubjectID].ID == "" {
			s += ", of an event that is gone"
		}
		all = append(all, s)
	}
	return all
}

func TestUpgradeKeepsDeferredAndEscalatingNotices(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		want := expected(t, from)
		s := open(t, o)
		for _, step := range want.waiting {
			notices, events, err := s.DeferredNotices(t.Context(), fixtureTime.Add(step.after))
			if diff := gocmp.Diff(step.want, whom(notices, events)); diff != "" || err != nil {
				t.Errorf("Waiting after %s: %v; mismatch (-want +got):\n%s", step.after, err, diff)
			}
		}
		for _, step := range want.escalating {
			notices, events, err := s.Escalating(t.Context(), fixtureTime.Add(step.after))
			if diff := gocmp.Diff(step.want, whom(notices, events)); diff != "" || err != nil {
				t.Errorf("Escalating after %s: %v; mismatch (-want +got):\n%s", step.after, err, diff)
			}
			for _, n := range notices {
				if err := s.CommitEscalation(t.Context(), n, nil, nil, fixtureTime); err != nil {
					t.Errorf("escalate %s: %v", about(n), err)
				}
				if err := s.CommitEscalation(t.Context(), n, nil, nil, fixtureTime); !errors.Is(err, models.ErrStale) {
					t.Errorf("escalate %s once more: %v, want it refused", about(n), err)
				}
			}
		}
		all, _, err := s.DeferredNotices(t.Context(), fixtureTime.Add(30*day))
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i].WaitUntil, all[i].ToldIn = time.Time{}, "a summary"
		}
		if len(all) == 0 {
			return
		}
		if err := s.CommitFlush(t.Context(), all, fixtureTime); err != nil {
			t.Errorf("release what waits: %v", err)
		}
		if err := s.CommitFlush(t.Context(), all, fixtureTime); !errors.Is(err, models.ErrStale) {
			t.Errorf("release it once more: %v, want it refused", err)
		}
	})
}

func TestUpgradeKeepsWhatPeopleAskedFor(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		want := expected(t, from)
		s := open(t, o)
		c, err := s.PlanContext(t.Context(), fixtureTime)
		if err != nil {
			t.Fatal(err)
		}
		titles := make(map[string]string) // of events
		events, err := s.Events(t.Context(), EventFilter{To: fixtureTime.Add(day)})
		if err != nil {
			t.Fatal(err)
		}
		asked := make(map[string][]string)
		for _, e := range events {
			titles[e.ID] = e.Title
			for _, k := range e.Assignments {
				asked[e.Title] = append(asked[e.Title], "assigned to "+k.By)
			}
			for _, m := range e.Feedback {
				asked[e.Title] = append(asked[e.Title], strings.TrimSpace(fmt.Sprintf("relevant %t by %s %s", m.Relevant, m.By, m.RuleID)))
			}
		}
		var mutes, left []string
		for _, m := range c.Mutes {
			mutes = append(mutes, strings.TrimSpace(fmt.Sprintf("%s %s until %s by %s %s", m.Kind, cmp.Or(titles[m.Target], m.Target), m.Until.Sub(fixtureTime), m.By, m.Recipient)))
		}
		for _, out := range c.OptOuts {
			left = append(left, fmt.Sprintf("%s %s forced %t", out.Subscription, out.Address, out.Forced))
		}
		for _, diff := range []string{
			gocmp.Diff(want.mutes, mutes), gocmp.Diff(want.optOuts, left), gocmp.Diff(want.asked, asked, cmpopts.EquateEmpty()),
		} {
			if diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		}
		for was, became := range want.merged {
			if e, err := s.FindEvent(t.Context(), was); err != nil || e.Title != became {
				t.Errorf("event %s is %q, %v; want %q", was, e.Title, err, became)
			}
		}
		if len(want.keys) > 0 {
			keys, err := s.SigningKeys(t.Context(), fixtureTime)
			var got []string
			for _, k := range keys {
				got = append(got, fmt.Sprintf("%d %x", k.Version, k.Secret))
			}
			if diff := gocmp.Diff(want.keys, got); diff != "" || err != nil {
				t.Errorf("signing keys: %v; mismatch (-want +got):\n%s", err, diff)
			}
		}
	})
}

func TestUpgradeMakesNoDigestTwice(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		s := open(t, o)
		for name, local := range expected(t, from).digests {
			last, has, err := s.LastDigest(t.Context(), name, fixtureTime)
			if err != nil || !has || last.LocalDate != local {
				t.Errorf("the last digest %s is of %s, %v; want %s", name, last.LocalDate, err, local)
				continue
			}
			since, err := s.SubscribedSince(t.Context(), name, fixtureTime)
			if err != nil || !since.Before(last.WindowTo) {
				t.Errorf("%s is known since %s, %v; want longer", name, since, err)
			}
			again := last
			again.ID, again.CreatedAt = "again", fixtureTime
			if made, err := s.CommitDigest(t.Context(), again, nil); made || err != nil {
				t.Errorf("the digest %s of %s was made again: %v", name, local, err)
			}
			next := models.DigestIssue{ID: "next " + name, Subscription: name, LocalDate: "2026-03-09", WindowFrom: last.WindowTo, WindowTo: last.WindowTo.Add(day), CreatedAt: fixtureTime.Add(7 * day)}
			if made, err := s.CommitDigest(t.Context(), next, nil); !made || err != nil {
				t.Errorf("the next digest %s was not made: %v", name, err)
			}
		}
	})
}
