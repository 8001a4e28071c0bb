package app

import (
	"testing"
	"time"
	_ "time/tzdata" // time zones on every machine

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestReportsSayWhoWasFirst(t *testing.T) {
	hongKong, err := time.LoadLocation("Asia/Hong_Kong")
	if err != nil {
		t.Fatal(err)
	}
	in := func(role models.Role, published string) models.EventArticle {
		a := models.EventArticle{SourceID: string(role), Role: role, SeenAt: time.Date(2026, 3, 9, 1, 30, 0, 0, time.UTC)}
		if published == "" {
			return a
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", published, hongKong)
		if err != nil {
			t.Fatal(err)
		}
		a.PublishedAt = at.UTC()
		return a
	}
	press, regulator := models.Press, models.Regulator
	tests := []struct {
		name     string
		articles []models.EventArticle
		want     string
	}{
		{"nothing", nil, ""},
		{"press", []models.EventArticle{in(press, "2026-03-02 11:10"), in(press, "2026-03-02 09:10")}, "press 2026-03-02 09:10, no official publication"},
		{"authority", []models.EventArticle{in(regulator, "2026-03-02 09:10")}, "official 2026-03-02 09:10, no press report"},
		{"press first", []models.EventArticle{in(press, "2026-03-02 09:10"), in(regulator, "2026-03-02 11:30")}, "press 2026-03-02 09:10, official 2 h 20 min later"},
		{"authority first, days before", []models.EventArticle{in(press, "2026-03-05 10:59"), in(regulator, "2026-03-02 09:10")}, "official 2026-03-02 09:10, press 3 d 1 h later"},
		{"within a minute", []models.EventArticle{in(press, "2026-03-02 09:10"), in(regulator, "2026-03-02 09:10")}, "press 2026-03-02 09:10, official at the same time"},
		{"a day has no lag", []models.EventArticle{in(press, "2026-03-02 09:10"), in(regulator, "2026-03-02 00:00")}, "press 2026-03-02 09:10, official 2026-03-02"},
		{"a date in the future is when it was seen", []models.EventArticle{in(press, "2027-03-02 09:10")}, "press 2026-03-09 09:30, no official publication"},
		{"no date", []models.EventArticle{in(press, "")}, "press 2026-03-09 09:30, no official publication"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newReports(tt.articles, map[string]string{"regulator": "Asia/Hong_Kong", "press": "Asia/Hong_Kong"})
			if got := r.In(hongKong); got != tt.want {
				t.Errorf("reports: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOutletsAreSites(t *testing.T) {
	articles := []models.EventArticle{
		{SourceID: "a", Link: "https://www.news.example/1"},
		{SourceID: "b", Link: "https://finance.news.example/2"},
		{SourceID: "c", Link: "https://authority.example/3"},
		{SourceID: "d"},
		{SourceID: "d"},
		{SourceID: "e"},
	}
	if got := countOutlets(articles); got != 4 {
		t.Errorf("%d outlets, want 4: two sites and two sources without links", got)
	}
}

// Of a part of a roundup, title and extract are read: the stored text is that of all parts.
func TestInstrumentsOfEvent(t *testing.T) {
	tests := []struct {
		name string
		in   models.EventArticle
		want string // ID
	}{
		{"title", models.EventArticle{Part: 1, Title: "Stablecoins Ordinance (Cap. 656) takes effect"}, "hk:cap:656"},
		{"extract", models.EventArticle{Part: 1, Title: "Coin law takes effect", Extract: []string{"The Ordinance, Cap. 656, comes into operation today."}}, "hk:cap:656"},
		{"nothing", models.EventArticle{Part: 1, Title: "Coins rise"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := (&App{}).instrumentsOf(t.Context(), models.Event{Articles: []models.EventArticle{tt.in}})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, n := range found {
				got += n.ID
				if n.Cited || n.Kind != "law" || n.Name == "" {
					t.Errorf("instrument %+v, want a law that it is about", n)
				}
			}
			if got != tt.want {
				t.Errorf("instruments %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDatesThatChangedMoved(t *testing.T) {
	date := func(kind, day string) models.KeyDate { return models.KeyDate{Kind: kind, Day: day, Quote: day} }
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name          string
		before, after []models.KeyDate
		want          []DateMove
	}{
		{"the same in other words", []models.KeyDate{date("deadline", "2027-01-01")}, []models.KeyDate{{Kind: "deadline", Day: "2027-01-01", Quote: "by New Year"}}, nil},
		{"moved", []models.KeyDate{date("deadline", "2027-01-01"), date("effective", "2027-02-01")}, []models.KeyDate{date("effective", "2027-02-01"), date("deadline", "2027-03-01")}, []DateMove{{"deadline", "2027-01-01", "2027-03-01", at}}},
		{"withdrawn, and another kind added", []models.KeyDate{date("deadline", "2027-01-01")}, []models.KeyDate{date("effective", "2027-02-01")}, []DateMove{{"deadline", "2027-01-01", "", at}, {"effective", "", "2027-02-01", at}}},
		{"one of two moved", []models.KeyDate{date("deadline", "2027-01-01"), date("deadline", "2027-01-02")}, []models.KeyDate{date("deadline", "2027-01-02"), date("deadline", "2027-01-03")}, []DateMove{{"deadline", "2027-01-01", "2027-01-03", at}}},
	} {
		if diff := cmp.Diff(tt.want, datesMoved(tt.before, tt.after, at)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A stage is proved by the first official report of it, or else by the first one.
func TestStepsHaveTheBestProof(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	article := func(id, stage string, role models.Role, hours int) models.EventArticle {
		return models.EventArticle{ArticleID: id, Stage: stage, StageQuote: id, SourceName: id, Role: role, SeenAt: at.Add(time.Duration(hours) * time.Hour)}
	}
	steps := stepsOf(models.Event{Articles: []models.EventArticle{
		article("a", "passed", models.Press, 1), article("b", "consultation", models.Press, 0), article("c", "passed", models.Regulator, 3),
		article("d", "passed", models.Press, 0), article("e", "consultation", models.Press, 2), article("f", "", models.Press, 0),
	}})
	want := []EventStep{{"consultation", "b", at, "b", "b", false}, {"passed", "c", at.Add(3 * time.Hour), "c", "c", true}}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}
