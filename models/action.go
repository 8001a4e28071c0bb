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
	ActionMerge     Action = "merge" // into the event that it may belong to
	ActionUnmerge   Action = "unmerge"
	ActionApart     Action = "keep_apart" // from the event that it may belong to
	ActionUnapart   Action = "undo_keep_apart"
)

// ActionMuteTime is how long the mute button silences an event.
const ActionMuteTime = 7 * 24 * time.Hour
