package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestChannelTroublesAreTheLastReports(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		tell := func(at time.Time, id, name, recipient string, is models.Health) {
			n := models.Notice{
				Reasons: testReasons(), Kind: models.NoticeHealth, Subject: "channel", SubjectID: id, SubjectRevision: int(at.Unix()), Recipient: recipient, CreatedAt: at,
				Content: models.Content{Health: &models.HealthReport{Subject: "channel", Name: name, Health: is, Since: at, Error: "x"}},
			}
			n.ID = n.Key()
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
		}
		tell(noon, "slack", "slack", "desk", models.Failing)
		tell(noon, "slack", "slack", "legal", models.Failing)
		tell(noon, "mail:a@example.org", "mail:a@example.org", "desk", models.Failing)
		tell(noon.Add(time.Hour), "mail:a@example.org", "mail:a@example.org", "desk", models.Healthy)
		tell(noon.Add(time.Hour), "mail:b@example.org/given up", "mail:b@example.org", "desk", models.Failing)
		tell(noon.Add(time.Hour), "old/gone", "old", "desk", models.Failing)
		tell(noon.Add(-time.Hour), "hook", "hook", "desk", models.Healthy)
		tell(noon.Add(time.Hour), "hook", "hook", "desk", models.Failing)
		told, err := s.ChannelTroubles(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range told {
			got = append(got, r.Name+" since "+r.Since.Sub(noon).String())
		}
		if diff := cmp.Diff([]string{"hook since 1h0m0s", "slack since 0s"}, got); diff != "" {
			t.Errorf("troubles (-want +got):\n%s", diff)
		}
	})
}

func TestPendingIsCountedByChannel(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 3, noon)
		d := claim(t, s, noon, 1)[0]
		if err := s.MarkSent(t.Context(), d, "r", noon); err != nil {
			t.Fatal(err)
		}
		got, err := s.Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]Pending{{"slack", 2, noon.Add(time.Second)}}, got); diff != "" {
			t.Errorf("owed (-want +got):\n%s", diff)
		}
	})
}
