package app

import (
	"testing"
	"time"
	_ "time/tzdata" // time zones on every machine

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
