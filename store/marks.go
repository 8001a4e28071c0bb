package store

// unknown is how a person is called who did something and is not known.
const unknown = "somebody unknown"

func nameOf(by string) string {
	if by == "" {
		return unknown
	}
	return by
}
