package rules_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/rules"
)

// exceptions compiles exceptions that must have no problems.
func exceptions(t *testing.T, all ...models.Exception) *rules.Exceptions {
	t.Helper()
	x, err := rules.CompileExceptions(all)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func notThis(id, query string, scope models.ExceptionScope, target string) models.Exception {
	return models.Exception{ID: id, Scope: scope, Target: target, Query: query, Reason: "staff news", Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func TestExceptionHoldsMatches(t *testing.T) {
	hkma := models.Source{ID: "hkma-press", Role: models.Regulator}
	staff := "Council names new head of kiosks"
	tests := map[string]struct {
		exception models.Exception
		header    string
		article   models.Article
		want      string
	}{
		"by a word of the title":          {notThis("X", "title:names", models.ExceptRule, "kiosks"), "", models.Article{Title: staff}, "X"},
		"by a word of the text":           {notThis("X", "appointment", models.ExceptRule, "kiosks"), "", models.Article{Title: staff, Body: "The appointment is for two years."}, "X"},
		"another word":                    {notThis("X", "title:ban", models.ExceptRule, "kiosks"), "", models.Article{Title: staff}, ""},
		"another rule":                    {notThis("X", "title:names", models.ExceptRule, "coins"), "", models.Article{Title: staff}, ""},
		"all rules":                       {notThis("X", "title:names", models.ExceptAll, ""), "", models.Article{Title: staff}, "X"},
		"a source":                        {notThis("X", "title:names", models.ExceptSource, "hkma-*"), "", models.Article{Title: staff, Source: hkma}, "X"},
		"another source":                  {notThis("X", "title:names", models.ExceptSource, "sfc-*"), "", models.Article{Title: staff, Source: hkma}, ""},
		"an official source":              {notThis("X", "title:names", models.ExceptRule, "kiosks"), "", models.Article{Title: staff, Source: hkma}, "X"},
		"a critical rule":                 {notThis("X", "title:names", models.ExceptRule, "kiosks"), "severity: critical\n", models.Article{Title: staff}, "X"},
		"a draft":                         {notThis("X", "title:names", models.ExceptRule, "kiosks"), "status: draft\n", models.Article{Title: staff}, "X"},
		"a mention that nobody sees":      {notThis("X", "title:names", models.ExceptRule, "kiosks"), "", models.Article{Title: "Council names bitcoin head, and the price falls"}, ""},
		"the other Chinese script":        {notThis("X", "委任", models.ExceptRule, "kiosks"), "", models.Article{Title: "Kiosks", Body: "當局委任新總裁。"}, "X"},
		"a condition on where it is from": {notThis("X", "names AND role:press", models.ExceptRule, "kiosks"), "", models.Article{Title: staff, Source: hkma}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			set := kioskSet(t, tt.header)
			before := onlyMatch(t, set, tt.article)
			m := onlyMatch(t, set.WithExceptions(exceptions(t, tt.exception)), tt.article)
			if m.ExceptionID != tt.want || m.Excepted() != (tt.want != "") {
				t.Errorf("exception %q, outcome %q; want %q", m.ExceptionID, m.Outcome, tt.want)
			}
			if m.Excepted() && (m.Alerts() || m.Exception == nil || m.Exception.Reason != "staff news") {
				t.Errorf("alerts %v, exception %+v", m.Alerts(), m.Exception)
			}
			if diff := cmp.Diff(before.Hits, m.Hits); diff != "" || m.Relevance.Score != before.Relevance.Score {
				t.Errorf("the match has changed (-before +after):\n%s", diff)
			}
		})
	}
}

// A report of a roundup is held by itself; what the title says is about every report.
// Key dates are read by a function that the set gets; its exceptions have it too, whichever comes first.
func TestExceptionReadsKeyDates(t *testing.T) {
	read := func(a models.Article) (string, []models.KeyDate) {
		return "2026-03-02", []models.KeyDate{{Kind: "deadline", Day: "2026-04-" + a.Summary}}
	}
	set, x := kioskSet(t, ""), exceptions(t, notThis("X", "head AND deadline:40d", models.ExceptRule, "kiosks"))
	near, far := models.Article{Title: "Council names new head of kiosks", Summary: "05"}, models.Article{Title: "Council names new head of kiosks", Summary: "29"}
	for name, s := range map[string]*rules.Set{"dates first": set.WithDates(read).WithExceptions(x), "exceptions first": set.WithExceptions(x).WithDates(read)} {
		if m := onlyMatch(t, s, near); m.ExceptionID != "X" {
			t.Errorf("%s: a deadline within 40 days: exception %q, want X", name, m.ExceptionID)
		}
		if m := onlyMatch(t, s, far); m.ExceptionID != "" {
			t.Errorf("%s: a later deadline: exception %q, want none", name, m.ExceptionID)
		}
	}
	if m := onlyMatch(t, set.WithExceptions(x), near); m.ExceptionID != "" {
		t.Errorf("without a reader of dates: exception %q, want none", m.ExceptionID)
	}
}

func TestExceptionHoldsReportOfRoundup(t *testing.T) {
	src := "id: kiosks\ntitle: Kiosks\nseverity: low\nrelevance: off\nwhen: {any: [kiosks]}\n"
	a := models.Article{Title: "Morning briefing", Body: strings.Join([]string{
		"1. Council bans kiosks from the station", "The council bans the kiosks at its station from June on.",
		"2. Gantry appoints a head of kiosks", "The maker Gantry appoints a new head for its kiosks in the north.",
		"3. Harbour opens again after the storm", "The harbour opens again on Monday after the storm of last week.",
	}, "\n\n")}
	set := rules.MustLoadFiles(t, map[string]string{"kiosks.yaml": src})
	if n := len(set.Match(a)); n != 2 {
		t.Fatalf("%d reports match, want two", n)
	}
	for query, want := range map[string][]string{
		"appoints":       {"", "X"},
		"title:briefing": {"X", "X"},
		"storm":          {"", ""},
	} {
		var got []string
		for _, m := range set.WithExceptions(exceptions(t, notThis("X", query, models.ExceptRule, "kiosks"))).Match(a) {
			got = append(got, m.ExceptionID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// Of several exceptions the one that was written first is named.
func TestFirstExceptionIsNamed(t *testing.T) {
	x := exceptions(t, notThis("02", "names", models.ExceptAll, ""), notThis("01", "head", models.ExceptAll, ""))
	if m := onlyMatch(t, kioskSet(t, "").WithExceptions(x), models.Article{Title: "Council names new head of kiosks"}); m.ExceptionID != "01" {
		t.Errorf("exception %q, want 01", m.ExceptionID)
	}
}

// One exception that cannot be read does not keep the others from working.
func TestCompileExceptionsLeavesOutWhatItCannotRead(t *testing.T) {
	x, err := rules.CompileExceptions([]models.Exception{
		notThis("01", "names AND", models.ExceptAll, ""), notThis("02", "$unknown", models.ExceptAll, ""), notThis("03", "names", models.ExceptAll, ""),
	})
	if bad := new(rules.ExceptionError); !errors.As(err, &bad) || bad.Exception.ID != "01" || !strings.Contains(err.Error(), "exception 02") {
		t.Errorf("error %v; want those of 01 and 02", err)
	}
	if m := onlyMatch(t, kioskSet(t, "").WithExceptions(x), models.Article{Title: "Council names new head of kiosks"}); m.ExceptionID != "03" {
		t.Errorf("exception %q, want 03", m.ExceptionID)
	}
}

func TestModelsKeepExceptions(t *testing.T) {
	set := kioskSet(t, "").WithExceptions(exceptions(t, notThis("X", "names", models.ExceptAll, ""))).WithModels(nil)
	if m := onlyMatch(t, set, models.Article{Title: "Council names new head of kiosks"}); !m.Excepted() {
		t.Errorf("outcome %q after another model, want %q", m.Outcome, models.OutcomeExcepted)
	}
}

func TestExplainNamesException(t *testing.T) {
	set := kioskSet(t, "").WithExceptions(exceptions(t, notThis("X", "names", models.ExceptAll, "")))
	e := set.Explain(models.Article{Title: "Council names new head of kiosks"})[0]
	if e.Exception == nil || e.Exception.ID != "X" || e.Outcome != models.OutcomeExcepted {
		t.Errorf("outcome %q, exception %+v; want X", e.Outcome, e.Exception)
	}
}
