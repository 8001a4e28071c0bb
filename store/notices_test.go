package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestUnsentNotices(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var notices []models.Notice
		add := func(id string, after time.Duration, change func(*models.Notice)) {
			n := models.Notice{
				ID: id, Kind: models.NoticeAlert, Subject: "event", SubjectID: "E1", SubjectRevision: len(notices), Recipient: "desk", CreatedAt: noon.Add(after),
				Content: models.Content{Alert: &models.Alert{EventID: "E1"}},
			}
			change(&n)
			notices = append(notices, n)
		}
		held := models.NewReasons(models.ReasonMuted, models.ReasonArgs{})
		add("sent", 0, func(n *models.Notice) {})
		add("held", time.Minute, func(n *models.Notice) { n.HeldReasons = held })
		add("other", 2*time.Minute, func(n *models.Notice) { n.HeldReasons, n.SubjectID, n.Recipient = held, "E2", "legal" })
		add("status", 3*time.Minute, func(n *models.Notice) { n.HeldReasons, n.Subject, n.SubjectID = held, "standing", "E1/1" })
		add("deferred", 4*time.Minute, func(n *models.Notice) {
			n.WaitUntil, n.WaitReasons = noon.Add(time.Hour), models.NewReasons(models.ReasonOutsideHours, models.ReasonArgs{})
		})
		if err := s.CommitNotices(t.Context(), notices); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			filter NoticeFilter
			want   []string
		}{
			{"held", NoticeFilter{}, []string{"status", "other", "held"}},
			{"the newest", NoticeFilter{Limit: 1}, []string{"status"}},
			{"of an event", NoticeFilter{Event: "E1"}, []string{"status", "held"}},
			{"to recipients", NoticeFilter{Recipients: []string{"legal", "nobody"}}, []string{"other"}},
			{"to none", NoticeFilter{Recipients: []string{}}, nil},
			{"since", NoticeFilter{Since: noon.Add(2 * time.Minute)}, []string{"status", "other"}},
			{"deferred", NoticeFilter{Deferred: true}, []string{"deferred"}},
			{"deferred, of another event", NoticeFilter{Deferred: true, Event: "E2"}, nil},
		} {
			found, err := s.UnsentNotices(t.Context(), tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range found {
				got = append(got, n.ID)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	})
}
