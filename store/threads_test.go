package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// tell stores a notice of an event for the desk with one delivery.
func tell(t testing.TB, s *Store, kind models.NoticeKind, subject string, revision int, at time.Time, amends bool) models.Delivery {
	t.Helper()
	n := models.Notice{Reasons: testReasons(), Kind: kind, Subject: subject, SubjectID: "E", SubjectRevision: revision, Recipient: "desk", CreatedAt: at}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, "slack", "", at)
	d.Thread, d.Amends = "E", amends
	n.Deliveries = []models.Delivery{d}
	if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
		t.Fatal(err)
	}
	return d
}

func send(t testing.TB, s *Store, now time.Time, receipt string) models.Delivery {
	t.Helper()
	got := claim(t, s, now, 5)
	if len(got) != 1 {
		t.Fatalf("Claim = %d deliveries, want 1: a thread goes one by one", len(got))
	}
	if err := s.MarkSent(t.Context(), got[0], receipt, now); err != nil {
		t.Fatal(err)
	}
	return got[0]
}

func TestAThreadIsDeliveredInOrderUnderItsFirstMessage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		alert := tell(t, s, models.NoticeAlert, "event", 0, noon, false)
		update := tell(t, s, models.NoticeUpdate, "event", 2, noon.Add(time.Second), false)

		now := noon.Add(time.Minute)
		if first := send(t, s, now, "C1/1.1"); first.ID != alert.ID || first.Root != nil {
			t.Errorf("first %s under %v, want the alert %s under nothing", first.ID, first.Root, alert.ID)
		}
		next := send(t, s, now, "C1/1.2")
		if next.ID != update.ID || next.Root == nil || next.Root.Receipt != "C1/1.1" || next.Root.Notice.Kind != models.NoticeAlert {
			t.Errorf("then %s under %+v, want the update under the alert with its notice", next.ID, next.Root)
		}
	})
}

// Two scans at once: the one that began first, and so has the earlier time, is stored
// last, after it has read what the other stored.
func TestThreadIsDeliveredInTheOrderOfItsCommits(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		alert := tell(t, s, models.NoticeAlert, "event", 0, noon.Add(time.Second), false)
		updates := []models.Delivery{
			tell(t, s, models.NoticeUpdate, "event", 2, noon, false),
			tell(t, s, models.NoticeUpdate, "event", 3, noon.Add(-time.Hour), false),
			tell(t, s, models.NoticeUpdate, "event", 4, noon.Add(time.Minute), false),
		}
		now := noon.Add(time.Hour)
		for i, want := range append([]models.Delivery{alert}, updates...) {
			if got := send(t, s, now, fmt.Sprint(i)); got.ID != want.ID {
				t.Fatalf("message %d is of revision %d, want %s", i, got.Notice.SubjectRevision, want.ID)
			}
		}
	})
}

// A first message that was given up must not hold up what follows.
func TestAThreadGoesOnWithoutAFirstMessageThatDied(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		tell(t, s, models.NoticeAlert, "event", 0, noon, false)
		update := tell(t, s, models.NoticeUpdate, "event", 2, noon.Add(time.Second), false)
		now := noon.Add(time.Minute)
		if err := s.Fail(t.Context(), claim(t, s, now, 5)[0], "no such channel", now); err != nil {
			t.Fatal(err)
		}
		if got := send(t, s, now, "C1/1.2"); got.ID != update.ID || got.Root != nil {
			t.Errorf("then %s under %v, want the update by itself", got.ID, got.Root)
		}
	})
}

func TestANewerAmendmentReplacesOneThatIsNotBegun(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		tell(t, s, models.NoticeAlert, "event", 0, noon, false)
		send(t, s, noon.Add(time.Second), "C1/1.1")
		old := tell(t, s, models.NoticeAmend, "standing", 1, noon.Add(2*time.Second), true)
		begun := claim(t, s, noon.Add(3*time.Second), 1)[0]
		if err := s.MarkStarted(t.Context(), begun, noon.Add(3*time.Second)); err != nil {
			t.Fatal(err)
		}
		waiting := tell(t, s, models.NoticeAmend, "standing", 2, noon.Add(4*time.Second), true)
		newest := tell(t, s, models.NoticeAmend, "standing", 3, noon.Add(5*time.Second), true)
		want := map[string]models.DeliveryState{old.ID: models.DeliveryDue, waiting.ID: models.DeliveryDropped, newest.ID: models.DeliveryDue}
		all, err := s.Deliveries(t.Context(), DeliveryFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if state, amends := want[d.ID]; amends && d.State != state {
				t.Errorf("amendment %d is %s, want %s", d.Notice.SubjectRevision, d.State, state)
			}
		}
	})
}

