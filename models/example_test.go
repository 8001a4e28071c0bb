package models_test

import (
	"fmt"
	"time"

	"regwatch/models"
)

// A notice names its recipient and subject; its key is the same however often it is planned.
func ExampleNotice_Key() {
	n := models.Notice{
		Kind:            models.NoticeAlert,
		Subject:         "event",
		SubjectID:       models.NewID(time.Date(2026, 8, 28, 6, 5, 0, 0, time.UTC), "stablecoin rules"),
		SubjectRevision: 1,
		Recipient:       "compliance",
	}
	again := n
	fmt.Println(n.Key() == again.Key())

	again.Recipient = "legal"
	fmt.Println(n.Key() == again.Key())
	// Output:
	// true
	// false
}
