package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"regwatch/bench/procstat"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/email"
	"regwatch/notifier/render"
	"regwatch/notifier/slack"
	"regwatch/notifier/webhook"
	"regwatch/store"
)

const channelName = "c"

// A report is what a process that stores or sends says of itself: what this took, without its start.
type report struct {
	Took      time.Duration
	Processor time.Duration
	Memory    float64 // MB resident at the most; 0 where that is not known
}

// notices returns count notices: each event's alert to each recipient, and then the updates in turn.
// Notices of different sets are about different events.
func notices(o order, set string, count int) []models.Notice {
	start := time.Now().Add(-time.Hour)
	all := make([]models.Notice, count)
	for i := range all {
		thread, part, at := i%o.Threads, i/o.Threads, start.Add(time.Duration(i)*time.Millisecond)
		event, recipient := fmt.Sprintf("%s-%d", set, thread/o.Recipients), fmt.Sprintf("desk-%d", thread%o.Recipients)
		kind := models.NoticeAlert
		if part > 0 {
			kind = models.NoticeUpdate
		}
		n := models.Notice{
			Kind: kind, Subject: "event", SubjectID: event, SubjectRevision: part, Recipient: recipient, Severity: models.High, CreatedAt: at,
			Reasons: models.NewReasons(models.ReasonMatched, models.ReasonArgs{Rules: []string{"everything"}, RuleTitles: []string{"Everything"}, Routes: []string{"default"}}),
			Content: models.Content{Alert: &models.Alert{
				EventID: event, Severity: models.High, Title: title(thread, part), Link: "https://news.example/" + event,
				Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}), Source: "Example News", SeenAt: at, Zone: "UTC",
				Excerpt: models.Excerpt{Text: excerpt, Highlights: [][2]int{{27, 38}}},
				Why:     []models.Finding{{RuleID: "everything", RuleTitle: "Everything", Revision: "3a91f0", Hits: []models.Hit{{Field: models.InTitle, Text: "stablecoins"}}}},
			}},
		}
		n.ID = n.Key()
		d := models.NewDelivery(n.ID, channelName, addressOf(o.Kind, recipient), at)
		d.Thread = event
		n.Deliveries = []models.Delivery{d}
		all[i] = n
	}
	return all
}

// title is what the receivers tell the messages apart by. A thread is one event to one recipient.
func title(thread, part int) string {
	return fmt.Sprintf("Event %d part %d of a story about stablecoins", thread, part)
}

const excerpt = "A licence for issuers of stablecoins is to come into force next year, the authority says."

func addressOf(kind, recipient string) string {
	if kind == "mail" {
		return recipient + "@example.com"
	}
	return ""
}

func openStore(o order) (*store.Store, error) {
	if o.DSN != "" {
		return store.Open(context.Background(), store.Options{DSN: o.DSN})
	}
	return store.Open(context.Background(), store.Options{Path: o.Path})
}

// fill stores what is due, and what was sent before. Its report is of the first alone.
func fill(o order) error {
	s, err := openStore(o)
	if err != nil {
		return err
	}
	defer s.Close()
	for start := 0; start < o.Stored; start += 10_000 {
		sent := notices(o, "old-"+strconv.Itoa(start), min(10_000, o.Stored-start))
		for i := range sent {
			d := &sent[i].Deliveries[0]
			d.State, d.Attempts, d.SentAt, d.Receipt = models.DeliverySent, 1, d.CreatedAt, d.ID
		}
		if err := s.CommitNotices(context.Background(), sent); err != nil {
			return err
		}
	}
	due := notices(o, "event", o.Notices)
	start, before := time.Now(), processorTime()
	if err := s.CommitNotices(context.Background(), due); err != nil {
		return err
	}
	return printReport(start, before)
}

// unpaced is Slack without its limit of one message a second. A few messages are in
// progress at a time, as by mail.
type unpaced struct{ *slack.Channel }

func (unpaced) Pace() time.Duration { return 0 }

func (unpaced) MaxInProgress() int { return email.MaxInProgress }

// open returns the channel. Its Renderer compiles each template once, as that of
// regwatch does.
func open(o order) (delivery.Channel, error) {
	renderer := &render.Renderer{}
	switch o.Kind {
	case "webhook":
		return webhook.New(webhook.Options{URL: o.To, Keys: [][]byte{make([]byte, 32)}, Now: time.Now})
	case "slack":
		bot, err := slack.New(slack.Options{Token: "xoxb-bench", Channel: "C0123456789", API: o.To, Now: time.Now, Renderer: renderer})
		return unpaced{bot}, err
	case "mail":
		host, port, err := net.SplitHostPort(o.To)
		if err != nil {
			return nil, err
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			return nil, err
		}
		return email.New(email.Options{Host: host, Port: number, TLS: "none", From: "regwatch@example.com", Renderer: renderer})
	}
	return nil, fmt.Errorf("no kind of channel is called %q", o.Kind)
}

func sendFromOutbox(o order) error {
	s, err := openStore(o)
	if err != nil {
		return err
	}
	defer s.Close()
	channel, err := open(o)
	if err != nil {
		return err
	}
	d := delivery.Worker{Outbox: s, Channels: map[string]delivery.Channel{channelName: channel}, Now: time.Now}
	start, before := time.Now(), processorTime()
	sum, err := d.Drain(context.Background())
	if err == nil && sum.Sent != o.Notices {
		err = fmt.Errorf("%+v; want %d sent", sum, o.Notices)
	}
	if err != nil {
		return err
	}
	return printReport(start, before)
}

func sendPlainly(o order) error {
	channel, err := open(o)
	if err != nil {
		return err
	}
	all := notices(o, "event", o.Notices)
	first := make(map[string]models.Delivery)
	start, before := time.Now(), processorTime()
	for _, n := range all {
		d := n.Deliveries[0]
		d.Notice = n
		if root, has := first[d.Thread]; has {
			d.Root = &root
		}
		receipt, err := channel.Send(context.Background(), d)
		if err != nil {
			return err
		}
		if d.Root == nil {
			d.Receipt = receipt
			first[d.Thread] = d
		}
	}
	return printReport(start, before)
}

func printReport(start time.Time, before time.Duration) error {
	return json.NewEncoder(os.Stdout).Encode(report{time.Since(start), processorTime() - before, procstat.Peak("self")})
}
