package app

import "time"

// optionalTime is a time for JSON; a zero one is left out.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
