package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

const lease = 2 * time.Minute

// owe stores n test notices with one delivery each, a second apart.
func owe(t testing.TB, s *Store, n int, from time.Time) []models.Notice {
	t.Helper()
	var notices []models.Notice
	for i := range n {
		at := from.Add(time.Duration(i) * time.Second)
		notice := models.Notice{
			Kind: models.NoticeTest, Subject: "channel", SubjectID: fmt.Sprint(i), Recipient: "desk", Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}),
			CreatedAt: at, Content: models.Content{Test: &models.Test{Text: "hello", SentAt: at}},
		}
		notice.ID = notice.Key()
		notice.Deliveries = []models.Delivery{models.NewDelivery(notice.ID, "slack", "", at)}
		notices = append(notices, notice)
	}
	if err := s.CommitNotices(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	return notices
}

func claim(t testing.TB, s *Store, now time.Time, limit int) []models.Delivery {
	t.Helper()
	claimed, err := s.Claim(t.Context(), now, "slack", limit, lease)
	if err != nil {
		t.Fatal(err)
	}
	return claimed
}

// one returns the only delivery there is.
func one(t testing.TB, s *Store) models.Delivery {
	t.Helper()
	all, err := s.Deliveries(t.Context(), DeliveryFilter{})
	if err != nil || len(all) != 1 {
		t.Fatalf("Deliveries = %d, %v; want 1", len(all), err)
	}
	all[0].Notice = models.Notice{}
	return all[0]
}

func TestClaimGivesTheOldestDueWithTheirNotices(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		notices := owe(t, s, 3, noon)
		got := claim(t, s, noon.Add(time.Minute), 2)
		if len(got) != 2 || got[0].LeaseToken == "" || got[0].LeaseToken != got[1].LeaseToken {
			t.Fatalf("Claim = %+v; want two deliveries under one token", got)
		}
		for i, d := range got {
			want := notices[i].Deliveries[0]
			want.LeaseToken, want.LeaseUntil = d.LeaseToken, noon.Add(time.Minute+lease)
			want.Notice = notices[i]
			want.Notice.Deliveries = nil
			if diff := cmp.Diff(want, d); diff != "" {
				t.Errorf("delivery %d mismatch (-want +got):\n%s", i, diff)
			}
		}
		if rest := claim(t, s, noon.Add(time.Minute), 5); len(rest) != 1 || rest[0].LeaseToken == got[0].LeaseToken {
			t.Errorf("the next Claim = %+v; want one delivery under another token", rest)
		}
		other, err := s.Claim(t.Context(), noon.Add(time.Minute), "email", 5, lease)
		if err != nil || len(other) != 0 {
			t.Errorf("Claim for another channel = %v, %v; want none", other, err)
		}
	})
}

func TestAClaimedDeliveryIsHeldUntilItsLeaseRunsOut(t *testing.T) {
	tests := []struct {
		name string
		at   time.Time
		want int
	}{
		{"at once", noon, 0},
		{"just before the end of the lease", noon.Add(lease - time.Microsecond), 0},
		{"at the end of the lease", noon.Add(lease), 1},
		{"a little earlier, as on a slow clock", noon.Add(-lease), 0},
		{"after the clock was set back 150 s", noon.Add(-150 * time.Second), 1},
		{"after the clock was set back 2 h", noon.Add(-2 * time.Hour), 1},
		{"after the clock was set back a day", noon.Add(-24 * time.Hour), 1},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 1, noon.Add(-time.Second))
		for _, tt := range tests {
			if err := s.write.Exec("UPDATE deliveries SET lease_token = 'x', lease_until = ?", microsOf(noon.Add(lease))).Error; err != nil {
				t.Fatal(err)
			}
			if got := claim(t, s, tt.at, 5); len(got) != tt.want {
				t.Errorf("Claim %s gave %d, want %d", tt.name, len(got), tt.want)
			}
		}
	})
}

