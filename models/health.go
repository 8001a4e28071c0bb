package models

// Health is the health of a source or channel.
type Health string

const (
	Healthy Health = "healthy"
	Quiet   Health = "quiet"   // a source that responds, but published nothing for longer than usual
	Shrunk  Health = "shrunk"  // a source that responds with far fewer articles than usual
	Failing Health = "failing" // several attempts in a row failed
	Dead    Health = "dead"    // a source that has failed for a week
)

// Answers reports whether a source of this health can be read.
func (h Health) Answers() bool { return h != Failing && h != Dead }
