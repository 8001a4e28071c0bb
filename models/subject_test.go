package models

import (
	"testing"
)

// A notice's subject is stored and belongs to its key. These are the values of every
// release so far.
func TestStoredSubjectsKeepTheirValues(t *testing.T) {
	got := []string{
		SubjectEvent, SubjectStatus, SubjectDate, SubjectSource, SubjectChannel, SubjectDigest,
		SubjectRecipient, SubjectEscalation, SubjectAddress, SubjectSubscription, SubjectProgram,
	}
	want := []string{"event", "standing", "date", "source", "channel", "digest", "recipient", "escalation", "address", "subscription", "program"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("subject %q, want %q: earlier releases stored that", got[i], want[i])
		}
	}
}
