package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/events"
	"regwatch/models"
	"regwatch/rules"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// The same rule, in keys and as a query.
const finesInKeys = rules.Head + `terms: {fine: [fine, fined, fines, penalty, 罰款, 罰]}
when: {near: [fine, {amount: {min: 10m, currency: HKD}}], within: 12}
`

func TestFinesOverTenMillion(t *testing.T) {
	inKeys := rules.MustLoad(t, finesInKeys)
	asQuery := rules.MustLoad(t, rules.Head+"terms: {fine: [fine, fined, fines, penalty, 罰款, 罰]}\nwhen: '$fine NEAR/12 amount:\">=10m HKD\"'\n")
	for _, tt := range []struct {
		title string
		want  string // the amount of the hit; empty: no match
	}{
		{"SFC fines bank HK$12 million for failures", "HK$12 million"},
		{"Bank fined HKD 10m", "HKD 10m"},
		{"Bank fined HK$9.9 million", ""},
		{"Bank pays 12,000,000 Hong Kong dollars as a fine", "12,000,000 Hong Kong dollars"},
		{"Fines of HK$5-10 million are possible", "HK$5-10 million"},
		{"Fines between HK$5 million and HK$9 million are possible", ""},
		{"Bank fined $12 million", "$12 million"}, // no country is named
		{"Bank fined US$12 million", ""},
		{"Bank fined in a scandal over data, after a year in which all of its profit fell by about HK$12 million", ""}, // too far away
		{"Bank raises HK$12 million", ""},
		{"證監會罰款一千二百萬港元", "一千二百萬港元"},
		{"證監會對銀行罰款1,200萬港元", "1,200萬港元"},
		{"證監會罰款800萬港元", ""},
		{"證監會罰款三千萬", "三千萬"},
		{"金管局处以罚款2800万港元", "2800万港元"},
		{"金管局处以罚款280万港元", ""},
		{"金管局罚款1.2亿元人民币", ""},
		{"金管局罚款1.2亿元", "1.2亿元"},
	} {
		a := models.Article{Title: tt.title}
		got := ""
		for _, m := range rules.MatchesOf(inKeys, "r", a) {
			for _, h := range m.Hits {
				if strings.Contains(h.Text, tt.want) {
					got = tt.want
				}
			}
			if got == "" {
				got = "another hit"
			}
		}
		if got != tt.want {
			t.Errorf("%q matches by %q, want %q", tt.title, got, tt.want)
		}
		if diff := cmp.Diff(rules.MatchesOf(inKeys, "r", a), rules.MatchesOf(asQuery, "r", a)); diff != "" {
			t.Errorf("%q: keys and query differ (-keys +query):\n%s", tt.title, diff)
		}
	}
}

func TestAmountHitHasGlossAndPlace(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {all: [罰款, {amount: {min: 10m}}]}\n")
	got := rules.MatchesOf(set, "r", models.Article{Title: "罰款", Body: "首段。\n\n證監會罰款1,200萬港元。"})
	if len(got) != 1 || len(got[0].Hits) < 2 {
		t.Fatalf("got %+v", got)
	}
	last := got[0].Hits[len(got[0].Hits)-1]
	want := models.Hit{Field: models.InBody, Start: 26, End: 40, Text: "1,200萬港元", Term: "amount", Paragraph: 2, Gloss: "HKD 12 million"}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("hit of the amount (-want +got):\n%s", diff)
	}
}

