package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestUnreportedDeadIsWhatWasGivenUpAfterTheLastReport(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		given := 0
		giveUp := func(at time.Time, subject, address, why string) models.Delivery {
			t.Helper()
			given++
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeHealth, Subject: subject, SubjectID: fmt.Sprint(given), Recipient: "desk", CreatedAt: at}
			n.ID = n.Key()
			n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "mail", address, at)}
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
			claimed, err := s.Claim(t.Context(), at, "mail", 10, time.Minute)
			if err != nil || len(claimed) != 1 {
				t.Fatalf("Claim = %d, %v", len(claimed), err)
			}
			if err := s.Fail(t.Context(), claimed[0], why, at); err != nil {
				t.Fatal(err)
			}
			return claimed[0]
		}
		report := func(at time.Time, destination string) {
			t.Helper()
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeHealth, Subject: "channel", SubjectID: destination + "/given up", SubjectRevision: int(at.Unix()), Recipient: "desk", CreatedAt: at}
			n.ID = n.Key()
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
		}
		hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
		giveUp(hour(0), "source", "a@example.org", "reported")
		giveUp(hour(1), "source", "b@example.org", "never reported")
		report(hour(2), "mail:a@example.org")
		report(hour(2), "mail:aa@example.org")
		giveUp(hour(3), "source", "a@example.org", "first")
		giveUp(hour(4), "source", "a@example.org", "second")
		giveUp(hour(5), "channel", "a@example.org", "a report itself")
		retried := giveUp(hour(6), "source", "a@example.org", "retried")
		giveUp(hour(7), "source", "", "no address")
		if err := s.write.Exec("UPDATE deliveries SET state = 'dropped' WHERE id = ?", retried.ID).Error; err != nil {
			t.Fatal(err)
		}
		got, err := s.UnreportedDead(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, h := range got {
			lines = append(lines, fmt.Sprintf("%s %s since %s: %d, %s", h.Name(), h.Health, h.Since.Sub(noon), h.Dead, h.Error))
		}
		want := []string{
			"mail failing since 7h0m0s: 1, no address",
			"mail:a@example.org failing since 3h0m0s: 2, second",
			"mail:b@example.org failing since 1h0m0s: 1, never reported",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("given up and not reported (-want +got):\n%s", diff)
		}
	})
}
