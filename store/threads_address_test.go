package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// mailOf is a notice of event E with a mail to each address.
func mailOf(kind models.NoticeKind, revision int, at time.Time, addresses ...string) models.Notice {
	n := models.Notice{Reasons: testReasons(), Kind: kind, Subject: "event", SubjectID: "E", SubjectRevision: revision, Recipient: "desk", CreatedAt: at}
	n.ID = n.Key()
	for _, a := range addresses {
		d := models.NewDelivery(n.ID, "mail", a, at)
		d.Thread = "E"
		n.Deliveries = append(n.Deliveries, d)
	}
	return n
}

// An address may be spelled anew in regwatch.yaml. What follows up a message must still
// be under it, and behind it if it is not sent yet.
func TestFollowUpFindsItsThreadWhenTheAddressIsSpelledAnew(t *testing.T) {
	tests := []struct{ name, was, is string }{
		{"the case of the domain", "team@Example.com", "team@example.com"},
		{"the case before the @", "team@example.com", "Team@example.com"},
		{"an A-label", "info@bücher.example.com", "info@xn--bcher-kva.example.com"},
		{"a U-label", "info@xn--bcher-kva.example.com", "info@bücher.example.com"},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			for _, sent := range []bool{true, false} {
				s := open(t, freshLike(t, o))
				if err := s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeAlert, 1, noon, "other@example.com", tt.was)}); err != nil {
					t.Fatal(err)
				}
				now := noon.Add(time.Hour)
				if sent {
					sendMails(t, s, now)
				}
				if err := s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeUpdate, 2, noon.Add(time.Minute), tt.is, "new@example.com")}); err != nil {
					t.Fatal(err)
				}
				if !sent {
					sendMails(t, s, now)
				}
				roots := make(map[string]string)
				for _, d := range sendMails(t, s, now) {
					roots[d.Address] = "nothing"
					if d.Root != nil {
						roots[d.Address] = string(d.Root.Notice.Kind) + " to " + d.Root.Address
					}
					if want := models.NewDelivery(d.NoticeID, d.Channel, d.Address, noon); d.ID != want.ID || d.Destination != want.Destination {
						t.Errorf("%s: the delivery to %s is %s to %s, want %s", tt.name, d.Address, d.ID, d.Destination, want.ID)
					}
				}
				want := map[string]string{tt.was: "alert to " + tt.was}
				if sent {
					want["new@example.com"] = "nothing"
				}
				if diff := cmp.Diff(want, roots); diff != "" {
					t.Errorf("%s, sent before %v: what the update is under mismatch (-want +got):\n%s", tt.name, sent, diff)
				}
			}
		}
	})
}

// sendMails claims the mails that are due and marks them sent.
func sendMails(t testing.TB, s *Store, now time.Time) []models.Delivery {
	t.Helper()
	claimed, err := s.Claim(t.Context(), now, "mail", 10, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range claimed {
		if err := s.MarkSent(t.Context(), d, d.Address, now); err != nil {
			t.Fatal(err)
		}
	}
	return claimed
}

// The spelling may be why mails were refused, and the new one the cure.
func TestThreadUsesTheNewSpellingAfterTheOldOneDied(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if err := s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeAlert, 1, noon, "Team@example.com")}); err != nil {
			t.Fatal(err)
		}
		claimed, err := s.Claim(t.Context(), noon, "mail", 10, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("Claim = %d, %v", len(claimed), err)
		}
		if err := s.Fail(t.Context(), claimed[0], "no such user", noon); err != nil {
			t.Fatal(err)
		}
		if err := s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeUpdate, 2, noon, "team@example.com")}); err != nil {
			t.Fatal(err)
		}
		if got := sendMails(t, s, noon); len(got) != 1 || got[0].Address != "team@example.com" {
			t.Errorf("the update goes to %v, want team@example.com", got)
		}
	})
}

func TestReleasedNoticeKeepsTheSpellingOfItsThread(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if err := s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeAlert, 1, noon, "team@Example.com")}); err != nil {
			t.Fatal(err)
		}
		sendMails(t, s, noon)
		waits := mailOf(models.NoticeUpdate, 2, noon)
		waits.WaitUntil = noon.Add(time.Hour)
		if err := s.CommitNotices(t.Context(), []models.Notice{waits}); err != nil {
			t.Fatal(err)
		}
		told := mailOf(models.NoticeUpdate, 2, noon, "team@example.com")
		if err := s.CommitFlush(t.Context(), []models.Notice{told}, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		got := sendMails(t, s, noon.Add(time.Hour))
		if len(got) != 1 || got[0].Root == nil || got[0].Address != "team@Example.com" {
			t.Errorf("the update goes to %+v, want team@Example.com under its alert", got)
		}
	})
}

// The clock may be set back between two messages, and the address spelled anew.
func TestThreadStaysInOrderWhenTheAddressIsSpelledAnewAndTheClockIsSetBack(t *testing.T) {
	earlier := noon.Add(-time.Minute)
	tests := []struct {
		name   string
		commit func(t *testing.T, s *Store) error
	}{
		{"added", func(t *testing.T, s *Store) error {
			return s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeUpdate, 2, earlier, "team@example.com")})
		}},
		{"released", func(t *testing.T, s *Store) error {
			waits := mailOf(models.NoticeUpdate, 2, earlier)
			waits.WaitUntil = noon
			if err := s.CommitNotices(t.Context(), []models.Notice{waits}); err != nil {
				return err
			}
			return s.CommitFlush(t.Context(), []models.Notice{mailOf(models.NoticeUpdate, 2, earlier, "team@example.com")}, noon)
		}},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			s := open(t, freshLike(t, o))
			if err := s.CommitNotices(t.Context(), []models.Notice{mailOf(models.NoticeAlert, 1, noon, "Team@example.com")}); err != nil {
				t.Fatal(err)
			}
			if err := tt.commit(t, s); err != nil {
				t.Fatal(err)
			}
			var kinds []models.NoticeKind
			for range 2 {
				for _, d := range sendMails(t, s, noon.Add(time.Hour)) {
					kinds = append(kinds, d.Notice.Kind)
				}
			}
			if diff := cmp.Diff([]models.NoticeKind{models.NoticeAlert, models.NoticeUpdate}, kinds); diff != "" {
				t.Errorf("%s: sent (-want +got):\n%s", tt.name, diff)
			}
		}
	})
}
