package render

import (
	"time"

	"regwatch/models"
)

// webhookVersion is the version of a webhook's body. Within a version fields are only
// added; none is renamed, removed or changed in meaning.
const webhookVersion = 1

// A webhookMessage is the body of a webhook. Its content has the stored form, with stable
// names, because receivers keep it for years.
type webhookMessage struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"` // when it was decided, not when it was sent
	Version   int         `json:"version"`
	Data      webhookData `json:"data"`
}

type webhookData struct {
	NoticeID      string               `json:"notice_id"`
	EventID       string               `json:"event_id,omitempty"` // the same for all messages about one event
	Recipient     string               `json:"recipient"`
	Severity      models.Severity      `json:"severity,omitempty"`
	Reason        string               `json:"reason"`
	Subscriptions []string             `json:"subscriptions,omitempty"`
	Alert         *webhookAlert        `json:"alert,omitempty"`
	Standing      *models.Status       `json:"standing,omitempty"`
	Summary       *models.Summary      `json:"summary,omitempty"`
	Reminder      *models.Reminder     `json:"reminder,omitempty"`
	Health        *models.HealthReport `json:"health,omitempty"`
	Digest        *models.Digest       `json:"digest,omitempty"`
	Test          *models.Test         `json:"test,omitempty"`

	Page  int `json:"page,omitempty"` // from 1, if a summary or digest needs several messages for its events
	Pages int `json:"pages,omitempty"`

	// Omitted counts the elements left out of lists, by the path of the list below data,
	// such as alert.other_sources.
	Omitted map[string]int `json:"omitted,omitempty"`
}

// A webhookAlert is an alert with its excerpt in runs, because byte offsets are of no use
// in most languages.
type webhookAlert struct {
	models.Alert

	Excerpt   []webhookRun `json:"excerpt"`
	Relevance string       `json:"relevance_text,omitempty"` // of the leading rule that was scored, in English
}

type webhookRun struct {
	Text    string `json:"text"`
	Matched bool   `json:"matched,omitempty"`
}

// newWebhookMessage returns the webhook message of a notice, of any size.
func newWebhookMessage(n models.Notice) webhookMessage {
	n.Content = WithText(n.Content)
	m := webhookMessage{Type: webhookType(n), Timestamp: n.CreatedAt.UTC(), Version: webhookVersion, Data: webhookData{
		NoticeID: n.ID, Recipient: n.Recipient, Severity: n.Severity, Reason: Reasons(n.Reasons, "en"), Subscriptions: n.Subscriptions,
		Standing: n.Content.Status, Summary: n.Content.Summary, Reminder: n.Content.Reminder, Health: n.Content.Health, Digest: n.Content.Digest, Test: n.Content.Test,
	}}
	if a := n.Content.Alert; a != nil {
		m.Data.EventID = a.EventID
		alert := webhookAlert{Alert: *a, Excerpt: []webhookRun{}, Relevance: English.relevance(leadingRelevance(*a))}
		for _, s := range segments(a.Excerpt, 2*titleRunes) {
			alert.Excerpt = append(alert.Excerpt, webhookRun{s.Text, s.Marked})
		}
		alert.Alert.Excerpt = models.Excerpt{} // replaced by runs
		m.Data.Alert = &alert
	}
	if r := n.Content.Reminder; r != nil {
		m.Data.EventID = r.EventID
	}
	if s := n.Content.Status; s != nil {
		m.Data.EventID = s.EventID
	}
	return m
}

// webhookType returns the type of a message, hierarchical with full stops as Standard
// Webhooks asks.
func webhookType(n models.Notice) string {
	switch c := n.Content; {
	case c.Status != nil:
		return "event.standing"
	case c.Alert != nil && n.Kind == models.NoticeUpdate:
		return "event.update"
	case c.Alert != nil && n.Kind == models.NoticeEscalation:
		return "event.escalation"
	case c.Alert != nil:
		return "event.alert"
	case c.Reminder != nil:
		return "event.reminder"
	case c.Verification != nil:
		return "verification" // for previews only: webhooks need no confirmation
	case c.Summary != nil:
		return "summary"
	case c.Health != nil:
		return "health"
	case c.Digest != nil:
		return "digest"
	}
	return "test"
}
