package cli

import (
	"time"

	"regwatch/models"
	"regwatch/notifier/render"
)

// What --json prints of the nouns has types of its own: programs of others read
// it, so its names stay when a field or a column is called otherwise.

// A deliveryRow is the sending of one notice to one destination.
type deliveryRow struct {
	ID          string     `json:"id"`
	State       string     `json:"state"` // due, sent, dead, dropped or unverified
	Channel     string     `json:"channel"`
	Address     string     `json:"address,omitempty"`
	Destination string     `json:"destination"`
	Resend      int        `json:"resend"`
	Attempts    int        `json:"attempts"`
	NotBefore   *time.Time `json:"not_before,omitempty"`
	StartedAt   *time.Time `json:"started_at,omitempty"`
	SentAt      *time.Time `json:"sent_at,omitempty"`
	Receipt     string     `json:"receipt,omitempty"` // what the channel calls it
	LastError   string     `json:"last_error,omitempty"`
	CreatedAt   time.Time  `json:"created_at"`
	Orphaned    bool       `json:"orphaned,omitempty"` // regwatch.yaml no longer has its channel
	Notice      noticeRow  `json:"notice"`
}

// A noticeRow is what a delivery tells, to whom and why.
type noticeRow struct {
	ID              string         `json:"id"`
	Kind            string         `json:"kind"`
	Headline        string         `json:"headline"`
	Subject         string         `json:"subject"` // event, source, channel or digest
	SubjectID       string         `json:"subject_id"`
	SubjectRevision int            `json:"subject_revision"`
	Recipient       string         `json:"recipient"`
	Severity        string         `json:"severity,omitempty"`
	Reason          string         `json:"reason"`
	Content         models.Content `json:"content"` // as it was frozen
	CreatedAt       time.Time      `json:"created_at"`
}

func rowOfDelivery(d models.Delivery) deliveryRow {
	n := d.Notice
	return deliveryRow{
		ID: d.ID, State: string(d.State), Channel: d.Channel, Address: d.Address, Destination: d.Destination, Resend: d.Resend,
		Attempts: d.Attempts, NotBefore: timeOrNone(d.NotBefore), StartedAt: timeOrNone(d.StartedAt), SentAt: timeOrNone(d.SentAt),
		Receipt: d.Receipt, LastError: d.LastError, CreatedAt: d.CreatedAt,
		Notice: noticeRow{
			ID: n.ID, Kind: string(n.Kind), Headline: headlineOf(n), Subject: n.Subject, SubjectID: n.SubjectID,
			SubjectRevision: n.SubjectRevision, Recipient: n.Recipient, Severity: string(n.Severity), Reason: render.Reasons(n.Reasons, "en"),
			Content: render.WithText(n.Content), CreatedAt: n.CreatedAt,
		},
	}
}

// list is a list for JSON, where none is [] and not null.
func list[T any](some []T) []T { return append([]T{}, some...) }

// timeOrNone is a time for JSON, where a zero one is left out.
func timeOrNone(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
