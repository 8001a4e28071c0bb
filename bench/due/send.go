package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/email"
	"regwatch/notifier/render"
	"regwatch/notifier/slack"
	"regwatch/notifier/webhook"
	"regwatch/store"
)

const channelName = "c"

// A report is what a process that sends says of itself.
type report struct {
	Took   time.Duration
	Memory float64 // MB
}

// notices returns what is due: each event's alert, and then its updates in turn.
func notices(o order) []models.Notice {
	start := time.Now().Add(-time.Hour)
	all := make([]models.Notice, o.Notices)
	for i := range all {
		event, part, at := fmt.Sprintf("event-%d", i%o.Threads), i/o.Threads, start.Add(time.Duration(i)*time.Millisecond)
		kind := models.NoticeAlert
		if part > 0 {
			kind = models.NoticeUpdate
		}
		n := models.Notice{
			Kind: kind, Subject: "event", SubjectID: event, SubjectRevision: part, Recipient: "desk", Severity: models.High,
			Reason: "route default by everything", CreatedAt: at,
			Content: models.Content{Alert: &models.Alert{
				EventID: event, Severity: models.High, Title: fmt.Sprintf("Event %d part %d of a story about stablecoins", i%o.Threads, part),
				Link: "https://news.example/" + event, WhyNow: "new event", Source: "Example News", SeenAt: at, Zone: "UTC",
				Excerpt: models.Excerpt{Text: "A licence for issuers of stablecoins is to come into force next year, the authority says.", Marks: [][2]int{{27, 38}}},
				Why:     []models.Finding{{RuleID: "everything", RuleTitle: "Everything", Revision: "3a91f0", Hits: []models.Hit{{Field: models.InTitle, Text: "stablecoins"}}}},
			}},
		}
		n.ID = n.Key()
		d := models.NewDelivery(n.ID, channelName, addressOf(o.Kind), at)
		d.Thread = event
		n.Deliveries = []models.Delivery{d}
		all[i] = n
	}
	return all
}

func addressOf(kind string) string {
	if kind == "mail" {
		return "desk@example.com"
	}
	return ""
}

func openStore(o order) (*store.Store, error) {
	if o.DSN != "" {
		return store.Open(context.Background(), store.Options{DSN: o.DSN})
	}
	return store.Open(context.Background(), store.Options{Path: o.Path})
}

func fill(o order) error {
	s, err := openStore(o)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.CommitNotices(context.Background(), notices(o))
}

// unpaced is a channel without a pace between messages.
type unpaced struct{ delivery.Channel }

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
	start := time.Now()
	sum, err := d.Drain(context.Background())
	if err == nil && sum.Sent != o.Notices {
		err = fmt.Errorf("%+v; want %d sent", sum, o.Notices)
	}
	if err != nil {
		return err
	}
	return printReport(start)
}

func sendPlainly(o order) error {
	channel, err := open(o)
	if err != nil {
		return err
	}
	all := notices(o)
	first := make(map[string]models.Delivery)
	start := time.Now()
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
	return printReport(start)
}

func printReport(start time.Time) error {
	return json.NewEncoder(os.Stdout).Encode(report{time.Since(start), residentPeak()})
}

// residentPeak reads VmHWM of this process, in MB; 0 where there is no /proc.
func residentPeak() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib * 1024 / 1e6
		}
	}
	return 0
}
