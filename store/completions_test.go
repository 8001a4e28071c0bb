package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// The methods below record one delivery and answer models.ErrLeaseLost if it is lost.

func (s *Store) recordOne(ctx context.Context, done []models.Completion, starting []models.Delivery, now time.Time) error {
	lost, err := s.Record(ctx, done, starting, now)
	if err == nil && len(lost) > 0 {
		err = models.ErrLeaseLost
	}
	return err
}

func (s *Store) MarkStarted(ctx context.Context, d models.Delivery, now time.Time) error {
	return s.recordOne(ctx, nil, []models.Delivery{d}, now)
}

func (s *Store) MarkSent(ctx context.Context, d models.Delivery, receipt string, now time.Time) error {
	return s.recordOne(ctx, []models.Completion{{Delivery: d, State: models.DeliverySent, At: now, Receipt: receipt}}, nil, now)
}

func (s *Store) Postpone(ctx context.Context, d models.Delivery, until time.Time, cost int, reason string) error {
	return s.recordOne(ctx, []models.Completion{{Delivery: d, State: models.DeliveryDue, NotBefore: until, Cost: cost, Reason: reason}}, nil, until)
}

func (s *Store) Fail(ctx context.Context, d models.Delivery, reason string, now time.Time) error {
	return s.recordOne(ctx, []models.Completion{{Delivery: d, State: models.DeliveryDead, At: now, Reason: reason}}, nil, now)
}

func (s *Store) Drop(ctx context.Context, d models.Delivery, reason string, now time.Time) error {
	return s.recordOne(ctx, []models.Completion{{Delivery: d, State: models.DeliveryDropped, At: now, Reason: reason}}, nil, now)
}

// byID returns all deliveries without their notices.
func byID(t testing.TB, s *Store) map[string]models.Delivery {
	t.Helper()
	all, err := s.Deliveries(t.Context(), DeliveryFilter{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]models.Delivery, len(all))
	for _, d := range all {
		d.Notice = models.Notice{}
		rows[d.ID] = d
	}
	return rows
}

func TestRenewReturnsLostLeases(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 3, noon.Add(-time.Minute))
		held := claim(t, s, noon, 2)
		lost, err := s.Renew(t.Context(), held, noon.Add(lease/2), lease)
		if err != nil || len(lost) > 0 {
			t.Fatalf("Renew = %v, %v; want none lost", lost, err)
		}
		// The first lease would have run out.
		if got := claim(t, s, noon.Add(lease), 5); len(got) != 1 || got[0].ID == held[0].ID || got[0].ID == held[1].ID {
			t.Errorf("while it is renewed another worker claims %d; want the one that was free", len(got))
		}
		stolen := claim(t, s, noon.Add(lease*3/2), 1)
		if len(stolen) != 1 || stolen[0].ID != held[0].ID {
			t.Fatalf("after the renewed lease %d can be claimed, want %s", len(stolen), held[0].ID)
		}
		if lost, err = s.Renew(t.Context(), held, noon.Add(lease*3/2), lease); err != nil || !slices.Equal(lost, []string{held[0].ID}) {
			t.Errorf("Renew = %v, %v; want %s lost", lost, err, held[0].ID)
		}
		rows := byID(t, s)
		if got := rows[held[0].ID]; got.LeaseToken != stolen[0].LeaseToken || !got.LeaseUntil.Equal(stolen[0].LeaseUntil) {
			t.Errorf("the lease of the other worker was changed to %s until %v", got.LeaseToken, got.LeaseUntil)
		}
		if got := rows[held[1].ID]; !got.LeaseUntil.Equal(noon.Add(lease * 5 / 2)) {
			t.Errorf("the lease ends at %v, want it renewed", got.LeaseUntil)
		}
	})
}

