package models

import (
	"fmt"
	"time"
)

// EventWork is what people decided about the work on an event, besides who works on it. EventID
// is unique. The events that were merged into one keep theirs, so that undoing the merge brings
// it back.
type EventWork struct {
	EventID string  `gorm:"primaryKey"`
	Closing Closing `gorm:"embedded"`
	Due     Due     `gorm:"embedded"`
}

// TableName returns the table's name, which has no plural.
func (EventWork) TableName() string { return "event_work" }

// IsClosed reports whether a person closed the event, and nothing new came since.
func (w EventWork) IsClosed() bool { return !w.Closing.At.IsZero() }

// A Closing says who closed an event, when and why.
type Closing struct {
	At     time.Time `json:"at" gorm:"column:closed_at;serializer:micros"`
	By     string    `json:"by,omitempty" gorm:"column:closed_by"` // empty: unknown
	Reason string    `json:"reason" gorm:"column:close_reason"`
}

// A Due is the day until which the work on an event is to be done.
type Due struct {
	Day   string    `json:"day" gorm:"column:due_day"`         // of the calendar, such as 2026-03-31; empty: none
	By    string    `json:"by,omitempty" gorm:"column:due_by"` // who set it; empty: unknown
	SetAt time.Time `json:"set_at" gorm:"column:due_set_at;serializer:micros"`
}

// A Note is what a person wrote about an event for colleagues. ID is unique. A note that was
// removed stays stored.
type Note struct {
	ID        string    `json:"id" gorm:"primaryKey"` // ULID
	EventID   string    `json:"event_id"`
	Text      string    `json:"text"`
	By        string    `json:"by,omitempty" gorm:"column:written_by"` // empty: unknown
	WrittenAt time.Time `json:"written_at" gorm:"serializer:micros"`
	RemovedAt time.Time `json:"removed_at,omitzero" gorm:"serializer:micros"`
	RemovedBy string    `json:"removed_by,omitempty"`
}

// TableName returns the table's name.
func (Note) TableName() string { return "event_notes" }

// An EventRead says up to which revision a person has read an event. (Person, EventID) is
// unique.
type EventRead struct {
	Person   string `gorm:"primaryKey"`
	EventID  string `gorm:"primaryKey"`
	Revision int
	ReadAt   time.Time `gorm:"serializer:micros"`
}

// A SavedFilter is a list of events that a person comes back to. (Owner, Name) is unique.
type SavedFilter struct {
	ID      string    `json:"id" gorm:"primaryKey"` // ULID
	Owner   string    `json:"owner,omitempty"`      // who alone sees it; empty: everybody does
	Name    string    `json:"name"`
	Query   string    `json:"query"` // of the address of the list, without the question mark
	SavedBy string    `json:"saved_by,omitempty"`
	SavedAt time.Time `json:"saved_at" gorm:"serializer:micros"`
}

// IsTeam reports whether everybody sees the filter.
func (f SavedFilter) IsTeam() bool { return f.Owner == "" }

// A RuleDraft is the text of a rule that a person has not saved yet. (Person, RuleID) is
// unique.
type RuleDraft struct {
	Person   string    `json:"person" gorm:"primaryKey"`
	RuleID   string    `json:"rule_id" gorm:"primaryKey"`
	Text     string    `json:"text"`
	BaseHash string    `json:"base_hash,omitempty"` // of the text of the rule that it is based on; empty: a new rule
	SavedAt  time.Time `json:"saved_at" gorm:"serializer:micros"`
}

// A ReopenReason says what came to a closed event that makes it open again.
type ReopenReason string

const (
	ReopenedByStage    ReopenReason = "stage"
	ReopenedBySeverity ReopenReason = "severity"
	ReopenedByOfficial ReopenReason = "official"
)

// Reopening says what a change of an event brings that the person who closed the event did not know,
// with the state before and after in words of the program. Before is the event as it is stored.
// ok is false if the change brings nothing new: another report of the same, a lower severity,
// or a copy of an official text.
func (c Change) Reopening(before Event) (why ReopenReason, from, to string, ok bool) {
	after := c.Event
	switch {
	case after.Stage != before.Stage && after.Stage != "":
		return ReopenedByStage, before.Stage, after.Stage, true
	case after.Severity.Rank() > before.Severity.Rank():
		return ReopenedBySeverity, string(before.Severity), string(after.Severity), true
	case after.Official && !before.Official, c.Kind == Similar && c.Joined.IsOfficialSubject():
		return ReopenedByOfficial, fmt.Sprint(before.Official), fmt.Sprint(after.Official), true
	}
	return "", "", "", false
}

// An Action is what a person does about an event with a button.
type Action string

const (
	ActionAssign    Action = "take"
	ActionUnassign  Action = "untake"
	ActionDismiss   Action = "dismiss" // mark as not relevant
	ActionUndismiss Action = "undismiss"
	ActionMute      Action = "mute" // mute for ActionMuteTime
	ActionUnmute    Action = "unmute"
	ActionMerge     Action = "merge" // into the event that it may belong to
	ActionUnmerge   Action = "unmerge"
	ActionApart     Action = "keep_apart" // from the event that it may belong to
	ActionUnapart   Action = "undo_keep_apart"
)

// ActionMuteTime is how long the mute button silences an event.
const ActionMuteTime = 7 * 24 * time.Hour