// An amount of one report does not count for another, and boilerplate does not count at all.
func TestAmountCountsWhereItsWordsCount(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {all: [fine, {amount: {min: 10m}}]}\n")
	roundup := "1. Regulator imposes a fine\nThe firm paid a small sum on Monday morning.\n\n2. Fund grows\nA fund has raised HK$12 million in a week.\n\n3. Weather\nIt is sunny in all of the city today."
	for _, tt := range []struct {
		name, title, body string
		want              bool
	}{
		{"in one article", "A fine", "It is HK$12 million.", true},
		{"in two reports", "Daily briefing", roundup, false},
		{"in boilerplate", "A fine", "It is large.\n\nRelated stories\n\nFund raises HK$12 million", false},
	} {
		if got := rules.OutcomeOf(set, models.Article{Title: tt.title, Body: tt.body}) != "nothing"; got != tt.want {
			t.Errorf("%s: matched %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestConsultationsClosingWithinSixtyDays(t *testing.T) {
	inKeys := rules.MustLoad(t, rules.Head+"when: {any: [consultation, 諮詢], deadline: {within: 60d}}\n")
	asQuery := rules.MustLoad(t, rules.Head+"when: (consultation OR 諮詢) AND deadline:60d\n")
	for _, tt := range []struct {
		title, body, published string
		want                   bool
	}{
		{"HKMA consultation", "Comments close on 20 June 2026.", "2026-05-01", true},
		{"HKMA consultation", "Comments close on 20 June 2026.", "2026-04-21", true}, // 60 days before
		{"HKMA consultation", "Comments close on 20 June 2026.", "2026-04-20", false},
		{"HKMA consultation", "Comments close on 20 June 2026.", "2026-06-20", true},
		{"HKMA consultation", "Comments closed on 20 June 2026.", "2026-06-21", false},
		{"HKMA consultation", "The rules take effect on 20 June 2026.", "2026-05-01", false},
		{"HKMA consultation", "Comments close on 20 June 2026.", "", false}, // no day
		{"金管局展開公眾諮詢", "公眾諮詢期至2026年6月20日結束。", "2026-05-01", true},
		{"金管局展開公眾諮詢", "公眾諮詢期至2026年6月20日結束。", "2026-02-01", false},
		{"金管局展开公众咨询", "公众咨询期至2026年6月20日结束。", "2026-05-01", true},
		{"金管局展开公众咨询", "公众咨询期至2026年6月20日结束。", "2026-02-01", false},
		{"Speech", "Comments close on 20 June 2026.", "2026-05-01", false},
	} {
		a := models.Article{Title: tt.title, Body: tt.body}
		if tt.published != "" {
			a.PublishedAt = day(tt.published)
			a.SeenAt = a.PublishedAt.Add(9 * time.Hour)
		}
		if got := rules.OutcomeOf(inKeys, a) != "nothing"; got != tt.want {
			t.Errorf("%s %q, %q: matched %v, want %v", tt.published, tt.title, tt.body, got, tt.want)
		}
		if rules.OutcomeOf(inKeys, a) != rules.OutcomeOf(asQuery, a) {
			t.Errorf("%s %q: keys and query differ", tt.published, tt.title)
		}
		// A rescan, months later, gives the same.
		a.SeenAt = a.SeenAt.AddDate(0, 6, 0)
		if got := rules.OutcomeOf(inKeys, a) != "nothing"; tt.published != "" && got != tt.want {
			t.Errorf("%s %q seen later: matched %v, want %v", tt.published, tt.title, got, tt.want)
		}
	}
}

func TestDatesOfRoundupCountByReport(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {any: [consultation], deadline: 60d}\n")
	body := "1. HKMA opens a consultation\nIt is about the rules for all issuers.\n\n2. Grants\nApplications close on 20 June 2026, the ministry said.\n\n3. Weather\nIt is sunny in all of the city today."
	a := models.Article{Title: "Daily briefing", Body: body, PublishedAt: day("2026-06-01"), SeenAt: day("2026-06-01")}
	if got := rules.OutcomeOf(set, a); got != "nothing" {
		t.Errorf("the deadline of one report counts for another: %s", got)
	}
	a.Body = strings.Replace(body, "for all issuers.", "for all issuers. Comments close on 20 June 2026.", 1)
	if got := rules.OutcomeOf(set, a); got != "subject" {
		t.Errorf("a report with its own deadline is %s", got)
	}
}

func TestEffectiveWindow(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {any: [rule], effective: {from: 2026-07-01, until: 2026-12-31}}\n")
	for body, want := range map[string]string{
		"The rule takes effect on 1 July 2026.":     "subject",
		"The rule takes effect on 31 December 2026": "subject",
		"The rule takes effect on 30 June 2026.":    "nothing",
		"The rule takes effect on 1 January 2027.":  "nothing",
	} {
		a := models.Article{Title: "A rule", Body: body, PublishedAt: day("2026-06-01"), SeenAt: day("2026-06-01")}
		if got := rules.OutcomeOf(set, a); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
	}
}

// Without a reader of dates nothing is met, and the set's models and dates survive one another.
func TestWithDatesKeepsTheRest(t *testing.T) {
	set, problems := rules.Load(rules.Files(map[string]string{"r.yaml": rules.Head + "when: {any: [consultation], deadline: 60d}\n"}))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a := models.Article{Title: "Consultation", Body: "Comments close on 20 June 2026.", PublishedAt: day("2026-06-01"), SeenAt: day("2026-06-01")}
	if got := rules.OutcomeOf(set, a); got != "nothing" {
		t.Errorf("without a reader: %s", got)
	}
	if got := rules.OutcomeOf(set.WithDates(events.KeyDates).WithModels(nil), a); got != "subject" {
		t.Errorf("with a reader, and then models: %s", got)
	}
	var none *rules.Set
	if none.WithDates(events.KeyDates) != nil {
		t.Error("no set became one")
	}
}

func TestKindOfText(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+`when: ban
tags:
  opinion: {kind: opinion}
  list: {kind: [roundup, wrap]}
  explained: kind:explainer
  news: {kind: news}
`)
	for title, want := range map[string]string{
		"A ban on mining":                              "news",
		"Opinion: a ban on mining":                     "opinion",
		"Morning briefing: ban on mining":              "list",
		"What is the mining ban?":                      "explained",
		"Regulator warns the public of a ban":          "news",
		"Analysts see no ban":                          "opinion",
		"Ban on mining explained":                      "explained",
		"Regulator issues a statement: a ban is ahead": "news",
	} {
		for _, m := range rules.MatchesOf(set, "r", models.Article{Title: title}) {
			if got := strings.Join(m.Tags, " "); got != want {
				t.Errorf("%q is %s, want %s", title, got, want)
			}
		}
	}
}

func TestExplainSaysWhyAValueIsNotMet(t *testing.T) {
	for _, tt := range []struct {
		name, when, title, body, published string
		want                               []string
	}{
		{"below", "{near: [{any: [fine]}, {amount: {min: 10m, currency: HKD}}], within: 8}", "A fine of HK$8 million", "", "", []string{`"HK$8 million" is below 10 million`}},
		{"above", "{all: [fine, {amount: {max: 1m}}]}", "A fine of HK$8 million", "", "", []string{`"HK$8 million" is above 1 million`}},
		{"currency", "{all: [fine, {amount: {min: 1m, currency: HKD}}]}", "A fine of US$8 million", "", "", []string{`"US$8 million" is in USD, and HKD is required`}},
		{"none", "{all: [fine, {amount: {min: 1m}, in: title}]}", "A fine", "It is HK$8 million.", "", []string{`"HK$8 million" is in the body, and only the title counts`}},
		{"nothing", "{all: [fine, {amount: {min: 1m}}]}", "A fine", "", "", []string{"no amount was found"}},
		{"too far", "{near: [{any: [fine]}, {amount: {min: 1m}}], within: 2}", "A fine that is as large as HK$8 million", "", "", []string{"words from", "within is 2"}},
		{"deadline", "{any: [consultation], deadline: 30d}", "Consultation", "Comments close on 20 June 2026.", "2026-03-01", []string{`the article of 2026-03-01 states the deadline 2026-06-20 ("Comments close on 20 June 2026"`, "which is not within 30 days"}},
		{"no deadline", "{any: [consultation], deadline: 30d}", "Consultation", "", "2026-03-01", []string{"the article states no deadline"}},
		{"no day", "{any: [consultation], deadline: 30d}", "Consultation", "", "", []string{"the day of the article is unknown"}},
		{"met", "{any: [consultation], deadline: 30d}", "Consultation", "Comments close on 20 June 2026.", "2026-06-01", []string{`yes deadline within 30 days: 2026-06-20, from "Comments close on 20 June 2026`}},
		{"kind", "{any: [ban], kind: news}", "Opinion: a ban", "", "", []string{`the article is opinion, as the headline begins with "Opinion:", and news is required`}},
		{"kind met", "{any: [ban], kind: opinion}", "Opinion: a ban", "", "", []string{`yes kind opinion: the headline begins with "Opinion:"`}},
	} {
		set := rules.MustLoad(t, rules.Head+"when: "+tt.when+"\n")
		a := models.Article{Title: tt.title, Body: tt.body}
		if tt.published != "" {
			a.PublishedAt, a.SeenAt = day(tt.published), day(tt.published)
		}
		got := set.Explain(a)[0].String()
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: explanation lacks %q:\n%s", tt.name, want, got)
			}
		}
	}
}