func TestRecordNotesManyAndLeavesWhatIsLost(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 7, noon.Add(-time.Minute))
		d := claim(t, s, noon, 7)
		if err := s.write.Exec("UPDATE deliveries SET lease_token = 'another', started_at = 0 WHERE id IN ?", []string{d[5].ID, d[6].ID}).Error; err != nil {
			t.Fatal(err)
		}
		before := byID(t, s)
		lost, err := s.Record(t.Context(), nil, d[:6], noon)
		if err != nil || !slices.Equal(lost, []string{d[5].ID}) {
			t.Fatalf("Record of the start = %v, %v; want %s lost", lost, err, d[5].ID)
		}
		at := noon.Add(time.Second)
		d[1].StartedAt = noon
		lost, err = s.Record(t.Context(), []models.Completion{
			{Delivery: d[0], State: models.DeliverySent, At: at, Receipt: "r0"},
			{Delivery: d[1], State: models.DeliveryDue, At: at, NotBefore: noon.Add(time.Hour), Cost: 1, Reason: "cut"},
			{Delivery: d[2], State: models.DeliveryDead, At: at, Reason: "no such user"},
			{Delivery: d[3], State: models.DeliveryDropped, At: at, Reason: "nothing to change"},
			{Delivery: d[4], State: models.DeliveryDue, At: at},
			{Delivery: d[5], State: models.DeliverySent, At: at, Receipt: "r5"},
		}, []models.Delivery{d[6]}, at)
		slices.Sort(lost)
		if want := slices.Sorted(slices.Values([]string{d[5].ID, d[6].ID})); err != nil || !slices.Equal(lost, want) {
			t.Fatalf("Record = %v, %v; want %v lost", lost, err, want)
		}
		var got []string
		rows := byID(t, s)
		for _, d := range d[:5] {
			r := rows[d.ID]
			got = append(got, fmt.Sprint(r.State, " ", r.Receipt, r.LastError, " ", r.Attempts, " started ", !r.StartedAt.IsZero(), " leased ", r.LeaseToken != "", " due in ", r.NotBefore.Sub(d.NotBefore)))
		}
		want := []string{
			"sent r0 1 started true leased false due in 0s",
			"due cut 1 started true leased false due in 1h0m59s",
			"dead no such user 1 started false leased false due in 0s",
			"dropped nothing to change 0 started true leased false due in 0s",
			"due  0 started false leased false due in 0s", // given back as it was
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("deliveries (-want +got):\n%s", diff)
		}
		for _, d := range d[5:] {
			if diff := cmp.Diff(before[d.ID], rows[d.ID]); diff != "" {
				t.Errorf("what another worker holds has changed (-before +after):\n%s", diff)
			}
		}
		var audited []string
		for _, a := range actions(t, s) {
			if strings.HasPrefix(a, "delivery.") {
				audited = append(audited, a)
			}
		}
		if diff := cmp.Diff([]string{"delivery.sent", "delivery.failed", "delivery.dead", "delivery.dropped"}, audited); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
		if n, err := s.CountDue(t.Context(), "slack"); err != nil || n != 4 {
			t.Errorf("CountDue = %d, %v; want 4", n, err)
		}
	})
}

func TestRecordNotesAllOrNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 2, noon.Add(-time.Minute))
		d := claim(t, s, noon, 2)
		before := byID(t, s)
		if err := s.write.Exec("DROP TABLE audit").Error; err != nil {
			t.Fatal(err)
		}
		_, err := s.Record(t.Context(), []models.Completion{{Delivery: d[0], State: models.DeliverySent, At: noon, Receipt: "r"}}, d[1:], noon)
		if err == nil {
			t.Fatal("Record hides that the audit cannot be written")
		}
		if diff := cmp.Diff(before, byID(t, s)); diff != "" {
			t.Errorf("deliveries have changed (-before +after):\n%s", diff)
		}
	})
}

// Two workers claim, record and lose leases at once: each delivery is sent once.
func TestTwoWorkersRecordAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		const n = 60
		owe(t, s, n, noon.Add(-time.Hour))
		sent := make(chan string, 2*n)
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				errs <- func() error {
					for {
						claimed, err := s.Claim(t.Context(), noon, "slack", 7, lease)
						if err != nil || len(claimed) == 0 {
							return err
						}
						if lost, err := s.Record(t.Context(), nil, claimed, noon); err != nil || len(lost) > 0 {
							return errors.Join(err, fmt.Errorf("lost %v", lost))
						}
						var done []models.Completion
						for _, d := range claimed {
							sent <- d.ID
							done = append(done, models.Completion{Delivery: d, State: models.DeliverySent, At: noon, Receipt: "r"})
						}
						if lost, err := s.Record(t.Context(), done, nil, noon); err != nil || len(lost) > 0 {
							return errors.Join(err, fmt.Errorf("lost %v", lost))
						}
					}
				}()
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		close(sent)
		times := map[string]int{}
		for id := range sent {
			times[id]++
		}
		for id, k := range times {
			if k != 1 {
				t.Errorf("delivery %s was sent %d times", id, k)
			}
		}
		if c := counts(t, s); len(times) != n || c.Due != 0 {
			t.Errorf("%d sent of %d, %d due", len(times), n, c.Due)
		}
		soundAudit(t, s)
	})
}
