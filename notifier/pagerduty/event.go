package pagerduty

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"regwatch/internal/markup"
	"regwatch/models"
	"regwatch/notifier/render"
)

// mostBytes is how large an event may be: PagerDuty accepts 512 KB.
const mostBytes = 500_000

// An Event is a request to the Events API v2
// (https://developer.pagerduty.com/docs/send-alert-event). The summary may have 1,024
// characters and the deduplication key 255; ours are shorter.
type Event struct {
	RoutingKey string   `json:"routing_key,omitempty"`
	Action     string   `json:"event_action"` // trigger or resolve
	DedupKey   string   `json:"dedup_key"`
	Client     string   `json:"client"`
	ClientURL  string   `json:"client_url,omitempty"` // the event in the console
	Payload    *Payload `json:"payload,omitempty"`
	Links      []Link   `json:"links,omitempty"`
}

// A Payload is what an incident shows.
type Payload struct {
	Summary   string            `json:"summary"`
	Source    string            `json:"source"`
	Severity  string            `json:"severity"` // critical, error, warning or info
	Timestamp *time.Time        `json:"timestamp,omitempty"`
	Class     models.NoticeKind `json:"class,omitempty"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

// A Link is shown beside an incident.
type Link struct {
	Address string `json:"href"`
	Text    string `json:"text"`
}

// NewEvent returns a delivery's notice as an event, without the routing key. A report that
// something is healthy again resolves the incident that its failure began.
func NewEvent(r *render.Renderer, d models.Delivery) (Event, error) {
	m, err := r.Chat(d, func(m render.ChatMessage) bool {
		body, err := encode(newEvent(m, d.Notice))
		return err != nil || len(body) <= mostBytes
	})
	return newEvent(m, d.Notice), err
}

func newEvent(m render.ChatMessage, n models.Notice) Event {
	e := Event{Action: "trigger", DedupKey: dedupKey(n), Client: "regwatch"}
	if recovered(n) {
		e.Action = "resolve"
	}
	e.Payload = &Payload{Summary: m.Title, Source: "regwatch", Severity: severity(n), Class: n.Kind, Details: map[string]string{"message": plain(m.Blocks)}}
	if !n.CreatedAt.IsZero() {
		at := n.CreatedAt.UTC()
		e.Payload.Timestamp = &at
	}
	for _, link := range m.Links {
		e.Links = append(e.Links, Link{link.Address, link.Label})
		if link.Action == "details" {
			e.ClientURL = link.Address
		}
	}
	return e
}

func encode(e Event) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(e)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// dedupKey returns what tells which incident a notice belongs to: the same for all notices
// about an event, and for all reports about the health of one thing.
func dedupKey(n models.Notice) string {
	switch c := n.Content; {
	case c.Alert != nil && c.Alert.EventID != "":
		return "regwatch/event/" + c.Alert.EventID
	case n.EventID() != "":
		return "regwatch/event/" + n.EventID()
	case isHealth(c):
		return "regwatch/health/" + models.HashOf(c.Health.Subject, c.Health.Name)
	}
	return "regwatch/notice/" + n.ID
}

// isHealth reports whether a content is a change of health, which ends when the thing is
// healthy again. Gaps, exceptions and rules to review are single reports.
func isHealth(c models.Content) bool {
	h := c.Health
	return h != nil && h.Gap == nil && h.Exception == nil && h.Review == nil
}

func recovered(n models.Notice) bool {
	return isHealth(n.Content) && n.Content.Health.Health == models.Healthy
}

// severity returns the severity of an event of regwatch. Digests, summaries and tests are for
// information.
func severity(n models.Notice) string {
	switch {
	case isHealth(n.Content):
		return "warning"
	case n.Severity == models.Critical:
		return "critical"
	case n.Severity == models.High:
		return "error"
	case n.Severity == models.Medium:
		return "warning"
	}
	return "info"
}

// plain returns the text of blocks, one line each.
func plain(blocks []markup.Block) string {
	var lines []string
	add := func(before string, runs []markup.Run) {
		if text := markup.Text(runs); text != "" {
			lines = append(lines, before+text)
		}
	}
	for _, b := range blocks {
		add("", b.Runs)
		for _, item := range b.Items {
			add("- ", item)
		}
	}
	return strings.Join(lines, "\n")
}
