package models

import "time"

// A MuteKind says what a mute silences.
type MuteKind string

const (
	MuteRule   MuteKind = "rule"
	MuteEvent  MuteKind = "event"
	MuteSource MuteKind = "source"
)

// A Mute holds notices back until a time: those that a rule would raise, that
// tell of an event, or that an article of a source causes. Digests still tell of
// what was held. ID is unique.
type Mute struct {
	ID        string    `json:"id" gorm:"primaryKey"` // ULID
	Kind      MuteKind  `json:"kind"`
	Target    string    `json:"target"`              // the ID of the rule, event or source
	Recipient string    `json:"recipient,omitempty"` // empty: everybody
	Until     time.Time `json:"until" gorm:"serializer:micros"`
	Reason    string    `json:"reason,omitempty"`
	By        string    `json:"by,omitempty" gorm:"column:muted_by"` // empty: not known
	MutedAt   time.Time `json:"muted_at" gorm:"serializer:micros"`
	EndedAt   time.Time `json:"ended_at,omitzero" gorm:"serializer:micros"` // when somebody ended it early
	EndedBy   string    `json:"ended_by,omitempty"`
}

// InForce reports whether the mute silences at a time.
func (m Mute) InForce(now time.Time) bool { return m.EndedAt.IsZero() && now.Before(m.Until) }

// An Assignment says that a person works on an event, which stops its escalation.
// (EventID, By) is unique.
type Assignment struct {
	EventID    string    `json:"event_id" gorm:"primaryKey"`
	By         string    `json:"by" gorm:"column:taken_by;primaryKey"`
	AssignedAt time.Time `json:"taken_at" gorm:"column:taken_at;serializer:micros"`
}

// TableName is the table's name since its first migration.
func (Assignment) TableName() string { return "takes" }

// An OptOut is an address that has left a subscription. (Subscription, Address)
// is unique.
type OptOut struct {
	Subscription string    `json:"subscription" gorm:"primaryKey"` // as in Notice.Subscriptions
	Address      string    `json:"address" gorm:"primaryKey"`      // the destination: channel:address
	Forced       bool      `json:"forced"`                         // an admin said so; without it a line that is mandatory is not left
	OptedOutAt   time.Time `json:"opted_out_at" gorm:"serializer:micros"`
}

// Counts reports whether the address is left out of a subscription that is
// mandatory, or is not.
func (o OptOut) Counts(mandatory bool) bool { return !mandatory || o.Forced }

// PlanContext is what a plan needs besides the changes of its scan.
type PlanContext struct {
	Mutes   []Mute                 // that are in force
	OptOuts []OptOut               // all
	Recent  map[string][]time.Time // when each recipient was told of events, within the hour before
}
