package models

import "time"

// An Action is what a person does about an event with one press.
type Action string

const (
	ActionAssign    Action = "take"
	ActionUnassign  Action = "untake"
	ActionDismiss   Action = "dismiss" // not relevant
	ActionUndismiss Action = "undismiss"
	ActionMute      Action = "mute" // for MuteTime
	ActionUnmute    Action = "unmute"
)

// ActionMuteTime is how long a press of a button mutes an event.
const ActionMuteTime = 7 * 24 * time.Hour
