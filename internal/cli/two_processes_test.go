package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTwoProcessesOnOneDatabase runs two regwatch side by side, one of which is
// stopped and started again: one event a story, one message a notice.
func TestTwoProcessesOnOneDatabase(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs two processes for some seconds; not with -short")
	}
	bin := buildRegwatch(t)
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		twoProcesses(t, bin, newWorld(t, 42))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		w := newPostgresWorld(t, 42)
		twoProcesses(t, bin, w)
		if _, err := os.Stat(filepath.Join(w.dir, "regwatch.db")); err == nil {
			t.Error("there is a SQLite file beside the PostgreSQL database")
		}
	})
}

func twoProcesses(t *testing.T, bin string, w *world) {
	one, two := start(t, bin, w.dir), start(t, bin, w.dir)
	for i := range 8 {
		w.site.Publish(2)
		time.Sleep(400 * time.Millisecond)
		if i == 3 {
			// Stopped in order, because this test is about how two share the work;
			// TestKill kills at any moment.
			one.stop(t)
			one = start(t, bin, w.dir)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	w.settle(ctx, t)
	time.Sleep(2 * time.Second) // for a second message that should not come
	one.stop(t)
	two.stop(t)
	hooks, _ := w.hookTexts()
	mails, repeated := w.mailTexts()
	if repeated > 0 {
		t.Errorf("%d mails came a second time", repeated)
	}
	for name, texts := range map[string][]string{"Slack": w.slackTexts(), "mail": mails, "webhook": hooks} {
		v, details := judge(w.site.Published(), texts)
		t.Logf("%s: %s", name, v)
		if v.stories == 0 || v.lost+v.doubled > 0 {
			t.Errorf("%s: %s\n%s\n%s\n%s", name, v, strings.Join(details, "\n"), tail(one.out.String()), tail(two.out.String()))
		}
	}
}