func TestADeliveryIsCompletedOnlyUnderItsLease(t *testing.T) {
	complete := []struct {
		name string
		do   func(*testing.T, *Store, models.Delivery) error
	}{
		{"MarkStarted", func(t *testing.T, s *Store, d models.Delivery) error { return s.MarkStarted(t.Context(), d, noon) }},
		{"MarkSent", func(t *testing.T, s *Store, d models.Delivery) error { return s.MarkSent(t.Context(), d, "r", noon) }},
		{"Postpone", func(t *testing.T, s *Store, d models.Delivery) error {
			return s.Postpone(t.Context(), d, noon, 1, "busy")
		}},
		{"Fail", func(t *testing.T, s *Store, d models.Delivery) error { return s.Fail(t.Context(), d, "gone", noon) }},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 1, noon)
		slow := claim(t, s, noon, 1)[0]
		quick := claim(t, s, noon.Add(lease), 1)[0]
		unclaimed := slow
		unclaimed.LeaseToken = ""
		before := one(t, s)
		for _, c := range complete {
			for _, d := range []models.Delivery{slow, unclaimed} {
				if err := c.do(t, s, d); !errors.Is(err, models.ErrLeaseLost) {
					t.Errorf("%s with token %q = %v, want models.ErrLeaseLost", c.name, d.LeaseToken, err)
				}
			}
		}
		if diff := cmp.Diff(before, one(t, s)); diff != "" {
			t.Errorf("the delivery has changed (-before +after):\n%s", diff)
		}
		// A lease that has run out holds while nobody else has claimed.
		if err := s.MarkSent(t.Context(), quick, "ts 1", noon.Add(time.Hour)); err != nil {
			t.Errorf("MarkSent by the holder, late: %v", err)
		}
		if err := s.MarkSent(t.Context(), quick, "ts 1", noon.Add(time.Hour)); !errors.Is(err, models.ErrLeaseLost) {
			t.Errorf("MarkSent once more = %v, want models.ErrLeaseLost", err)
		}
		soundAudit(t, s)
	})
}

func TestWhatBecomesOfADelivery(t *testing.T) {
	later := noon.Add(10 * time.Minute)
	tests := []struct {
		name string
		do   func(*testing.T, *Store, models.Delivery) error
		want func(*models.Delivery)
		log  []string
	}{
		{"sent", func(t *testing.T, s *Store, d models.Delivery) error {
			return s.MarkSent(t.Context(), d, "ts 1", later)
		}, func(d *models.Delivery) {
			d.State, d.SentAt, d.Receipt, d.StartedAt, d.Attempts = models.DeliverySent, later, "ts 1", noon, 1
		}, []string{"notice.planned", "delivery.sent"}},
		{
			"refused for now", func(t *testing.T, s *Store, d models.Delivery) error {
				return s.Postpone(t.Context(), d, later, 1, "500")
			}, func(d *models.Delivery) { d.NotBefore, d.Attempts, d.LastError = later, 1, "500" },
			[]string{"notice.planned", "delivery.failed"},
		},
		{"perhaps arrived", func(t *testing.T, s *Store, d models.Delivery) error {
			d.StartedAt = noon
			return s.Postpone(t.Context(), d, later, 1, "time-out")
		}, func(d *models.Delivery) {
			d.NotBefore, d.Attempts, d.LastError, d.StartedAt = later, 1, "time-out", noon
		}, []string{"notice.planned", "delivery.failed"}},
		{
			"asked to wait", func(t *testing.T, s *Store, d models.Delivery) error {
				return s.Postpone(t.Context(), d, later, 0, "429")
			}, func(d *models.Delivery) { d.NotBefore, d.LastError = later, "429" },
			[]string{"notice.planned"},
		},
		{"given up", func(t *testing.T, s *Store, d models.Delivery) error {
			return s.Fail(t.Context(), d, "no such channel", later)
		}, func(d *models.Delivery) {
			d.State, d.LastError, d.Attempts = models.DeliveryDead, "no such channel", 1
		}, []string{"notice.planned", "delivery.dead"}},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				want := owe(t, s, 1, noon)[0].Deliveries[0]
				d := claim(t, s, noon, 1)[0]
				if err := s.MarkStarted(t.Context(), d, noon); err != nil {
					t.Fatal(err)
				}
				if err := tt.do(t, s, d); err != nil {
					t.Fatal(err)
				}
				tt.want(&want)
				if diff := cmp.Diff(want, one(t, s)); diff != "" {
					t.Errorf("delivery mismatch (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.log, actions(t, s)); diff != "" {
					t.Errorf("audit mismatch (-want +got):\n%s", diff)
				}
				due := 0
				if want.State == models.DeliveryDue {
					due = 1
				}
				if got := claim(t, s, later.Add(-time.Second), 1); len(got) != 0 {
					t.Errorf("claimed %d before it is due", len(got))
				}
				if got := claim(t, s, later, 1); len(got) != due {
					t.Errorf("claimed %d when it is due, want %d", len(got), due)
				}
			})
		}
	})
}

func TestWhatIsDueAtOnceStaysDueWhenTheClockIsSetBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 1, noon)
		d := claim(t, s, noon.Add(-time.Hour), 1)
		if len(d) != 1 {
			t.Fatalf("claimed %d an hour before it was made, want 1", len(d))
		}
		if err := s.Postpone(t.Context(), d[0], noon.Add(time.Minute), 0, "429"); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, s, noon.Add(-time.Hour), 1); len(got) != 0 {
			t.Errorf("claimed %d that is to wait, want 0", len(got))
		}
	})
}

