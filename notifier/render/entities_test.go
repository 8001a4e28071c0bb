package render

import (
	"encoding/json"
	"strings"
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

// Every message about an event names the entities in the language of its reader.
func TestMessagesNameEntities(t *testing.T) {
	entities := []models.Entity{
		{ID: "circle", Name: "Circle", NameZH: "圓圈公司", Kind: "issuer", URL: "https://www.circle.com/"},
		{ID: "tether", Name: "Tether"},
		{ID: "evil", Name: "<b>\x1b[31m\n*evil*"},
	}
	at := noticetest.At("2026-08-28T06:05:00Z")
	event := models.DigestEvent{EventID: "1", Severity: models.High, RuleIDs: []string{"r"}, Title: "A title", FirstSeenAt: at, New: true, Entities: entities}
	uncertain := event
	uncertain.Relevance = noticetest.Relevance(models.LessCertain, "", "-title.firm-acts")
	contents := map[string]models.Content{
		"alert":   {Alert: &models.Alert{Title: "A title", Zone: "UTC", SeenAt: at, Why: []models.Finding{{RuleID: "a", Entities: entities[:1]}, {RuleID: "b", Entities: entities}}}},
		"digest":  {Digest: &models.Digest{Zone: "UTC", From: at, To: at, Every: "weekly", Events: []models.DigestEvent{event}}},
		"less":    {Digest: &models.Digest{Zone: "UTC", From: at, To: at, Every: "weekly", LessCertain: []models.DigestEvent{uncertain}}},
		"summary": {Summary: &models.Summary{Zone: "UTC", From: at, To: at, Events: []models.DigestEvent{event}}},
	}
	names := map[string][2]string{
		"en": {"Names", "Circle (issuer), Tether, "}, "zh-Hant": {"涉及", "圓圈公司（issuer）、Tether、"}, "zh-Hans": {"涉及", "圓圈公司（issuer）、Tether、"},
	}
	for kind, content := range contents {
		for language, want := range names {
			content.Language = language
			n := noticetest.Notice(content)
			mail := EmailOf(t, n)
			slack, err := json.Marshal(slackOf(t, n))
			if err != nil {
				t.Fatal(err)
			}
			for channel, message := range map[string]string{"terminal": TextOf(t, n, 0), "text mail": mail.Text, "HTML mail": mail.HTML, "Slack": string(slack)} {
				if !strings.Contains(message, want[0]) || !strings.Contains(message, want[1]) {
					t.Errorf("the %s in %s, as %s, lacks %q in:\n%s", kind, language, channel, want, message)
				}
				if strings.Contains(message, "<b>\x1b") || strings.Contains(message, "\x1b[31m") {
					t.Errorf("the %s in %s, as %s, has a name from a file that is not escaped:\n%s", kind, language, channel, message)
				}
			}
			bodies, err := Webhook(n)
			if err != nil || !strings.Contains(string(bodies[0]), `"entities":[{"id":"circle","name":"Circle","name_zh":"圓圈公司","kind":"issuer","url":"https://www.circle.com/"}`) {
				t.Errorf("the webhook of the %s lacks the entities: %v\n%s", kind, err, bodies)
			}
		}
	}
}

func TestMessagesCountEntitiesBeyondTheMost(t *testing.T) {
	var many []models.Entity
	for i := range mostNames + 3 {
		many = append(many, models.Entity{ID: string(rune('a' + i)), Name: "N" + string(rune('A'+i))})
	}
	if got := Entities(many, "en"); !strings.HasPrefix(got, "NA, NB, ") || !strings.HasSuffix(got, "NL, 3 more") && !strings.HasSuffix(got, "NL, and 3 more") {
		t.Errorf("Entities = %q; want 12 names, and that there are 3 more", got)
	}
}

// An alert of a rule without words says that every article of the source matches.
func TestAlertSaysWhyArticleWithoutHitsMatches(t *testing.T) {
	source := models.Origin{Kind: "source", Value: "hkma-press"}
	for _, tt := range []struct {
		origins []models.Origin
		l       Language
		want    string
	}{
		{[]models.Origin{source}, English, "every article of source hkma-press"},
		{[]models.Origin{source}, TraditionalChinese, "來源 hkma-press 的所有文章"},
		{[]models.Origin{source}, SimplifiedChinese, "来源 hkma-press 的所有文章"},
		{[]models.Origin{{Kind: "role", Value: "regulator"}, {Kind: "jurisdiction", Value: "Hong Kong"}}, English, "every article of a regulator, jurisdiction Hong Kong"},
		{[]models.Origin{{Kind: "role", Value: "regulator"}}, TraditionalChinese, "監管機構的所有文章"},
		{[]models.Origin{{Kind: "language", Value: "zh-Hant"}}, SimplifiedChinese, "语言 zh-Hant 的所有文章"},
		{[]models.Origin{{Kind: "newer", Value: "x"}}, English, ""},
		{nil, English, ""},
	} {
		n := noticetest.Notice(models.Content{Language: string(tt.l), Alert: &models.Alert{Title: "T", Zone: "UTC", Why: []models.Finding{{RuleID: "r", RuleTitle: "Rule", Origins: tt.origins}}}})
		if got := viewAlert(n, nil, tt.l).Why[0].Evidence; got != tt.want {
			t.Errorf("%v in %s: %q, want %q", tt.origins, tt.l, got, tt.want)
		}
		if tt.want != "" && !strings.Contains(TextOf(t, n, 0), tt.want) {
			t.Errorf("the text lacks %q", tt.want)
		}
	}
}
