package instances

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"regwatch/internal/build"
	"regwatch/models"
)

// A Member is this program among those on its database.
type Member struct {
	ID       string
	Leases   *Leases // nil where programs share no work: on SQLite
	Presence *Presence
	Leader   *Duty // nil without Leases

	stop func()
	done sync.WaitGroup
}

// A MemberStore keeps what a Member needs.
type MemberStore interface {
	Store
	PresenceStore
}

// Options say what a Member is.
type Options struct {
	Store  MemberStore
	Shares bool                                 // whether programs share work by leases
	InUse  func() (roles, config, rules string) // what this program does, and hashes of what is in force
	Now    func() time.Time
	Log    *slog.Logger
}

// seeSeldom is how often an instance says that it runs where programs share no work, so that a
// SQLite file is seldom written to.
const seeSeldom = 30 * time.Second

// Join returns this program as a member, which renews its leases until Leave.
func Join(o Options) *Member {
	m := &Member{ID: strings.ToLower(rand.Text()[:12])}
	machine, _ := os.Hostname()
	self := models.Instance{ID: m.ID, Machine: machine, PID: os.Getpid(), Version: build.Version(), StartedAt: o.Now().UTC()}
	if r := build.Read().Revision; r != "" {
		self.Version += " " + r[:min(len(r), 12)]
	}
	m.Presence = &Presence{Store: o.Store, Now: o.Now, Log: o.Log, Self: func() models.Instance {
		i := self
		i.Roles, i.Config, i.Rules = o.InUse()
		return i
	}}
	ctx, stop := context.WithCancel(context.Background())
	m.stop = stop
	if !o.Shares {
		m.Presence.Every = seeSeldom
		return m
	}
	m.Leases = New(o.Store, m.ID, o.Now, o.Log)
	m.Leader = NewDuty(m.Leases, "leader")
	m.done.Go(func() { m.Leases.Run(ctx) })
	return m
}

// Leave returns what is held.
func (m *Member) Leave() {
	m.stop()
	m.done.Wait()
	if m.Leases != nil {
		m.Leases.returnAll()
	}
}

// Leads reports whether this program does what one does for all.
func (m *Member) Leads() bool { return m.Leader == nil || m.Leader.Has() }

// Alone runs during while this program has a duty that one has at a time; where programs share no
// work it always has. It returns when the context has ended.
func (m *Member) Alone(ctx context.Context, duty string, during func(context.Context)) {
	if m.Leases == nil {
		during(ctx)
		return
	}
	NewDuty(m.Leases, duty).Run(ctx, during)
}
