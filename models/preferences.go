package models

import "time"

// A MuteKind says what a mute silences.
type MuteKind string

const (
	MuteRule   MuteKind = "rule"
	MuteEvent  MuteKind = "event"
	MuteSource MuteKind = "source"
)

// A Mute holds notices until a time: those that a rule raises, that are about an event,
// or that an article of a source causes. Digests still list what was held. ID is unique.
type Mute struct {
	ID        string    `json:"id" gorm:"primaryKey"` // ULID
	Kind      MuteKind  `json:"kind"`
	Target    string    `json:"target"`              // the ID of the rule, event or source
	Recipient string    `json:"recipient,omitempty"` // empty: all recipients
	Until     time.Time `json:"until" gorm:"serializer:micros"`
	Reason    string    `json:"reason,omitempty"`
	By        string    `json:"by,omitempty" gorm:"column:muted_by"` // empty: unknown
	MutedAt   time.Time `json:"muted_at" gorm:"serializer:micros"`
	EndedAt   time.Time `json:"ended_at,omitzero" gorm:"serializer:micros"` // when a person ended it early
	EndedBy   string    `json:"ended_by,omitempty"`
}

// InForce reports whether the mute applies at a time.
func (m Mute) InForce(now time.Time) bool { return m.EndedAt.IsZero() && now.Before(m.Until) }

// An Assignment says that a person works on an event, which stops its escalation.
// (EventID, By) is unique.
type Assignment struct {
	EventID    string    `json:"event_id" gorm:"primaryKey"`
	By         string    `json:"by" gorm:"column:taken_by;primaryKey"`
	AssignedAt time.Time `json:"taken_at" gorm:"column:taken_at;serializer:micros"`

	// Actor is who assigns it, or ends the assignment, if that is not By. Only the audit has it.
	Actor string `json:"-" gorm:"-"`
}

// TableName returns the table's name, which has not changed since the first migration.
func (Assignment) TableName() string { return "takes" }

// An OptOut is an address that unsubscribed from a subscription. (Subscription, Address)
// is unique.
type OptOut struct {
	Subscription string    `json:"subscription" gorm:"primaryKey"` // one of Notice.Subscriptions
	Address      string    `json:"address" gorm:"primaryKey"`      // the destination: channel:address
	Forced       bool      `json:"forced"`                         // set by an admin; a mandatory line needs it
	OptedOutAt   time.Time `json:"opted_out_at" gorm:"serializer:micros"`
}

// Counts reports whether the opt-out applies to a subscription that is mandatory or not.
func (o OptOut) Counts(mandatory bool) bool { return !mandatory || o.Forced }

// PlanContext is what a plan needs besides the changes of its scan.
type PlanContext struct {
	Mutes   []Mute                 // those in force
	OptOuts []OptOut               // all of them
	Recent  map[string][]time.Time // when each recipient was notified of events in the hour before
}
