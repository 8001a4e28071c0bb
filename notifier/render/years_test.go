package render

import (
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// A year is left out only if it is that in which the message is sent, where its reader lives.
func TestAlertHasYearOfOtherYears(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := []struct {
		name, zone                       string
		published, seen, created, waited string
		want                             string
	}{
		{"this year", "Asia/Hong_Kong", "2026-08-28T05:53:00Z", "2026-08-28T06:05:00Z", "2026-08-28T06:05:00Z", "", "Daily, published 28 Aug 13:53 HKT, seen 14:05"},
		{"published last year", "Asia/Hong_Kong", "2025-08-28T05:53:00Z", "2026-08-28T06:05:00Z", "2026-08-28T06:05:00Z", "", "Daily, published 28 Aug 2025 13:53 HKT, seen 28 Aug 14:05 HKT"},
		{"dated in the future", "Asia/Hong_Kong", "2027-01-04T05:53:00Z", "2026-12-28T06:05:00Z", "2026-12-28T06:05:00Z", "", "Daily, published 4 Jan 2027 13:53 HKT, seen 28 Dec 14:05 HKT"},
		{"the year of the reader", "Asia/Hong_Kong", "2025-12-31T17:00:00Z", "2026-01-01T02:00:00Z", "2026-01-01T02:00:00Z", "", "Daily, published 1 Jan 01:00 HKT, seen 10:00"},
		{"the year of another reader", "America/New_York", "2025-12-31T17:00:00Z", "2026-01-01T06:00:00Z", "2026-01-01T06:00:00Z", "", "Daily, published 31 Dec 2025 12:00 EST, seen 1 Jan 01:00 EST"},
		{"deferred over the year's end", "UTC", "2025-12-31T20:00:00Z", "2025-12-31T21:00:00Z", "2025-12-31T21:00:00Z", "2026-01-02T08:00:00Z", "Daily, published 31 Dec 2025 20:00 UTC, seen 21:00"},
		{"seen last year and escalated in this one", "UTC", "2025-12-30T20:00:00Z", "2025-12-31T21:00:00Z", "2026-01-01T08:00:00Z", "", "Daily, published 30 Dec 2025 20:00 UTC, seen 31 Dec 2025 21:00 UTC"},
	}
	for _, tt := range tests {
		n := models.Notice{CreatedAt: at(tt.created), Content: models.Content{Alert: &models.Alert{
			Source: "Daily", PublishedAt: at(tt.published), SeenAt: at(tt.seen), Zone: tt.zone,
		}}}
		if tt.waited != "" {
			n.WaitUntil = at(tt.waited)
		}
		if got := viewAlert(n, nil, English).Seen; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	// A change of the message in the next year is the last time that it is sent.
	n := models.Notice{Content: models.Content{Alert: &models.Alert{Source: "Daily", SeenAt: at("2025-12-31T21:00:00Z"), Zone: "UTC"}}}
	v := viewAlert(n, &models.Status{Assignments: []models.Assignment{{By: "ann@example.com", AssignedAt: at("2026-01-02T08:00:00Z")}}}, English)
	if !strings.Contains(v.Seen, "31 Dec 2025") || !strings.Contains(v.Since.Taken, "2 Jan 08:00") {
		t.Errorf("seen %q, assigned %q; want the year of the first alone", v.Seen, v.Since.Taken)
	}
}

func TestDigestHasYearOfOtherYears(t *testing.T) {
	to := time.Date(2026, 12, 31, 20, 0, 0, 0, time.UTC) // 2027 in Hong Kong
	digest := models.Digest{
		Zone: "Asia/Hong_Kong", From: to.AddDate(0, 0, -7), To: to,
		Events: []models.DigestEvent{
			{Title: "a", PublishedAt: time.Date(2026, 12, 31, 15, 0, 0, 0, time.UTC)},
			{Title: "b", PublishedAt: time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)},
		},
		LessCertain: []models.DigestEvent{{Title: "c", FirstSeenAt: time.Date(2025, 1, 2, 3, 0, 0, 0, time.UTC)}},
		Dates:       []models.DigestDate{{KeyDate: models.KeyDate{Day: "2027-01-15"}, Left: 14}, {KeyDate: models.KeyDate{Day: "2028-01-15"}, Left: 379}},
	}
	for lang, want := range map[Language][]string{
		English:            {"Thu 31 Dec 2026", "Fri 1 Jan", "Thu 2 Jan 2025", "Fri 15 Jan", "Sat 15 Jan 2028"},
		TraditionalChinese: {"2026年12月31日（星期四）", "1月1日（星期五）", "2025年1月2日（星期四）", "1月15日（星期五）", "2028年1月15日（星期六）"},
	} {
		v := viewDigest(digest, lang)
		lines := v.Groups[0].Topics[0].Lines
		got := []string{lines[0].Facts, lines[1].Facts, v.LessCertain[0].Facts, v.Near[0].Day, v.Near[1].Day}
		for i, w := range want {
			if !strings.Contains(got[i], w) || !strings.Contains(w, "20") && strings.Contains(got[i], "20") {
				t.Errorf("%s: %q, want %q", lang, got[i], w)
			}
		}
	}
	summary := viewSummary(models.Summary{Zone: "Asia/Hong_Kong", From: to, To: to, Events: digest.Events}, English)
	if got := summary.Lines[0].Facts; !strings.Contains(got, "Thu 31 Dec 2026") {
		t.Errorf("summary: %q, want the year", got)
	}
}
