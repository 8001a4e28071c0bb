package events

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// apart says that people keep two events apart.
func apart(a, b *models.Event) {
	a.Apart, b.Apart = append(a.Apart, b.ID), append(b.Apart, a.ID)
}

// splitOff returns the event of some articles without the last, and one of the last.
func splitOff(t *testing.T, list []Found) (rest, own models.Event) {
	t.Helper()
	var e models.Event
	for i, f := range list {
		var known []models.Event
		if i > 0 {
			known = []models.Event{e}
		}
		c := Assign(known, []Found{f}, f.Article.SeenAt)[0]
		if i > 0 && c.Event.ID != e.ID {
			t.Fatalf("%q opened an event", f.Article.Title)
		}
		e = c.Event
	}
	last := len(e.Articles) - 1
	own = OpenSplit("L1", e.Articles[last:], list, noon)
	rest = Regroup(e, e.Articles[:last], list, noon)
	own.Keys = e.Keys
	apart(&rest, &own)
	return rest, own
}

// halted is a text that has what several headlines about it say.
var halted = "Harbour Bank ended redemptions of the HKDX coin after an audit, and trading in the coin stops. " + prose(1, 400)

func TestSplitOffArticleNeverRejoins(t *testing.T) {
	copyOf := func(a models.Article, source string, d time.Duration) models.Article {
		c := article(source, a.Title, a.Body, at(a.SeenAt.Add(d)))
		return c
	}
	retold, long := retold(), article("a", "Harbour Bank halts stablecoin redemptions after audit", halted)
	for _, tt := range []struct {
		name string
		list []Found
	}{
		{"a similar report", found(retold[0], retold[1])},
		{"a Chinese report", found(retold[0], retold[3])},
		{"a copied text", found(long, copyOf(long, "b", time.Hour))},
		{"the same headline", found(copyOf(retold[0], "a", 0), article("b", retold[0].Title, "", at(noon.Add(time.Hour))))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rest, own := splitOff(t, tt.list)
			last := tt.list[len(tt.list)-1]
			revised := last
			revised.Article.Revision, revised.Article.Title = 2, rest.Title
			for name, f := range map[string]Found{"rescan": last, "revision with the headline of the other": revised} {
				for _, candidates := range [][]models.Event{{rest, own}, {own, rest}} {
					if c := Assign(candidates, []Found{f}, noon)[0]; c.Event.ID != own.ID || c.Kind != models.Revised {
						t.Errorf("%s: %s of event %s, want a revision of %s", name, c.Kind, c.Event.ID, own.ID)
					}
				}
			}
		})
	}
}

// A further report that is as close to both of two events that people keep apart joins
// neither, and names one of them.
func TestReportBetweenEventsKeptApartOpensItsOwn(t *testing.T) {
	long := article("a", "Harbour Bank halts stablecoin redemptions after audit", halted)
	second := article("b", "Trading in the HKDX coin stops", halted, at(noon.Add(time.Hour)))
	for _, tt := range []struct {
		name string
		next models.Article
		want int // 0: the first event, 1: the second, 2: one of its own
	}{
		{"another outlet copies the text", article("c", "Redemptions of a coin end at one bank", halted, at(noon.Add(2*time.Hour))), 2},
		{"the first outlet publishes it again", func() models.Article {
			a := article("a", long.Title, long.Body, at(noon.Add(2*time.Hour)))
			a.ID, a.Identity = "again", "again"
			return a
		}(), 0},
		{"another outlet copies the text with the second headline", article("c", second.Title, halted, at(noon.Add(2*time.Hour))), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rest, own := splitOff(t, found(long, second))
			for _, candidates := range [][]models.Event{{rest, own}, {own, rest}} {
				c := Assign(candidates, found(tt.next), noon.Add(2*time.Hour))[0]
				got := slices.Index([]string{rest.ID, own.ID}, c.Event.ID)
				if got < 0 {
					got = 2
				}
				if got != tt.want {
					t.Errorf("joined %d (%s), want %d", got, c.Joined.JoinedBy, tt.want)
				}
				if m := c.Event.MayBelong; tt.want == 2 && (m == nil || m.Similarity.Against != heldApart) {
					t.Errorf("may belong to %+v", m)
				}
			}
		})
	}
}

// Without a correction the same report joins, so the test above can fail.
func TestReportJoinsOneOfTwoEventsThatNobodyKeepsApart(t *testing.T) {
	rest, own := splitOff(t, found(article("a", "Harbour Bank halts stablecoin redemptions after audit", halted),
		article("b", "Trading in the HKDX coin stops", halted, at(noon.Add(time.Hour)))))
	rest.Apart, own.Apart = nil, nil
	c := Assign([]models.Event{rest, own}, found(article("c", "Redemptions of a coin end at one bank", halted, at(noon.Add(2*time.Hour)))), noon.Add(2*time.Hour))[0]
	if c.Kind != models.Copied {
		t.Errorf("kind %s, want a copy", c.Kind)
	}
}

func TestSimilarReportBetweenEventsKeptApartOpensItsOwn(t *testing.T) {
	all := retold()
	for i := range 3 {
		others := slices.Delete(slices.Clone(all[:3]), i, i+1)
		rest, own := splitOff(t, found(others...))
		c := Assign([]models.Event{rest, own}, found(all[i]), noon.Add(6*time.Hour))[0]
		if c.Kind != models.Opened || c.Event.MayBelong == nil || c.Event.MayBelong.Similarity.Against != heldApart {
			t.Errorf("report %d: %s, may belong to %+v; want an event of its own", i, c.Kind, c.Event.MayBelong)
		}
	}
}

func TestRegroupReadsTheEventFromItsArticles(t *testing.T) {
	list := found(retold()[:2]...)
	list[1].Article.Source.Role = models.Regulator
	list[1].Matches = append(list[1].Matches, models.Match{ArticleID: list[1].Article.ID, RuleID: "yuan", Severity: models.Critical, Strength: models.Subject})
	e := Assign(nil, list, noon)[1].Event
	if !e.Official || e.Severity != models.Critical {
		t.Fatalf("official %v, severity %s before", e.Official, e.Severity)
	}
	rest := Regroup(e, e.Articles[:1], list, noon)
	if rest.Official || slices.Contains(rest.RuleIDs, "yuan") || rest.Severity == models.Critical || rest.Title != list[0].Article.Title {
		t.Errorf("the rest: official %v, rules %v, %s, %q", rest.Official, rest.RuleIDs, rest.Severity, rest.Title)
	}
	// The article that gave the title is gone.
	second := Regroup(e, e.Articles[1:], list, noon)
	if !second.Official || second.LeadRule != "yuan" || second.Title != list[1].Article.Title {
		t.Errorf("the second: official %v, lead %s, %q", second.Official, second.LeadRule, second.Title)
	}
	// Taking an article away and giving it back changes nothing but the revision.
	again := Regroup(rest, e.Articles, list, noon)
	again.Revision, e.LastSeenAt = e.Revision, again.LastSeenAt
	if diff := cmp.Diff(e, again); diff != "" {
		t.Errorf("given back (-before +after):\n%s", diff)
	}
}