func TestRetriesStillWaitWhenTheClockIsSetBack(t *testing.T) {
	tests := []struct {
		name      string
		cost      int
		ambiguous bool
	}{{"refused for now", 1, false}, {"blocked", 0, false}, {"perhaps arrived", 1, true}}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				owe(t, s, 1, noon)
				// It was owed by a clock an hour ahead; this is the time now.
				now := noon.Add(-time.Hour)
				d := claim(t, s, now, 1)[0]
				if err := s.MarkStarted(t.Context(), d, now); err != nil {
					t.Fatal(err)
				}
				// As a worker does: 15 s, and no start where it surely did not arrive.
				if tt.ambiguous {
					d.StartedAt = now
				}
				until := now.Add(15 * time.Second)
				if err := s.Postpone(t.Context(), d, until, tt.cost, "try later"); err != nil {
					t.Fatal(err)
				}
				if got := claim(t, s, until.Add(-time.Millisecond), 1); len(got) != 0 {
					t.Error("claimed before its turn")
				}
				if got := claim(t, s, until, 1); len(got) != 1 {
					t.Error("not claimed when its turn has come")
				}
			})
		}
	})
}

func TestWorkersNeverGetTheSameDelivery(t *testing.T) {
	const owed = 60
	onEachEngine(t, func(t *testing.T, o Options) {
		s, other := open(t, o), open(t, o) // as two programs
		owe(t, s, owed, noon)
		var (
			mu   sync.Mutex
			got  = make(map[string]int)
			wait sync.WaitGroup
		)
		for w := range 4 {
			worker := []*Store{s, other}[w%2]
			wait.Go(func() {
				for {
					claimed, err := worker.Claim(t.Context(), noon.Add(time.Hour), "slack", 7, lease)
					if err != nil {
						t.Error(err)
						return
					}
					if len(claimed) == 0 {
						return
					}
					mu.Lock()
					for _, d := range claimed {
						got[d.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		for id, n := range got {
			if n != 1 {
				t.Errorf("delivery %s was claimed %d times", id, n)
			}
		}
		if len(got) != owed {
			t.Errorf("claimed %d deliveries, want %d", len(got), owed)
		}
	})
}

func TestANoticeIsStoredOnceHoweverOftenItIsPlanned(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		first := owe(t, s, 2, noon)
		// Planned again an hour later, in other words and to more destinations.
		later := owe(t, s, 1, noon.Add(time.Hour))
		later[0].Reasons = models.NewReasons(models.ReasonDigest, models.ReasonArgs{})
		later[0].Deliveries = append(later[0].Deliveries, models.NewDelivery(later[0].ID, "email", "a@example.org", noon))
		if err := s.CommitNotices(t.Context(), later); err != nil {
			t.Fatal(err)
		}
		held := first[0]
		held.SubjectID, held.HeldReasons = "held", models.NewReasons(models.ReasonMuted, models.ReasonArgs{})
		held.ID = held.Key()
		if err := s.CommitNotices(t.Context(), []models.Notice{held}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Notices(t.Context(), noon, 10)
		held.Deliveries = nil
		want := []models.Notice{first[1], first[0], held}
		byTime := cmpopts.SortSlices(func(a, b models.Notice) bool { return a.ID < b.ID })
		if diff := cmp.Diff(want, got, byTime); err != nil || diff != "" {
			t.Errorf("Notices: %v, mismatch (-want +got):\n%s", err, diff)
		}
		if diff := cmp.Diff([]string{"notice.planned", "notice.planned", "notice.held"}, actions(t, s)); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestDeliveriesAreListedByStateAndChannel(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 3, noon)
		d := claim(t, s, noon.Add(time.Minute), 1)[0]
		if err := s.Fail(t.Context(), d, "gone", noon); err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name   string
			filter DeliveryFilter
			want   int
		}{
			{"all", DeliveryFilter{}, 3},
			{"dead", DeliveryFilter{State: models.DeliveryDead}, 1},
			{"of slack", DeliveryFilter{Channel: "slack"}, 3},
			{"of email", DeliveryFilter{Channel: "email"}, 0},
			{"one", DeliveryFilter{Limit: 1}, 1},
			{"since the second", DeliveryFilter{Since: noon.Add(time.Second)}, 2},
		}
		for _, tt := range tests {
			got, err := s.Deliveries(t.Context(), tt.filter)
			if err != nil || len(got) != tt.want {
				t.Errorf("Deliveries(%s) = %d, %v; want %d", tt.name, len(got), err, tt.want)
			}
			for _, d := range got {
				if d.Notice.ID != d.NoticeID {
					t.Errorf("Deliveries(%s): delivery %s comes without its notice", tt.name, d.ID)
				}
			}
		}
	})
}
