package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/internal/sanitize"
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
	Standing      *models.Standing     `json:"standing,omitempty"`
	Summary       *models.Summary      `json:"summary,omitempty"`
	Reminder      *models.Reminder     `json:"reminder,omitempty"`
	Health        *models.HealthReport `json:"health,omitempty"`
	Digest        *models.Digest       `json:"digest,omitempty"`
	Test          *models.Test         `json:"test,omitempty"`
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

// A webhookLimit bounds each text and each list of a body.
type webhookLimit struct{ runes, elements int }

// webhookBytes is the most that a body has: what AWS EventBridge and others take.
// The limits are tried in turn until it fits.
const webhookBytes = 256_000

var webhookLimits = [...]webhookLimit{{1000, 500}, {400, 200}, {80, 40}, {80, 10}}

// Webhook returns the body of a webhook: JSON in which what others wrote is
// harmless one-line text.
func Webhook(n models.Notice) ([]byte, error) {
	n.Content = WithText(n.Content)
	m := webhookMessage{Type: webhookType(n), Timestamp: n.CreatedAt.UTC(), Version: webhookVersion, Data: webhookData{
		NoticeID: n.ID, Recipient: n.Recipient, Severity: n.Severity, Reason: Reasons(n.Reasons, "en"), Subscriptions: n.Subscriptions,
		Standing: n.Content.Standing, Summary: n.Content.Summary, Reminder: n.Content.Reminder, Health: n.Content.Health, Digest: n.Content.Digest, Test: n.Content.Test,
	}}
	if a := n.Content.Alert; a != nil {
		m.Data.EventID = a.EventID
		m.Data.Alert = &webhookAlert{Alert: *a, Excerpt: []webhookRun{}}
		for _, s := range segments(a.Excerpt, 2*titleRunes) {
			m.Data.Alert.Excerpt = append(m.Data.Alert.Excerpt, webhookRun{s.Text, s.Marked})
		}
	}
	if r := n.Content.Reminder; r != nil {
		m.Data.EventID = r.EventID
	}
	if s := n.Content.Standing; s != nil {
		m.Data.EventID = s.EventID
	}
	var body bytes.Buffer
	for _, limit := range webhookLimits {
		body.Reset()
		encoder := json.NewEncoder(&body)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(limit.tidy("", reflect.ValueOf(m)).Interface()); err != nil {
			return nil, err
		}
		if body.Len() <= webhookBytes {
			break
		}
	}
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), nil
}

// webhookType is what sort of thing is told, as the specification wants it:
// hierarchical, with full stops between.
func webhookType(n models.Notice) string {
	switch c := n.Content; {
	case c.Standing != nil:
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

// tidy returns a copy of a value whose texts are harmless and that keeps the
// limit; name is that of the field that it stands in.
func (l webhookLimit) tidy(name string, v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		out := reflect.New(v.Type()).Elem()
		out.SetString(tidyText(name, v.String(), l.runes))
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(l.tidy(name, v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		n := min(v.Len(), l.elements)
		out := reflect.MakeSlice(v.Type(), n, n)
		for i := range n {
			out.Index(i).Set(l.tidy(name, v.Index(i)))
		}
		return out
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return v
		}
		out := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			out.Field(i).Set(l.tidy(v.Type().Field(i).Name, v.Field(i)))
		}
		return out
	}
	return v
}

// tidyText makes a text harmless. What is called a link is one that may be
// followed, or empty.
func tidyText(name, s string, runes int) string {
	if name == "Link" {
		return sanitize.Link(s)
	}
	// What is cut off anyway need not be read.
	if most := 2 * utf8.UTFMax * runes; len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	if name == "Text" {
		return sanitize.Truncate(sanitize.Printable(s), runes) // runs of an excerpt keep the spaces at their edges
	}
	return sanitize.Truncate(sanitize.Line(s), runes)
}
