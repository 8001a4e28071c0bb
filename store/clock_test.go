package store

import (
	"testing"
	"time"
)

func TestClockAhead(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		wrong := func() time.Time { return time.Now().Add(-time.Hour) } // a machine that is an hour behind
		ahead, err := s.ClockAhead(t.Context(), wrong)
		want := time.Hour
		if o.DSN == "" {
			want = 0
		}
		if err != nil || (ahead-want).Abs() > 10*time.Minute {
			t.Errorf("ClockAhead = %v, %v; want about %v", ahead, err, want)
		}
	})
}
