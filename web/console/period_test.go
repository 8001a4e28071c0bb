package console

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

func TestAPeriodHasBounds(t *testing.T) {
	zone := time.FixedZone("HKT", 8*60*60)
	v := &visit{Zone: zone, Now: time.Date(2026, 1, 1, 0, 30, 0, 0, zone), words: words{"en"}}
	at := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		day, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	for _, tt := range []struct{ query, since, until string }{
		{"", "", ""},
		{"days=7", "2025-12-25 00:30", ""},
		{"days=quarter", "2026-01-01 00:00", "2026-04-01 00:00"},
		{"days=last-quarter", "2025-10-01 00:00", "2026-01-01 00:00"},
		{"days=0", "", ""},
		{"days=-1", "", ""},
		{"days=year", "", ""},
		{"from=2025-11-05", "2025-11-05 00:00", ""},
		{"to=2025-11-05", "", "2025-11-06 00:00"},
		{"from=2025-11-05&to=2025-11-05", "2025-11-05 00:00", "2025-11-06 00:00"},
		{"days=last-quarter&from=2025-11-05", "2025-11-05 00:00", "2026-01-01 00:00"},
		{"days=last-quarter&to=2025-11-05", "2025-10-01 00:00", "2025-11-06 00:00"},
		{"days=7&from=2025-11-05", "2025-12-25 00:30", ""},
		{"from=5+November", "", ""},
	} {
		q, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		since, until := readPeriod(q).bounds(v)
		if !since.Equal(at(tt.since)) || !until.Equal(at(tt.until)) {
			t.Errorf("%s: %s to %s, want %s to %s", tt.query, since, until, tt.since, tt.until)
		}
	}
}

func TestTheInboxIsFilteredByTime(t *testing.T) {
	d := newDesk(t)
	now := time.Now().In(d.engine.Zone())
	today, yesterday := now.Format(time.DateOnly), now.AddDate(0, 0, -1).Format(time.DateOnly)
	for _, q := range []string{"days=quarter", "from=" + today, "to=" + today, "days=quarter&rule=stablecoin-ordinance&q=licence"} {
		d.get(t, "/inbox?"+q).wants(t, licence)
	}
	for _, q := range []string{"days=last-quarter", "to=" + yesterday, "from=2999-01-01"} {
		d.get(t, "/inbox?"+q).lacks(t, licence)
	}
	page := d.get(t, "/inbox?days=last-quarter&rule=stablecoin-ordinance")
	page.wants(t, "Last quarter, 1 ", `href="/inbox?rule=stablecoin-ordinance"`, `<option value="last-quarter" selected>`)
	page = d.get(t, "/inbox?from="+today+"&severity=high")
	page.wants(t, "From <b>"+today+"</b>", `href="/inbox?severity=high"`)
	for q, want := range map[string]string{"from=soon": "“soon” is not a day", "from=2026-05-02&to=2026-05-01": "is after the last"} {
		if page := d.get(t, "/inbox?"+q); page.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Body, want) {
			t.Errorf("%s answers %d without %q", q, page.Code, want)
		}
	}

	d.post(t, "/filters", "name", "Quarter", "query", "days=last-quarter&rule=crypto-ban")
	d.get(t, "/inbox").wants(t, `href="/inbox?days=last-quarter&amp;rule=crypto-ban"`)
}

func TestAPeriodSaysThatClosedEventsAreLeftOut(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	d.post(t, "/act", "do", "close", "event", e.ID, "reason", "Read", "back", "/inbox")
	page := d.get(t, "/inbox?days=quarter")
	page.wants(t, "1 closed event of this time is left out.", `href="/inbox?days=quarter&amp;state=any"`)
	d.get(t, "/inbox?days=quarter&state=any").wants(t, licence)
	d.get(t, "/inbox").lacks(t, "left out")
}

func TestTheInboxHasOneHeadingForADay(t *testing.T) {
	d := newDesk(t)
	now := time.Date(2026, 5, 20, 15, 0, 0, 0, time.UTC)
	event := func(title string, firstSeen, lastSeen time.Duration) app.Event {
		return app.Event{ID: title, Title: title, FirstSeenAt: now.Add(-firstSeen), LastSeenAt: now.Add(-lastSeen)}
	}
	v := &visit{Request: httptest.NewRequest(http.MethodGet, "/inbox", nil), Zone: time.UTC, Now: now, words: words{"en"}}
	// The first was reported again an hour ago, three weeks after it was first seen.
	days := d.console.days(v, []app.Event{event("again", 500*time.Hour, time.Hour), event("today", 2*time.Hour, 2*time.Hour), event("yesterday", 30*time.Hour, 30*time.Hour)}, "")
	var got []string
	for _, d := range days {
		for _, r := range d.Rows {
			got = append(got, d.Name+": "+r.Title)
		}
	}
	if want := []string{"Today: again", "Today: today", "Yesterday: yesterday"}; !slices.Equal(got, want) || len(days) != 2 {
		t.Errorf("the inbox has %d headings and %q, want 2 and %q", len(days), got, want)
	}
}

// What the search offers is a query, alone or with a word after a field.
func TestTheSearchOffersWordsThatItUnderstands(t *testing.T) {
	d := newDesk(t)
	page := d.get(t, "/inbox").Body
	_, list, _ := strings.Cut(page, `<datalist id="qwords">`)
	list, _, _ = strings.Cut(list, "</datalist>")
	words := regexp.MustCompile(`<option value="([^"]*)"`).FindAllStringSubmatch(list, -1)
	for _, want := range []string{"title:", "source:", "role:regulator", "jurisdiction:", "deadline:60d"} {
		if !strings.Contains(list, `"`+want) {
			t.Errorf("the search does not offer %s: %s", want, list)
		}
	}
	for _, w := range words {
		query := html.UnescapeString(w[1])
		if strings.HasSuffix(query, ":") {
			query += "licence"
		}
		queries := []string{query, "licence " + query, query + " licence"}
		if strings.HasSuffix(query, ":60d") {
			queries = queries[1:] // a query of a date alone would read all articles
		}
		for _, q := range queries {
			if got := d.get(t, "/inbox?q="+url.QueryEscape(q)); got.Code != http.StatusOK {
				t.Errorf("the search offers %s, and answers %d to %s", w[1], got.Code, q)
			}
		}
	}
}
