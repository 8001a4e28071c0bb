package cli

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/internal/smtpfake"
	"regwatch/notifier/email"
)

// TestKillWithMailsInProgress kills regwatch while it sends mails to several addresses at
// the same time. Nobody misses a story, and a kill repeats no more mails than may be in
// progress, under their Message-IDs.
func TestKillWithMailsInProgress(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills a process several times; not with -short")
	}
	seed := numberFrom(t, "REGWATCH_SOAK_SEED", uint64(time.Now().UnixNano()))
	t.Logf("REGWATCH_SOAK_SEED=%d", seed)
	bin := buildRegwatch(t)
	for name, world := range map[string]func(*testing.T, uint64) *world{"SQLite": newWorld, "PostgreSQL": newPostgresWorld} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killWithMailsInProgress(t, bin, world(t, seed), rand.New(rand.NewPCG(seed, 2)))
		})
	}
}

func killWithMailsInProgress(t *testing.T, bin string, w *world, chance *rand.Rand) {
	const kills, readers = 8, 9
	var addresses []string
	w.editConfig(t, func(config string) string {
		head, tail, ok := strings.Cut(config, recipientsForStream)
		if !ok {
			t.Fatal("the configuration does not have the recipients")
		}
		var recipients, route strings.Builder
		for i := range readers {
			addresses = append(addresses, fmt.Sprintf("reader%d@example.com", i))
			fmt.Fprintf(&recipients, "  reader%d: {send: [\"mail:%s\"], burst: {over: 1000, within: 1m}}\n", i, addresses[i])
			fmt.Fprintf(&route, "reader%d, ", i)
		}
		return head + "recipients:\n" + recipients.String() + "routes:\n  default: [" + strings.TrimSuffix(route.String(), ", ") + "]\n" + tail
	})
	// As if the server were far away, so that a kill meets several mails in progress.
	w.mail.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtDot, Delay: 5 * time.Millisecond, Times: -1})
	for range kills {
		w.letTimePass(t)
		w.site.Publish(2)
		before, wanted := len(w.mail.Messages()), 1+chance.IntN(15)
		p := start(t, bin, w.dir)
		for end := time.Now().Add(10 * time.Second); len(w.mail.Messages())-before < wanted && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(chance.IntN(8)) * time.Millisecond)
		p.kill()
	}
	w.letTimePass(t)
	p := start(t, bin, w.dir)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	w.settleWhen(ctx, t, func() bool {
		return !slices.ContainsFunc(addresses, func(a string) bool { return w.mailsTo(t, a).lost > 0 })
	})
	p.stop(t)

	seen, repeated := make(map[string]int), 0
	for _, m := range w.mail.Messages() {
		if seen[m.MessageID]++; seen[m.MessageID] > 1 {
			repeated++
		}
	}
	for _, address := range addresses {
		if v := w.mailsTo(t, address); v.stories == 0 || v.lost+v.doubled > 0 {
			t.Errorf("%s: %s", address, v)
		}
	}
	t.Logf("%d kills, %d mails to %d readers, %d of them a second time under the same Message-ID", kills, len(w.mail.Messages()), readers, repeated)
	if repeated > kills*email.MaxInProgress {
		t.Errorf("%d mails came again, want at most %d for each of %d kills", repeated, email.MaxInProgress, kills)
	}
	if t.Failed() {
		t.Logf("last output:\n%s", tail(p.out.String()))
	}
}

// mailsTo judges the mails to an address, without those whose Message-ID came before.
func (w *world) mailsTo(t *testing.T, address string) verdict {
	t.Helper()
	var texts []string
	seen := make(map[string]bool)
	for _, m := range w.mail.Messages() {
		if slices.Contains(m.To, address) && !seen[m.MessageID] {
			seen[m.MessageID] = true
			texts = append(texts, m.Subject+"\n"+m.Text)
		}
	}
	v, details := judge(w.site.Published(), texts)
	if v.doubled > 0 {
		t.Logf("%s:\n%s", address, strings.Join(details, "\n"))
	}
	return v
}