func TestADroppedDeliveryIsOverAndAudited(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		amend := tell(t, s, models.NoticeAmend, "standing", 1, noon, true)
		update := tell(t, s, models.NoticeUpdate, "event", 2, noon.Add(time.Second), false)
		now := noon.Add(time.Minute)
		held := claim(t, s, now, 5)[0]
		if held.ID != amend.ID || held.Root != nil {
			t.Fatalf("claimed %s under %v, want the amendment %s under nothing", held.ID, held.Root, amend.ID)
		}
		if err := s.Drop(t.Context(), held, "there is no message", now); err != nil {
			t.Fatal(err)
		}
		if err := s.Drop(t.Context(), held, "again", now); !errors.Is(err, models.ErrLeaseLost) {
			t.Errorf("dropped twice: %v, want that the lease is lost", err)
		}
		if got := send(t, s, now, "C1/1.2"); got.ID != update.ID {
			t.Errorf("then %s, want the update %s, which it held up", got.ID, update.ID)
		}
		entries, err := s.Audit(t.Context(), AuditFilter{OldestFirst: true})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(entries, func(e models.AuditEntry) bool {
			return e.Action == "delivery.dropped" && e.Subject == amend.ID && strings.Contains(e.Detail, "there is no message")
		}) {
			t.Error("the audit has no entry of it with its reason")
		}
	})
}

// After its first message was deleted, a thread begins anew with what is sent next.
func TestForgottenThreadBeginsWithTheNextMessage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		now := noon.Add(time.Minute)
		tell(t, s, models.NoticeAlert, "event", 0, noon, false)
		send(t, s, now, "C1/1.1")
		tell(t, s, models.NoticeUpdate, "event", 1, noon.Add(time.Second), false)
		send(t, s, now, "C1/1.2") // a reply in the thread

		tell(t, s, models.NoticeUpdate, "event", 2, noon.Add(2*time.Second), false)
		news := claim(t, s, now, 5)[0]
		if news.Root == nil || news.Root.Receipt != "C1/1.1" {
			t.Fatalf("the news is under %+v, want the alert", news.Root)
		}
		stale := news
		stale.LeaseToken = "another's"
		if err := s.ForgetThread(t.Context(), stale); !errors.Is(err, models.ErrLeaseLost) {
			t.Errorf("ForgetThread without the lease: %v, want that it is lost", err)
		}
		if err := s.ForgetThread(t.Context(), news); err != nil {
			t.Fatal(err)
		}
		// A crash here leaves the news due, by itself.
		later := now.Add(time.Hour)
		if again := claim(t, s, later, 5)[0]; again.ID != news.ID || again.Root != nil {
			t.Fatalf("after a crash %s is under %+v, want the news %s under nothing", again.ID, again.Root, news.ID)
		} else if err := s.MarkSent(t.Context(), again, "C1/2.1", later); err != nil {
			t.Fatal(err)
		}
		tell(t, s, models.NoticeAmend, "standing", 3, noon.Add(3*time.Second), true)
		if amend := send(t, s, later, "C1/2.1"); amend.Root == nil || amend.Root.Receipt != "C1/2.1" || amend.Root.Notice.Kind != models.NoticeUpdate {
			t.Errorf("a change is made to %+v, want the news", amend.Root)
		}
		tell(t, s, models.NoticeUpdate, "event", 4, noon.Add(4*time.Second), false)
		if more := send(t, s, later, "C1/2.2"); more.Root == nil || more.Root.Receipt != "C1/2.1" {
			t.Errorf("further news is under %+v, want the news", more.Root)
		}
		// What was sent is still listed with its event, and says why nothing aims at it.
		all, err := s.Deliveries(t.Context(), DeliveryFilter{Event: "E"})
		if err != nil {
			t.Fatal(err)
		}
		gone := map[string]bool{}
		for _, d := range all {
			gone[d.Receipt] = d.LastError == models.ThreadGone
			if d.State != models.DeliverySent {
				t.Errorf("%s is %s, want sent", d.ID, d.State)
			}
		}
		if len(all) != 5 || !gone["C1/1.1"] || !gone["C1/1.2"] || gone["C1/2.1"] || gone["C1/2.2"] {
			t.Errorf("%d deliveries, of which are gone %v; want 5, of which the first two", len(all), gone)
		}
	})
}

// Other places that were told of the event keep their threads.
func TestForgettingAThreadConcernsOnePlace(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		n := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: "E", Recipient: "desk", CreatedAt: noon}
		n.ID = n.Key()
		for _, address := range []string{"", "C2"} {
			d := models.NewDelivery(n.ID, "slack", address, noon)
			d.Thread = "E"
			n.Deliveries = append(n.Deliveries, d)
		}
		if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		now := noon.Add(time.Minute)
		for _, d := range claim(t, s, now, 5) {
			if err := s.MarkSent(t.Context(), d, d.Destination+"/1.1", now); err != nil {
				t.Fatal(err)
			}
		}
		more := models.Notice{Reasons: testReasons(), Kind: models.NoticeUpdate, Subject: "event", SubjectID: "E", SubjectRevision: 1, Recipient: "desk", CreatedAt: now}
		more.ID = more.Key()
		for _, address := range []string{"", "C2"} {
			d := models.NewDelivery(more.ID, "slack", address, now)
			d.Thread = "E"
			more.Deliveries = append(more.Deliveries, d)
		}
		if err := s.CommitNotices(t.Context(), []models.Notice{more}); err != nil {
			t.Fatal(err)
		}
		for _, d := range claim(t, s, now, 5) {
			if d.Address == "" {
				if err := s.ForgetThread(t.Context(), d); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, d := range claim(t, s, now.Add(time.Hour), 5) {
			if (d.Root == nil) != (d.Address == "") {
				t.Errorf("%s is under %+v; want only the other place's thread kept", d.Destination, d.Root)
			}
		}
	})
}
