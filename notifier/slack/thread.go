package slack

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"regwatch/models"
	"regwatch/notifier/delivery"
)

// Amends reports that Slack can change a message.
func (s *Channel) Amends() bool { return true }

// threadOf returns the options that put a follow-up under the first message of its
// event; nil if it has none. News is shown in the channel too, because people who have
// not replied in the thread get no notification of it.
func (s *Channel) threadOf(ctx context.Context, channel string, d models.Delivery) ([]slack.MsgOption, error) {
	if d.Root == nil {
		return nil, nil
	}
	at, ts, ok := splitReceipt(d.Root.Receipt)
	if !ok {
		return nil, delivery.Errorf(delivery.ThreadGone, "what it follows up went out over an incoming webhook, which makes no threads")
	}
	if s.moved(ctx, channel, at) {
		return nil, delivery.Errorf(delivery.ThreadGone, "what it follows up is in a channel that was configured before")
	}
	options := []slack.MsgOption{slack.MsgOptionTS(ts)}
	a := d.Notice.Content.Alert
	switch {
	case slices.Contains([]models.NoticeKind{models.NoticeUpdate, models.NoticeEscalation, models.NoticeReminder}, d.Notice.Kind),
		a != nil && a.Trigger.Kind() == models.ReasonSplit: // another development, under an alert of the one that it was taken for
		options = append(options, slack.MsgOptionBroadcast())
	}
	return options, nil
}

// moved reports whether the configured channel is certainly not the one that a message
// was posted to, because the configuration has changed since. A person's ID does not
// say which conversation is theirs.
func (s *Channel) moved(ctx context.Context, channel, posted string) bool {
	id, err := s.resolve(ctx, channel)
	person := strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W")
	return err == nil && id != posted && !person
}

// splitReceipt reads what Send returned.
func splitReceipt(receipt string) (channel, ts string, ok bool) {
	channel, ts, ok = strings.Cut(receipt, "/")
	return channel, ts, ok && channel != "" && ts != ""
}

// threadGone reports whether Slack takes no reply because there is no message that
// can be replied to.
func threadGone(code string) bool {
	return slices.Contains([]string{"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}, code)
}

// amend changes the first message of the event to show its current status. The
// message keeps its metadata, by which a lookup finds it.
func (s *Channel) amend(ctx context.Context, d models.Delivery) (string, error) {
	standing := d.Notice.Content.Status
	if d.Root == nil || d.Root.Notice.Content.Alert == nil || standing == nil {
		return "", delivery.Errorf(delivery.Moot, "there is no alert that it could change")
	}
	channel, ts, ok := splitReceipt(d.Root.Receipt)
	if !ok {
		return "", delivery.Errorf(delivery.Moot, "the alert's receipt names no message")
	}
	m, err := s.renderer.Slack(d, s.interactive)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	options := append(commonOptions(*d.Root), slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...), slack.MsgOptionParse(false))
	if _, _, _, err := s.api.UpdateMessageContext(ctx, channel, ts, options...); err != nil {
		return "", s.explainAmend(channel, err)
	}
	return d.Root.Receipt, nil
}

// A slackPage is a part of what a channel or a thread has.
type slackPage struct {
	messages []slack.Message
	next     string // empty: the last
}

// A slackPlace is where a message may be, and how that is read.
type slackPlace struct {
	channel string
	read    func(ctx context.Context, cursor string) (slackPage, error)
}

// places are where a delivery may be. Slack lists a reply only in its thread, unless
// the channel was shown it too; one whose thread is gone stands in the channel.
func (s *Channel) places(id, oldest string, d models.Delivery) []slackPlace {
	history := func(ctx context.Context, cursor string) (slackPage, error) {
		got, err := s.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: id, Oldest: oldest, Cursor: cursor, Limit: lookupPage, Inclusive: true, IncludeAllMetadata: true,
		})
		if err != nil {
			return slackPage{}, err
		}
		if !got.Ok {
			return slackPage{}, delivery.Fail(delivery.Ambiguous, models.FailureSlackEmptyLookup, models.FailureArgs{})
		}
		return pageOf(got.Messages, got.HasMore, got.ResponseMetaData.NextCursor), nil
	}
	if d.Root == nil {
		return []slackPlace{{id, history}}
	}
	at, ts, ok := splitReceipt(d.Root.Receipt)
	if !ok {
		return []slackPlace{{id, history}}
	}
	// The whole thread is read, with its parent, so an answer without any message is
	// not a valid one. A thread is short.
	thread := func(ctx context.Context, cursor string) (slackPage, error) {
		messages, more, next, err := s.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: at, Timestamp: ts, Cursor: cursor, Limit: lookupPage, Inclusive: true, IncludeAllMetadata: true,
		})
		if err == nil && len(messages) == 0 {
			err = delivery.Fail(delivery.Ambiguous, models.FailureSlackEmptyLookup, models.FailureArgs{})
		}
		return pageOf(messages, more, next), err
	}
	return []slackPlace{{at, thread}, {id, history}}
}

func pageOf(messages []slack.Message, more bool, next string) slackPage {
	if !more {
		next = ""
	}
	return slackPage{messages, next}
}

// search reads pages until one has the delivery, and returns the message's timestamp.
func (s *Channel) search(ctx context.Context, place slackPlace, deliveryID string) (string, error) {
	cursor := ""
	for range s.pages {
		p, err := place.read(ctx, cursor)
		if err != nil {
			return "", err
		}
		for _, m := range p.messages {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload["delivery"] == deliveryID && validTimestamp(m.Timestamp) {
				return m.Timestamp, nil
			}
		}
		if cursor = p.next; cursor == "" {
			return "", nil
		}
	}
	return "", delivery.ErrCannotLookUp
}
