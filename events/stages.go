package events

// Stages returns the names of the stages of a rule change, the earliest first.
func Stages() []string {
	var names []string
	for s := proposed; s < stages; s++ {
		names = append(names, s.String())
	}
	return names
}
