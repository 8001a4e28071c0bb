package render

import (
	"strings"
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

func TestUnreachedAlertNamesCommand(t *testing.T) {
	n := models.Notice{Kind: models.NoticeHealth, Content: models.Content{Health: &models.HealthReport{
		Subject: "alert", Name: "Crypto ban", Detail: "01K9ZQ4T", Since: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong",
	}}}
	text := strings.Join(strings.Fields(TextOf(t, n, 0)), " ")
	for _, want := range []string{"Critical alert not sent to anyone: Crypto ban", "Fri 28 Aug 2026 14:05 HKT", "regwatch events show 01K9ZQ4T"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message lacks %q:\n%s", want, text)
		}
	}
}

func TestOptOutRequestNamesCommand(t *testing.T) {
	tests := []struct {
		subscription string
		want, not    []string
	}{
		{"hk-policy/legal", []string{"regwatch subscriptions unsubscribe hk-policy/legal mail:legal@example.org --by NAME --force"}, nil},
		{"health/legal", []string{"remove the recipient legal from health in regwatch.yaml"}, []string{"--force", "subscriptions leave"}},
	}
	for _, tt := range tests {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			n := models.Notice{Kind: models.NoticeHealth, Content: models.Content{Language: lang, Health: &models.HealthReport{
				Subject: "subscription", Name: tt.subscription, Detail: "mail:legal@example.org", Since: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong",
			}}}
			text := strings.Join(strings.Fields(TextOf(t, n, 0)), " ")
			want := []string{"mail:legal@example.org"}
			if lang == "en" {
				want = append(tt.want, "Asks to unsubscribe: mail:legal@example.org", "Fri 28 Aug 2026 14:05 HKT")
			} else if tt.not == nil {
				want = append(want, tt.want...)
			}
			for _, s := range want {
				if !strings.Contains(text, s) {
					t.Errorf("%s, %s: the message lacks %q:\n%s", tt.subscription, lang, s, text)
				}
			}
			for _, s := range tt.not {
				if strings.Contains(text, s) {
					t.Errorf("%s, %s: the message has %q:\n%s", tt.subscription, lang, s, text)
				}
			}
		}
	}
}
