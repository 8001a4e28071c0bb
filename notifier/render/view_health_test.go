package render

import (
	"strings"
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

func TestAlertThatReachesNobodyNamesTheCommand(t *testing.T) {
	n := models.Notice{Kind: models.NoticeHealth, Content: models.Content{Health: &models.HealthReport{
		Subject: "alert", Name: "Crypto ban", Detail: "01K9ZQ4T", Since: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong",
	}}}
	text := strings.Join(strings.Fields(TextOf(t, n, 0)), " ")
	for _, want := range []string{"Critical alert reaches nobody: Crypto ban", "Fri 28 Aug 2026 14:05 HKT", "regwatch events show 01K9ZQ4T"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message lacks %q:\n%s", want, text)
		}
	}
}

func TestOptOutRequestNamesTheCommand(t *testing.T) {
	n := models.Notice{Kind: models.NoticeHealth, Content: models.Content{Health: &models.HealthReport{
		Subject: "subscription", Name: "hk-policy/legal", Detail: "mail:legal@example.org", Since: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong",
	}}}
	text := strings.Join(strings.Fields(TextOf(t, n, 0)), " ")
	for _, want := range []string{"Asks to leave: mail:legal@example.org", "Fri 28 Aug 2026 14:05 HKT", "regwatch subscriptions leave hk-policy/legal mail:legal@example.org --by NAME --force"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message lacks %q:\n%s", want, text)
		}
	}
}
