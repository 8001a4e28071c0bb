package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// take takes a lease for a minute, and returns its token or nothing.
func take(t *testing.T, s *Store, name, holder string, now time.Time) string {
	t.Helper()
	l := models.Lease{Name: name, Holder: holder, Token: fmt.Sprint(name, "/", holder, "/", now.UnixMicro()), For: time.Minute}
	taken, err := s.TakeLease(t.Context(), l, now)
	if err != nil {
		t.Fatal(err)
	}
	if !taken {
		return ""
	}
	return l.Token
}

// expire ends a lease as time does.
func expire(t *testing.T, s *Store, name string) {
	t.Helper()
	if err := s.write.Exec("UPDATE leases SET ends_at = 1 WHERE name = ?", name).Error; err != nil {
		t.Fatal(err)
	}
}

func TestALeaseHasOneHolder(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, now := open(t, o), time.Now()
		first := take(t, s, "host:a.example", "one", now)
		if first == "" {
			t.Fatal("a free lease was not taken")
		}
		if take(t, s, "host:a.example", "two", now) != "" || take(t, s, "host:a.example", "one", now) != "" {
			t.Error("a lease that is held was taken")
		}
		if take(t, s, "host:b.example", "two", now) == "" {
			t.Error("the lease on another host was not taken")
		}
		if kept, err := s.RenewLeases(t.Context(), []string{first, "unknown"}, time.Minute, now); err != nil || len(kept) != 1 || kept[0] != first {
			t.Errorf("RenewLeases = %q, %v; want the first alone", kept, err)
		}

		expire(t, s, "host:a.example")
		if kept, err := s.RenewLeases(t.Context(), []string{first}, time.Minute, now); err != nil || len(kept) > 0 {
			t.Errorf("RenewLeases of one that has run out = %q, %v; want none", kept, err)
		}
		second := take(t, s, "host:a.example", "two", now)
		if second == "" {
			t.Fatal("a lease that has run out was not taken")
		}
		if err := s.ReturnLease(t.Context(), first, 0, now); err != nil {
			t.Fatal(err)
		}
		if take(t, s, "host:a.example", "one", now) != "" {
			t.Error("the holder of a lease that has run out returned that of another")
		}

		if err := s.ReturnLease(t.Context(), second, time.Hour, now); err != nil {
			t.Fatal(err)
		}
		if take(t, s, "host:a.example", "one", now) != "" {
			t.Error("a lease was taken within the pause after its return")
		}
		expire(t, s, "host:a.example")
		if take(t, s, "host:a.example", "one", now) == "" {
			t.Error("a returned lease was not taken after the pause")
		}
	})
}

// Whatever the clocks of the programs show: those of PostgreSQL are not asked.
func TestLeasesRunByTheClockOfTheDatabase(t *testing.T) {
	s := open(t, freshPostgres(t))
	if take(t, s, "leader", "one", time.Now().Add(-2*time.Hour)) == "" {
		t.Fatal("a program two hours behind took no lease")
	}
	if take(t, s, "leader", "two", time.Now().Add(2*time.Hour)) != "" {
		t.Error("a program two hours ahead took a lease that is held")
	}
}

func TestOneOfManyTakesALease(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, now := open(t, o), time.Now()
		for round := range 10 {
			var took atomic.Int32
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					if take(t, s, fmt.Sprint("host:", round), fmt.Sprint(i), now) != "" {
						took.Add(1)
					}
				})
			}
			all.Wait()
			if took.Load() != 1 {
				t.Errorf("%d took the lease, want one", took.Load())
			}
		}
	})
}

func TestScanIsNotCommittedAfterItsLeaseRanOut(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, now := open(t, o), time.Now()
		token := take(t, s, "host:hkma.example", "one", now)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", now), "k1")
		scan.At, scan.HostToken = now, token
		expire(t, s, "host:hkma.example")
		if err := s.Commit(t.Context(), scan); !errors.Is(err, models.ErrHostLost) {
			t.Fatalf("Commit = %v, want ErrHostLost", err)
		}
		if c := counts(t, s); c.Articles+c.Events+c.Notices > 0 {
			t.Errorf("stored all the same: %+v", c)
		}
		scan.HostToken = take(t, s, "host:hkma.example", "two", now)
		commit(t, s, scan)
	})
}

func TestInstancesAreSeenAndForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, now := open(t, o), time.Now()
		for i, id := range []string{"a", "b", "c"} {
			one := models.Instance{ID: id, Machine: "m" + id, PID: i + 1, Version: "1", Roles: "scan,web", Config: "c1", Rules: "r1", StartedAt: noon.Add(time.Duration(i) * time.Hour)}
			if err := s.SeeInstance(t.Context(), one, now); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.ForgetInstance(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		if err := s.write.Exec("UPDATE instances SET seen_at = 1 WHERE id = 'c'").Error; err != nil {
			t.Fatal(err)
		}
		if err := s.SeeInstance(t.Context(), models.Instance{ID: "a", Roles: "scan", Config: "c2", Rules: "r2"}, now); err != nil {
			t.Fatal(err)
		}
		all, err := s.Instances(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("Instances = %v, %v; want a alone", all, err)
		}
		if age := time.Since(all[0].SeenAt); age.Abs() > time.Minute {
			t.Errorf("seen %s ago, want now", age)
		}
		all[0].SeenAt = time.Time{}
		want := models.Instance{ID: "a", Machine: "ma", PID: 1, Version: "1", Roles: "scan", Config: "c2", Rules: "r2", StartedAt: noon}
		if diff := cmp.Diff(want, all[0]); diff != "" {
			t.Errorf("instance mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestWhatHostsAskedForIsStored(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		pause := models.HostCooldown{Host: "a.example", Reason: "too many requests", Since: noon, EndsAt: noon.Add(time.Hour)}
		for _, c := range []models.HostCooldown{
			{Host: "a.example", Reason: "server fault", Since: noon.Add(-time.Minute), EndsAt: noon.Add(time.Minute)},
			pause,
			{Host: "b.example", Since: noon, EndsAt: noon.Add(time.Minute)},
		} {
			if err := s.SetHostCooldown(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.HostCooldowns(t.Context(), "", noon.Add(2*time.Minute))
		if diff := cmp.Diff([]models.HostCooldown{pause}, got); err != nil || diff != "" {
			t.Errorf("HostCooldowns: %v, mismatch (-want +got):\n%s", err, diff)
		}
		if got, err := s.HostCooldowns(t.Context(), "b.example", noon); len(got) != 1 || err != nil {
			t.Errorf("HostCooldowns of b = %v, %v; want one", got, err)
		}

		want := models.HostRobots{Origin: "https://a.example", Body: "Disallow: /\x00x", EndsAt: noon.Add(day)}
		if err := s.SetHostRobots(t.Context(), want, noon); err != nil {
			t.Fatal(err)
		}
		want.Body = "Disallow: / x"
		robots, found, err := s.HostRobots(t.Context(), "https://a.example")
		if diff := cmp.Diff(want, robots); err != nil || !found || diff != "" {
			t.Errorf("HostRobots: %v, %v, mismatch (-want +got):\n%s", found, err, diff)
		}
		if _, found, err := s.HostRobots(t.Context(), "http://a.example"); found || err != nil {
			t.Errorf("HostRobots of another scheme = %v, %v; want none", found, err)
		}
	})
}

// A program whose tables a newer one has changed goes on, and starts again, unless the newer
// one says that it cannot.
func TestAnOlderProgramRunsOnTablesThatAllowIt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		commit(t, open(t, o), models.Scan{State: models.SourceState{SourceID: "hkma"}})
		newer := o
		newer.migrations = later(t, "ALTER TABLE counters ADD COLUMN note TEXT;")
		if err := open(t, newer).Close(); err != nil {
			t.Fatal(err)
		}
		s := open(t, o)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}})
		if err := s.write.Exec("UPDATE schema_support SET oldest = 9000").Error; err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), o)
		refused, ok := errors.AsType[*NewerSchemaError](err)
		if !ok || refused.Has != 9000 || refused.Oldest != 9000 || refused.Known != newest(t) {
			t.Errorf("Open = %v; want a NewerSchemaError", err)
		}
	})
}
