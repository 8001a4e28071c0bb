package cli

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestKill kills regwatch at random moments while it scans and delivers, and counts
// what was lost and what arrived twice.
//
// REGWATCH_SOAK_ENGINE is sqlite or postgres; without it both are tested, PostgreSQL
// only if there is one for tests. REGWATCH_SOAK_ROUNDS is the number of kills; 50 on
// SQLite and 15 on PostgreSQL unless set. REGWATCH_SOAK_SEED repeats the texts and
// the draws of a run. With REGWATCH_SOAK_RETOLD set, nearly half of what is published
// tells earlier stories again and joins their events by what it says. A report that does not join
// alerts by itself, and is counted as apart.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills a process many times, which takes a minute; not with -short")
	}
	engine := os.Getenv("REGWATCH_SOAK_ENGINE")
	if !slices.Contains([]string{"", "sqlite", "postgres"}, engine) {
		t.Fatalf("REGWATCH_SOAK_ENGINE=%q; want sqlite or postgres", engine)
	}
	if engine == "postgres" && os.Getenv("REGWATCH_TEST_POSTGRES") == "" {
		t.Fatal("REGWATCH_SOAK_ENGINE is postgres, and REGWATCH_TEST_POSTGRES is not set; .ci/postgres.sh starts one")
	}
	rounds := int(numberFrom(t, "REGWATCH_SOAK_ROUNDS", 0))
	seed := numberFrom(t, "REGWATCH_SOAK_SEED", uint64(time.Now().UnixNano()))
	t.Logf("REGWATCH_SOAK_SEED=%d", seed)
	inSQLite, inPostgres, retold := newWorld, newPostgresWorld, os.Getenv("REGWATCH_SOAK_RETOLD") != ""
	if retold {
		inSQLite, inPostgres = newRetellingWorld, newPostgresRetellingWorld
	}
	bin := buildRegwatch(t)
	for _, tt := range []struct {
		name, engine string
		rounds       int
		world        func(*testing.T, uint64) *world
	}{
		{"SQLite", "sqlite", 50, inSQLite},
		{"PostgreSQL", "postgres", 15, inPostgres},
	} {
		if engine != "" && engine != tt.engine {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if rounds > 0 {
				tt.rounds = rounds
			}
			w := tt.world(t, seed)
			w.mayStayApart = retold
			killRounds(t, bin, w, tt.rounds, rand.New(rand.NewPCG(seed, 1)))
		})
	}
}

func numberFrom(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	s := os.Getenv(variable)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		t.Fatalf("%s=%q; want a number above 0", variable, s)
	}
	return n
}

// killRounds kills a regwatch in each round, lets the last one finish, and judges
// what arrived.
func killRounds(t *testing.T, bin string, w *world, rounds int, chance *rand.Rand) {
	began := time.Now()
	early := 0 // killed before the first contact
	for range rounds {
		if chance.IntN(4) == 0 {
			// Otherwise what a killed process held, and what waited, would only be sent
			// after the last round. Not in every round: this opens a SQLite file, and
			// then the next process is not the one that recovers its WAL.
			w.letTimePass(t)
		}
		// A process sends Slack a message a second, and rounds are shorter. What is due
		// there is limited, or the last process would send for minutes.
		if len(w.site.Published())-len(w.slack.Messages()) < min(max(12, rounds/10), 60) {
			w.site.Publish(1 + chance.IntN(2))
		}
		before := w.contacts()
		p := start(t, bin, w.dir)
		w.awaitMoment(before, chance)
		if w.contacts() == before {
			early++
		}
		p.kill()
		if p.cmd.ProcessState.Exited() {
			t.Fatalf("regwatch ended by itself:\n%s", tail(p.out.String()))
		}
	}
	took := time.Since(began)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
	defer cancel()
	w.letTimePass(t)
	p := start(t, bin, w.dir)
	w.settleWhen(ctx, t, func() bool { onSlack, _, byHook := w.missing(); return onSlack+byHook == 0 })
	p.stop(t)
	w.letTimePass(t) // for the mails that wait because there are many
	p = start(t, bin, w.dir)
	w.settle(ctx, t)
	p.stop(t)

	published := w.site.Published()
	onSlack, slackDetails := judge(published, w.slackTexts())
	mails, repeated := w.mailTexts()
	byMail, mailDetails := judge(published, mails)
	hooks, dropped := w.hookTexts()
	byHook, hookDetails := judge(published, hooks)
	t.Logf("%d rounds of %s, %d of them killed before the first request; then %s until all had arrived", rounds,
		(took / time.Duration(rounds)).Round(time.Millisecond), early, (time.Since(began) - took).Round(time.Second))
	t.Logf("Slack: %s; mail: %s, in %d mails of which %d are summaries and %d came a second time under the same Message-ID; webhook: %s, after its receiver dropped %d that it had",
		onSlack, byMail, len(w.mail.Messages()), w.summaries(), repeated, byHook, dropped)
	if onSlack.stories == 0 {
		t.Fatal("nothing was published")
	}
	if onSlack.lost > 0 || w.doubled(onSlack) > 0 {
		t.Errorf("Slack can be asked, so nothing may be lost or doubled:\n%s", strings.Join(slackDetails, "\n"))
	}
	if byMail.lost > 0 || w.doubled(byMail) > 0 {
		t.Errorf("lost by mail, or doubled under another Message-ID:\n%s", strings.Join(mailDetails, "\n"))
	}
	if byHook.lost > 0 || w.doubled(byHook) > 0 {
		t.Errorf("lost or doubled by webhook, though the receiver drops IDs that it has met:\n%s", strings.Join(hookDetails, "\n"))
	}
	if w.summaries() == 0 {
		t.Error("no mail is a summary, so deferred notices were not tested")
	}
	if (w.dsn == "") != exists(filepath.Join(w.dir, "regwatch.db")) {
		t.Error("the database is not the one that the test is about")
	}
	if t.Failed() {
		t.Logf("last output:\n%s", tail(p.out.String()))
	}
}

// doubled returns how many stories came twice, where each report alerts once.
func (w *world) doubled(v verdict) int {
	if w.mayStayApart {
		return v.doubled - v.apart
	}
	return v.doubled
}

// awaitMoment returns at the random moment of a kill. In one round of five it is any
// within a second of the start. In the others it is after a random number of contacts
// and up to some hundredths of a second more: on a slow machine too, most kills then
// interrupt a scan, a commit or a message, and not the start. A process that has
// nothing more to do is not waited for.
func (w *world) awaitMoment(before int, chance *rand.Rand) {
	if chance.IntN(5) == 0 {
		time.Sleep(time.Duration(chance.IntN(1000)) * time.Millisecond)
		return
	}
	const (
		scanWithin = 3 * time.Second // sources are scanned every second
		quiet      = 250 * time.Millisecond
	)
	contacts, delay := 1+chance.IntN(12), time.Duration(chance.ExpFloat64()*float64(15*time.Millisecond))
	last, end := before, time.Now().Add(scanWithin)
	for last-before < contacts && time.Now().Before(end) {
		time.Sleep(time.Millisecond)
		if n := w.contacts(); n > last {
			last, end = n, time.Now().Add(quiet)
		}
	}
	time.Sleep(delay)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
