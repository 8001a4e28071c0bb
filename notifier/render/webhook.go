package render

import (
	"time"

	"regwatch/models"
)

// webhookVersion names what a webhook's body means. Within a version fields are
// added and never renamed or removed, and none changes its meaning.
const webhookVersion = 1

// A webhookMessage is the body of a webhook. What is told stands in it as it is
// stored, under names that do not change, for a database keeps them for years.
type webhookMessage struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"` // when it was decided, not when it was sent
	Version   int         `json:"version"`
	Data      webhookData `json:"data"`
}

type webhookData struct {
	NoticeID      string               `json:"notice_id"`
	EventID       string               `json:"event_id,omitempty"` // all that is told of one event has the same
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

	Page  int `json:"page,omitempty"` // from 1, of a summary or digest whose events need several messages
	Pages int `json:"pages,omitempty"`

	// Omitted counts the elements that are left out of lists, by the path of the list
	// below data, such as alert.other_sources.
	Omitted map[string]int `json:"omitted,omitempty"`
}

// A webhookAlert is an alert whose excerpt is told in runs: offsets in bytes
// mean nothing to most languages.
type webhookAlert struct {
	models.Alert

	Excerpt []webhookRun `json:"excerpt"`
}

type webhookRun struct {
	Text    string `json:"text"`
	Matched bool   `json:"matched,omitempty"`
}

// newWebhookMessage returns what a webhook says of a notice, of any size.
func newWebhookMessage(n models.Notice) webhookMessage {
	n.Content = WithText(n.Content)
	m := webhookMessage{Type: webhookType(n), Timestamp: n.CreatedAt.UTC(), Version: webhookVersion, Data: webhookData{
		NoticeID: n.ID, Recipient: n.Recipient, Severity: n.Severity, Reason: Reasons(n.Reasons, "en"), Subscriptions: n.Subscriptions,
		Standing: n.Content.Status, Summary: n.Content.Summary, Reminder: n.Content.Reminder, Health: n.Content.Health, Digest: n.Content.Digest, Test: n.Content.Test,
	}}
	if a := n.Content.Alert; a != nil {
		m.Data.EventID = a.EventID
		alert := webhookAlert{Alert: *a, Excerpt: []webhookRun{}}
		for _, s := range segments(a.Excerpt, 2*titleRunes) {
			alert.Excerpt = append(alert.Excerpt, webhookRun{s.Text, s.Marked})
		}
		alert.Alert.Excerpt = models.Excerpt{} // told in runs instead
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

// webhookType is what sort of thing is told, as the specification wants it:
// hierarchical, with full stops between.
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
		return "verification" // only mail addresses are confirmed; for previews
	case c.Summary != nil:
		return "summary"
	case c.Health != nil:
		return "health"
	case c.Digest != nil:
		return "digest"
	}
	return "test"
}
