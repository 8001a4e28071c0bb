package cli

import "testing"

func TestRemindersText(t *testing.T) {
	for want, days := range map[string][]int{"no reminders": {}, "reminders 7, 1 days ahead": {7, 1}} {
		if got := remindersText(days); got != want {
			t.Errorf("remindersText(%v) = %q, want %q", days, got, want)
		}
	}
}
