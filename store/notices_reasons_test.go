package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A program of the release before 0007 that still runs on an upgraded database writes the
// text of reasons and none of the columns that 0007 added.
func TestNoticesOfTheReleaseBeforeKeepTheirReasons(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		planned := []models.Notice{
			{Subject: "event", SubjectID: "e", Recipient: "held", Reasons: testReasons()},
			{Subject: "event", SubjectID: "e", Recipient: "waits", WaitUntil: noon.Add(time.Hour), Reasons: testReasons()},
			{Subject: "event", SubjectID: "e", Recipient: "new", HeldReasons: models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: "new"})},
		}
		for i := range planned {
			n := &planned[i]
			n.Kind, n.CreatedAt, n.ID = models.NoticeAlert, noon, n.Key()
		}
		if err := s.CommitNotices(t.Context(), planned); err != nil {
			t.Fatal(err)
		}
		for _, old := range []string{
			"UPDATE notices SET reason = 'route default by coin', reasons = NULL WHERE recipient <> 'new'",
			"UPDATE notices SET held = 'muted by ada', held_reasons = NULL WHERE recipient = 'held'",
			"UPDATE notices SET wait_for = 'outside the hours', wait_reasons = NULL WHERE recipient = 'waits'",
		} {
			if err := s.write.Exec(old).Error; err != nil {
				t.Fatal(err)
			}
		}
		text := func(said string) models.Reasons {
			return models.NewReasons(models.ReasonText, models.ReasonArgs{Text: said})
		}
		want := map[string][3]models.Reasons{
			"held":  {text("route default by coin"), text("muted by ada"), nil},
			"waits": {text("route default by coin"), nil, text("outside the hours")},
			"new":   {nil, planned[2].HeldReasons, nil},
		}
		check := func(t *testing.T, notices []models.Notice, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			got := make(map[string][3]models.Reasons)
			for _, n := range notices {
				got[n.Recipient] = [3]models.Reasons{n.Reasons, n.HeldReasons, n.WaitReasons}
				if n.Reason != "" || n.Held != "" || n.WaitFor != "" {
					t.Errorf("notice to %s has texts %q, %q, %q; want none", n.Recipient, n.Reason, n.Held, n.WaitFor)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reasons mismatch (-want +got):\n%s", diff)
			}
		}
		notices, err := s.Notices(t.Context(), time.Time{}, 10)
		check(t, notices, err)
		notices, err = s.EventNotices(t.Context(), "e")
		check(t, notices, err)

		waiting, _, err := s.DeferredNotices(t.Context(), noon.Add(time.Hour))
		if err != nil || len(waiting) != 1 {
			t.Fatalf("Waiting = %v, %v; want one notice", waiting, err)
		}
		if diff := cmp.Diff(text("outside the hours"), waiting[0].WaitReasons); diff != "" {
			t.Errorf("reasons of a notice that waits mismatch (-want +got):\n%s", diff)
		}

		// A copy has them too, and its queries for what is held find the same notices.
		other := open(t, freshLike(t, o))
		if err := s.CopyTo(t.Context(), other, nil); err != nil {
			t.Fatal(err)
		}
		notices, err = other.Notices(t.Context(), time.Time{}, 10)
		check(t, notices, err)
		var sent []string
		if err := other.read.Table("notices").Where("held = ''").Pluck("recipient", &sent).Error; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"waits"}, sent); diff != "" {
			t.Errorf("notices that are not held in the copy mismatch (-want +got):\n%s", diff)
		}
	})
}
