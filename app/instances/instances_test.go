package instances

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A memory is a Store of several programs. It is as strict as the database: what has run out
// is not renewed.
type memory struct {
	mu   sync.Mutex
	rows map[string]row
	down bool
}

type row struct {
	token string
	ends  time.Time
}

var errDown = errors.New("the database cannot be reached")

func (m *memory) TakeLease(_ context.Context, l models.Lease, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return false, errDown
	}
	if m.rows == nil {
		m.rows = make(map[string]row)
	}
	if m.rows[l.Name].ends.After(time.Now()) {
		return false, nil
	}
	m.rows[l.Name] = row{l.Token, time.Now().Add(l.For)}
	return true, nil
}

func (m *memory) RenewLeases(_ context.Context, tokens []string, lease time.Duration, _ time.Time) (kept []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return nil, errDown
	}
	for name, r := range m.rows {
		for _, token := range tokens {
			if r.token == token && r.ends.After(time.Now()) {
				m.rows[name] = row{token, time.Now().Add(lease)}
				kept = append(kept, token)
			}
		}
	}
	return kept, nil
}

func (m *memory) ReturnLease(_ context.Context, token string, after time.Duration, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, r := range m.rows {
		if r.token == token {
			m.rows[name] = row{"", time.Now().Add(after)}
		}
	}
	return nil
}

func (m *memory) setDown(down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = down
}

func program(m *memory, id string) *Leases {
	return New(m, id, time.Now, slog.New(slog.DiscardHandler))
}

// hold takes a lease, or returns nil.
func hold(t *testing.T, l *Leases, name string) *Hold {
	t.Helper()
	h, err := l.Hold(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestALeaseIsHeldWhileSomebodyUsesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		one, two := program(m, "one"), program(m, "two")
		ctx, stop := context.WithCancel(t.Context())
		go one.Run(ctx)
		a, b := hold(t, one, "host:a"), hold(t, one, "host:a")
		if a == nil || b == nil || a.Token() != b.Token() {
			t.Fatal("two uses of one program do not share the lease")
		}
		a.Return(0)
		a.Return(0) // once more does nothing
		time.Sleep(time.Hour)
		if !b.Valid() || hold(t, two, "host:a") != nil {
			t.Error("the lease was not renewed while it was used")
		}
		b.Return(time.Minute)
		if hold(t, two, "host:a") != nil {
			t.Error("the lease was taken within the pause")
		}
		time.Sleep(time.Minute)
		if hold(t, two, "host:a") == nil {
			t.Error("the lease was not taken after the pause")
		}
		stop()
	})
}

// A program that is dead renews nothing; one that is paused does not know it yet.
func TestAPausedProgramKnowsThatItsLeaseMayHaveRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		one, two := program(m, "one"), program(m, "two")
		h := hold(t, one, "host:a") // Run does not renew it
		time.Sleep(leaseTime - margin - time.Millisecond)
		if !h.Valid() {
			t.Error("the lease is not valid before its margin")
		}
		time.Sleep(time.Millisecond)
		if h.Valid() {
			t.Error("the lease is valid within its margin")
		}
		if hold(t, two, "host:a") != nil {
			t.Error("another program took the lease before its end")
		}
		time.Sleep(margin)
		taken := hold(t, two, "host:a")
		if taken == nil {
			t.Fatal("nobody could take the lease after its end")
		}
		if err := one.renew(t.Context()); err != nil || h.Valid() {
			t.Errorf("renew = %v, valid %v; want that the lease is lost", err, h.Valid())
		}
		h.Return(0)
		if !taken.Valid() || hold(t, one, "host:a") != nil {
			t.Error("the return of a lost lease ended that of another program")
		}
	})
}

func TestALeaseLastsLongerByTheIntervalOfItsHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		one, two := program(m, "one"), program(m, "two")
		h := hold(t, one, "host:a")
		if err := h.Keep(t.Context(), 30*time.Second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(leaseTime + 29*time.Second)
		if hold(t, two, "host:a") != nil {
			t.Error("the host was taken before its interval was over")
		}
		time.Sleep(2 * time.Second)
		if err := h.Keep(t.Context(), time.Minute); !errors.Is(err, ErrLost) {
			t.Errorf("Keep of a lost lease = %v, want ErrLost", err)
		}
	})
}

func TestADutyMovesToAnotherProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		var mu sync.Mutex
		var running []string
		start := func(id string) (*Duty, func()) {
			l := program(m, id)
			ctx, stop := context.WithCancel(t.Context())
			go l.Run(ctx)
			d := NewDuty(l, "leader")
			done := make(chan struct{})
			go func() {
				defer close(done)
				d.Run(ctx, func(ctx context.Context) {
					mu.Lock()
					running = append(running, id+" begins")
					mu.Unlock()
					<-ctx.Done()
					mu.Lock()
					running = append(running, id+" ends")
					mu.Unlock()
				})
			}()
			synctest.Wait()
			return d, func() { stop(); <-done }
		}
		one, stopOne := start("one")
		two, stopTwo := start("two")
		if !one.Has() || two.Has() {
			t.Fatalf("one has the duty: %v, two: %v; want one alone", one.Has(), two.Has())
		}
		stopOne()
		time.Sleep(2 * dutyEvery)
		if !two.Has() {
			t.Error("the duty was not taken over after its holder stopped")
		}
		m.setDown(true)
		time.Sleep(leaseTime)
		if two.Has() {
			t.Error("a program that cannot reach the database keeps its duty")
		}
		m.setDown(false)
		time.Sleep(leaseTime + 2*dutyEvery)
		if !two.Has() {
			t.Error("the duty was not taken again when the database answered")
		}
		stopTwo()
		want := []string{"one begins", "one ends", "two begins", "two ends", "two begins", "two ends"}
		if diff := cmp.Diff(want, running); diff != "" {
			t.Errorf("what ran (-want +got):\n%s", diff)
		}
	})
}

func TestPreferenceMovesOnlyTheShareOfAProgramThatGoes(t *testing.T) {
	ids := []string{"a", "b", "c", "d"}
	share := make(map[string]int)
	for i := range 4000 {
		name := fmt.Sprintf("host:h%d.example", i)
		first := Preferred(ids, name)
		share[first]++
		if left := Preferred(ids[:3], name); first != "d" && left != first {
			t.Fatalf("%s moved from %s to %s although d went", name, first, left)
		}
	}
	for _, id := range ids {
		if share[id] < 850 || share[id] > 1150 {
			t.Errorf("%s is preferred for %d of 4000 hosts, want about 1000", id, share[id])
		}
	}
}

func TestTheClockShowsTheTimeOfTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		database := func() time.Time { return time.Now().Add(17 * time.Minute) }
		ahead := func(_ context.Context, now func() time.Time) (time.Duration, error) {
			return database().Sub(now()), nil
		}
		for _, wrong := range []time.Duration{-2 * time.Hour, 0, 2 * time.Hour} {
			c, err := NewClock(t.Context(), func() time.Time { return time.Now().Add(wrong) }, ahead)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if err := c.Set(t.Context()); err != nil || !c.Now().Equal(database()) {
				t.Errorf("with a clock that is wrong by %s: %s, %v; want %s", wrong, c.Now(), err, database())
			}
		}
	})
}

func TestParseRoles(t *testing.T) {
	tests := []struct {
		list []string
		want string // empty: an error
	}{
		{[]string{"web", " scan", "web"}, "[scan web]"},
		{[]string{"deliver"}, "[deliver]"},
		{[]string{"scan", "deliver", "web"}, "[scan deliver web]"},
		{[]string{"scans"}, ""},
		{[]string{""}, ""},
		{nil, ""},
	}
	for _, tt := range tests {
		got, err := ParseRoles(tt.list)
		if (err != nil) != (tt.want == "") || err == nil && fmt.Sprint(got) != tt.want {
			t.Errorf("ParseRoles(%q) = %v, %v; want %s", tt.list, got, err, tt.want)
		}
	}
}
