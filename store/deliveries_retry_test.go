package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func auditLines(t *testing.T, s *Store, subject string) []string {
	t.Helper()
	entries, err := s.AuditBySubject(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range entries {
		lines = append(lines, e.Actor+" "+e.Action)
	}
	return lines
}

// What the channel surely did not take is sent by a retry without a look-up.
func TestRetryClearsTheStartOfAFailedSend(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 1, noon)
		d := claim(t, s, noon, 1)[0]
		if err := s.MarkStarted(t.Context(), d, noon); err != nil {
			t.Fatal(err)
		}
		if err := s.Fail(t.Context(), d, "no such user", noon); err != nil {
			t.Fatal(err)
		}
		if err := s.Retry(t.Context(), []string{d.ID}, "ana", noon); err != nil {
			t.Fatal(err)
		}
		if got := one(t, s); !got.StartedAt.IsZero() {
			t.Errorf("after a retry it was begun at %s; want that it never was", got.StartedAt)
		}
	})
}

func TestWhatIsDeadIsRetriedAndMayBeDropped(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 1, noon)
		d := claim(t, s, noon, 1)[0]
		begun := noon.Add(time.Second)
		if err := s.MarkStarted(t.Context(), d, begun); err != nil {
			t.Fatal(err)
		}
		d.StartedAt = begun // it may have arrived
		if err := s.Fail(t.Context(), d, "no such user", noon.Add(2*time.Second)); err != nil {
			t.Fatal(err)
		}
		later := noon.Add(time.Hour)
		if err := s.Retry(t.Context(), []string{d.ID}, " ana ", later); err != nil {
			t.Fatal(err)
		}
		got := one(t, s)
		if got.State != models.DeliveryDue || got.Attempts != 0 || got.LastError != "" || !got.NotBefore.Equal(later) || !got.StartedAt.Equal(begun) {
			t.Errorf("after a retry: %+v; want it due now, without attempts, begun as it was", got)
		}
		// A worker has it: it cannot be dropped. Once the lease is over it can.
		d = claim(t, s, later, 1)[0]
		var decided *DecidedError
		err := s.DropDeliveries(t.Context(), []string{d.ID}, "told by phone", "ben", later.Add(time.Second))
		if !errors.As(err, &decided) || !strings.Contains(err.Error(), "is being sent") {
			t.Errorf("DropDeliveries of one that is being sent = %v", err)
		}
		if err := s.DropDeliveries(t.Context(), []string{d.ID}, "told by phone", "ben", later.Add(2*lease)); err != nil {
			t.Fatal(err)
		}
		got = one(t, s)
		if got.State != models.DeliveryDropped || got.LastError != "dropped by ben: told by phone" {
			t.Errorf("after a drop: %+v", got)
		}
		if err := s.MarkSent(t.Context(), d, "r", later.Add(2*lease)); !errors.Is(err, models.ErrLeaseLost) {
			t.Errorf("the worker that was late: %v; want that its lease is lost", err)
		}
		if again := claim(t, s, later.Add(3*lease), 1); len(again) > 0 {
			t.Error("what was dropped is claimed")
		}
		// A drop is undone by a retry.
		if err := s.Retry(t.Context(), []string{d.ID}, "", later.Add(3*lease)); err != nil {
			t.Fatal(err)
		}
		if err := s.Retry(t.Context(), []string{d.ID}, "", later.Add(3*lease)); !errors.As(err, &decided) || !strings.Contains(err.Error(), "is due; only dead or dropped deliveries can be retried") {
			t.Errorf("Retry of one that is due = %v", err)
		}
		want := []string{"regwatch delivery.dead", "ana delivery.retried", "ben delivery.dropped", "somebody unknown delivery.retried"}
		if diff := cmp.Diff(want, auditLines(t, s, d.ID)); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
		if _, err := s.VerifyAudit(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestDecisionsAreAllOrNone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		notices := owe(t, s, 2, noon)
		dead, due := notices[0].Deliveries[0].ID, notices[1].Deliveries[0].ID
		if err := s.Fail(t.Context(), claim(t, s, noon, 1)[0], "x", noon); err != nil {
			t.Fatal(err)
		}
		var decided *DecidedError
		if err := s.Retry(t.Context(), []string{dead, due}, "ana", noon); !errors.As(err, &decided) || decided.ID != due {
			t.Errorf("Retry = %v; want that %s is due", err, due)
		}
		var none *UnknownDeliveryError
		if err := s.DropDeliveries(t.Context(), []string{dead, "nowhere"}, "x", "ana", noon); !errors.As(err, &none) || none.ID != "nowhere" {
			t.Errorf("DropDeliveries = %v; want that there is no such delivery", err)
		}
		if still, err := s.Deliveries(t.Context(), DeliveryFilter{State: models.DeliveryDead}); err != nil || len(still) != 1 {
			t.Errorf("%d dead, %v; want one as before", len(still), err)
		}
	})
}

func TestDeliveriesAreFoundByTheBeginningOfTheirIDs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 17, noon) // two of them begin alike: IDs are hexadecimal
		all, err := s.Deliveries(t.Context(), DeliveryFilter{})
		if err != nil {
			t.Fatal(err)
		}
		begins := map[string]int{}
		for _, d := range all {
			begins[d.ID[:1]]++
		}
		for _, d := range all {
			found, err := s.FindDelivery(t.Context(), " "+strings.ToUpper(d.ID[:30]))
			if err != nil || found.ID != d.ID || found.Notice.ID != d.NoticeID {
				t.Errorf("FindDelivery = %s, %v; want %s with its notice", found.ID, err, d.ID)
			}
			var none *UnknownDeliveryError
			if _, err := s.FindDelivery(t.Context(), d.ID[:1]); begins[d.ID[:1]] > 1 && (!errors.As(err, &none) || len(none.Among) != min(begins[d.ID[:1]], maxCandidates)) {
				t.Errorf("FindDelivery(%s) = %v; want those that begin so", d.ID[:1], err)
			}
		}
		for _, id := range []string{"", "~", "zz", "%"} {
			var none *UnknownDeliveryError
			if _, err := s.FindDelivery(t.Context(), id); !errors.As(err, &none) || len(none.Among) > 0 {
				t.Errorf("FindDelivery(%q) = %v; want that there is none", id, err)
			}
		}
	})
}

// An amendment that a newer one has taken the place of would show what is over.
func TestAnOutdatedAmendmentIsNotRetried(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var ids []string
		for i := range 2 {
			at := noon.Add(time.Duration(i) * time.Second)
			n := models.Notice{
				Reasons: testReasons(), Kind: models.NoticeAmend, Subject: "standing", SubjectID: fmt.Sprint("e/", i), Recipient: "desk", CreatedAt: at,
				Content: models.Content{Status: &models.Status{EventID: "e"}},
			}
			n.ID = n.Key()
			d := models.NewDelivery(n.ID, "slack", "", at)
			d.Thread, d.Amends = "e", true
			n.Deliveries = []models.Delivery{d}
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, d.ID)
		}
		var decided *DecidedError
		if err := s.Retry(t.Context(), ids[:1], "ana", noon); !errors.As(err, &decided) || !strings.Contains(err.Error(), "is out of date: a newer update of the same message exists") {
			t.Errorf("Retry of an outdated amendment = %v", err)
		}
		if err := s.DropDeliveries(t.Context(), ids[1:], "x", "ana", noon); err != nil {
			t.Fatal(err)
		}
		if err := s.Retry(t.Context(), ids[1:], "ana", noon); err != nil {
			t.Errorf("Retry of the newest = %v", err)
		}
	})
}
