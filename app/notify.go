package app

import (
	"context"
	"io"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// testTimeout is how long a test message may take.
const testTimeout = time.Minute

// A TestMessage is a message that was sent to try a channel.
type TestMessage struct {
	Channel string
	Address string
	Receipt string // what the channel calls the message
}

// SendTest sends a test message to a destination of a folder: a channel, or
// channel:address. It stores nothing and opens no database. A terminal channel writes to
// terminal.
func SendTest(ctx context.Context, dir, destination string, terminal io.Writer) (TestMessage, error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return TestMessage{}, problems
	}
	return folder.sendTest(ctx, destination, terminal, time.Now())
}

func (f *Folder) sendTest(ctx context.Context, destination string, terminal io.Writer, now time.Time) (TestMessage, error) {
	var m TestMessage
	m.Channel, m.Address, _ = strings.Cut(destination, ":")
	if _, err := f.Config.Destination(destination); err != nil {
		return m, inputError("%v", err)
	}
	configured, _ := f.Config.Channel(m.Channel)
	secrets := redact.New(f.Config.SecretValues()...)
	channel, err := openChannel(configured, channelParts{terminal: terminal, renderer: f.Renderer, secrets: secrets, now: time.Now})
	if err != nil {
		return m, err
	}
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	m.Receipt, err = channel.Send(ctx, testDelivery(m, destination, f.Config.Zone, now))
	if idle, ok := channel.(delivery.Idler); ok {
		idle.Idle()
	}
	if err != nil {
		return m, &ChannelRefusedError{delivery.Scrub(secrets, err.Error())}
	}
	return m, nil
}

func testDelivery(m TestMessage, destination, zone string, now time.Time) models.Delivery {
	n := models.Notice{
		Kind: models.NoticeTest, Subject: "channel", SubjectID: m.Channel + "/" + now.UTC().Format(time.RFC3339Nano), Recipient: destination,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}), CreatedAt: now,
		Content: models.Content{Test: &models.Test{Text: "This is a test message from regwatch. If you can read it, alerts can reach you here.", SentAt: now, Zone: zone}},
	}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, m.Channel, m.Address, now)
	d.Notice = n
	return d
}

// A ChannelRefusedError means that a channel did not accept a test message. It holds no
// secret.
type ChannelRefusedError struct{ why string }

// Error says why.
func (e *ChannelRefusedError) Error() string { return e.why }
