package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestStatsOfChannelsNoticesAndScans(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		empty, err := s.Stats(t.Context())
		if diff := cmp.Diff(models.Stats{}, empty); err != nil || diff != "" {
			t.Errorf("of an empty database: %v (-want +got)\n%s", err, diff)
		}
		var notices []models.Notice
		for i, channel := range []string{"slack", "mail", "slack", "hook"} {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: channel, SubjectRevision: i, Recipient: "desk", CreatedAt: noon}
			n.ID = n.Key()
			n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, channel, "", noon.Add(time.Duration(i)*time.Minute))}
			notices = append(notices, n)
		}
		held := models.Notice{Reasons: testReasons(), ID: "held", Kind: models.NoticeAlert, Subject: "event", SubjectID: "E", Recipient: "desk", HeldReasons: models.NewReasons(models.ReasonMuted, models.ReasonArgs{}), CreatedAt: noon}
		if err := s.CommitNotices(t.Context(), append(notices, held)); err != nil {
			t.Fatal(err)
		}
		fail := func(channel string, do func(models.Delivery) error) {
			t.Helper()
			got, err := s.Claim(t.Context(), noon.Add(time.Hour), channel, 1, time.Minute)
			if err != nil || len(got) != 1 {
				t.Fatalf("Claim = %v, %v", got, err)
			}
			if err := do(got[0]); err != nil {
				t.Fatal(err)
			}
		}
		fail("slack", func(d models.Delivery) error {
			d.StartedAt = noon
			return s.Postpone(t.Context(), d, noon.Add(9*time.Hour), 1, "no route")
		})
		fail("hook", func(d models.Delivery) error { return s.Fail(t.Context(), d, "gone", noon.Add(time.Hour)) })
		fail("mail", func(d models.Delivery) error { return s.MarkSent(t.Context(), d, "<1@x>", noon.Add(time.Hour)) })

		got, err := s.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := models.Stats{
			Channels: []models.ChannelStats{
				{Channel: "hook", Dead: 1},
				{Channel: "slack", Due: 2, OldestDue: noon, LastError: "no route"},
			},
			Notices: []models.NoticeCount{{Kind: models.NoticeAlert, Count: 4}, {Kind: models.NoticeAlert, Held: true, Count: 1}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Pulse mismatch (-want +got):\n%s", diff)
		}
		if !got.OldestDue().Equal(noon) {
			t.Errorf("OldestDue = %v, want %v", got.OldestDue(), noon)
		}
	})
}

// A monitor asks every few seconds, so nothing of it may read whole tables.
func TestStatsUseIndexes(t *testing.T) {
	s := open(t, freshSQLite(t))
	for _, query := range []string{
		"SELECT kind, (held <> '') AS silent, COUNT(*) AS count FROM notices GROUP BY kind, (held <> '') ORDER BY 1, 2",
		dueByChannel,
		"SELECT channel, COUNT(*) AS dead FROM deliveries WHERE state = 'dead' GROUP BY channel",
	} {
		var plan []struct{ Detail string }
		if err := s.read.Raw("EXPLAIN QUERY PLAN " + query).Scan(&plan).Error; err != nil {
			t.Fatal(err)
		}
		if len(plan) != 1 || !strings.Contains(plan[0].Detail, "INDEX") {
			t.Errorf("%s: %v; want an index alone", query, plan)
		}
	}
}