func TestFailedExampleNamesTheAmount(t *testing.T) {
	set := rules.MustLoad(t, finesInKeys+"examples: {match: [Bank fined HK$8 million], ignore: [Bank opens]}\n")
	failed := set.Test()
	if len(failed) != 1 || !strings.Contains(failed[0].Failure(), `"HK$8 million" is below 10 million (line 5)`) {
		t.Errorf("failed examples: %v", failed)
	}
}

// What a query accepts, it accepts again as it is printed.
func FuzzValueQuery(f *testing.F) {
	for _, s := range []string{">=10m HKD", "5m..10m", "<=500k USD", "HKD", "60d", "2026-01-01..2026-12-31", "≥1.5bn RMB", ">= 10 million HK$", "..1000萬"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, field := range []string{"amount", "deadline", "effective"} {
			set, problems := rules.Search("word AND " + field + `:"` + value + `"`)
			if len(problems) > 0 {
				continue
			}
			printed, ok := set.Rules()[0].Query()
			again, problems := rules.Search(printed)
			if !ok || len(problems) > 0 {
				t.Fatalf("%s:%q is printed as %s, which has the problems %v", field, value, printed, problems)
			}
			if twice, _ := again.Rules()[0].Query(); twice != printed {
				t.Fatalf("%s:%q is printed as %s and then as %s", field, value, printed, twice)
			}
		}
	})
}
