package cli

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// routeThatAwaits makes the only route wait for a second source, for as short as it may.
const routeThatAwaits = `routes:
  default: {to: [desk, program, reader], after: {sources: 2, within: 1m}}
`

// With these seeds every report of an earlier story joins its event. One that does not is an
// event of its own, and alerts a second time whatever is killed.
const (
	killedSeed = 14
	sharedSeed = 18
)

// awaiting makes the route of a world wait. Half of what the site publishes are reports of
// earlier stories by another source, so some alerts are sent because of these and others when
// their minute is over.
func awaiting(t *testing.T, w *world) *world {
	t.Helper()
	w.editConfig(t, func(config string) string {
		head, tail, ok := strings.Cut(config, "routes:\n  default: [desk, program, reader]\n")
		if !ok {
			t.Fatal("the configuration has another route")
		}
		return head + routeThatAwaits + tail
	})
	return w
}

// TestKillWhileAlertsAwaitOtherSources kills regwatch while alerts wait, at their deadline and
// when the second source reports. Nothing is lost, and nothing sent twice.
func TestKillWhileAlertsAwaitOtherSources(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills a process many times, which takes a minute; not with -short")
	}
	const rounds = 25
	bin := buildRegwatch(t)
	for name, newWorld := range map[string]func(*testing.T, uint64) *world{"SQLite": newRetellingWorld, "PostgreSQL": newPostgresRetellingWorld} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killRounds(t, bin, awaiting(t, newWorld(t, killedSeed)), rounds, rand.New(rand.NewPCG(killedSeed, 1)))
		})
	}
}

// TestTwoProcessesWhileAlertsAwaitOtherSources runs two regwatch that find the same alerts due,
// because their minute is over or a second source reports.
func TestTwoProcessesWhileAlertsAwaitOtherSources(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs two processes until alerts have waited for a minute; not with -short")
	}
	bin := buildRegwatch(t)
	for name, newWorld := range map[string]func(*testing.T, uint64) *world{"SQLite": newRetellingWorld, "PostgreSQL": newPostgresRetellingWorld} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			twoProcesses(t, bin, awaiting(t, newWorld(t, sharedSeed)))
		})
	}
}
