package models

import "time"

// An Action is what a person does about an event with a button.
type Action string

const (
	ActionAssign    Action = "take"
	ActionUnassign  Action = "untake"
	ActionDismiss   Action = "dismiss" // mark as not relevant
	ActionUndismiss Action = "undismiss"
	ActionMute      Action = "mute" // mute for ActionMuteTime
	ActionUnmute    Action = "unmute"
)

// ActionMuteTime is how long the mute button silences an event.
const ActionMuteTime = 7 * 24 * time.Hour
