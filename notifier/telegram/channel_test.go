package telegram

import (
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/samplenotice"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

// sent sends an alert and returns it with its receipt.
func sent(t *testing.T, ch *Channel) models.Delivery {
	t.Helper()
	d := noticetest.Due("first", "tg", "", time.Now())
	d.Notice, _ = samplenotice.Notice("alert")
	receipt, err := ch.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	d.Receipt = receipt
	return d
}

func followUp(root models.Delivery, kind string) models.Delivery {
	d := noticetest.Due("second", "tg", "", time.Now())
	d.Notice, _ = samplenotice.Notice(kind)
	d.Root = &root
	return d
}

func amends(root models.Delivery) models.Delivery {
	d := followUp(root, "update")
	d.Amends, d.Notice = true, models.Notice{Kind: models.NoticeAmend, Content: models.Content{Status: samplenotice.Status()}}
	return d
}

func TestNewsRepliesToTheFirstMessage(t *testing.T) {
	bot := &botAPI{}
	ch := newChannel(t, channeltest.NewServer(t, bot.accept).URL, group)
	root := sent(t, ch)
	if root.Receipt != group+"/1" {
		t.Errorf("receipt %q, want the chat and the message", root.Receipt)
	}
	receipt, err := ch.Send(t.Context(), followUp(root, "update"))
	if err != nil || receipt != group+"/2" {
		t.Fatalf("Send = %q, %v", receipt, err)
	}
	if last := bot.requests[1]; last.Reply == nil || last.Reply.Message != 1 {
		t.Errorf("the update replies to %+v, want message 1", last.Reply)
	}
}

func TestThreadIsGone(t *testing.T) {
	for name, change := range map[string]func(b *botAPI, root *models.Delivery){
		"deleted":                func(b *botAPI, _ *models.Delivery) { delete(b.messages, 1) },
		"in another chat":        func(_ *botAPI, root *models.Delivery) { root.Receipt = "-1009999999999/1" },
		"of another kind":        func(_ *botAPI, root *models.Delivery) { root.Receipt = "C0123456789/17.5" },
		"without a message ID":   func(_ *botAPI, root *models.Delivery) { root.Receipt = group },
		"with a negative number": func(_ *botAPI, root *models.Delivery) { root.Receipt = group + "/-1" },
	} {
		t.Run(name, func(t *testing.T) {
			bot := &botAPI{}
			ch := newChannel(t, channeltest.NewServer(t, bot.accept).URL, group)
			root := sent(t, ch)
			change(bot, &root)
			for _, d := range []models.Delivery{followUp(root, "update"), amends(root)} {
				if _, err := ch.Send(t.Context(), d); delivery.ErrorOf(err).Reason != delivery.ThreadGone {
					t.Errorf("amends %v: %v, want that the thread is gone", d.Amends, err)
				}
			}
		})
	}
}

func TestStatusEditsTheFirstMessage(t *testing.T) {
	bot := &botAPI{}
	ch := newChannel(t, channeltest.NewServer(t, bot.accept).URL, group)
	root := sent(t, ch)
	before := bot.messages[1]
	for range 2 { // the second changes nothing, which Telegram refuses
		receipt, err := ch.Send(t.Context(), amends(root))
		if err != nil || receipt != root.Receipt {
			t.Fatalf("Send = %q, %v; want the receipt of the first message", receipt, err)
		}
	}
	if len(bot.messages) != 1 || bot.messages[1] == before {
		t.Errorf("%d messages, of which the first is:\n%s", len(bot.messages), bot.messages[1])
	}
	lonely := amends(root)
	lonely.Root = nil
	if _, err := ch.Send(t.Context(), lonely); delivery.ErrorOf(err).Reason != delivery.Moot {
		t.Errorf("without a first message: %v, want that there is nothing to do", err)
	}
}

func TestAddressReplacesTheChat(t *testing.T) {
	bot := &botAPI{}
	ch := newChannel(t, channeltest.NewServer(t, bot.accept).URL, group)
	d := noticetest.Due("a", "tg", "", time.Now())
	d.Address = "@regwatch_news"
	if receipt, err := ch.Send(t.Context(), d); err != nil || receipt != "@regwatch_news/1" {
		t.Errorf("Send = %q, %v", receipt, err)
	}
}

func TestRetryAfterOfTheBody(t *testing.T) {
	server := channeltest.NewServer(t, (&botAPI{}).accept)
	ch := newChannel(t, server.URL, group)
	for parameter, want := range map[string]time.Duration{"35": 35 * time.Second, "99999999999": delivery.MaxRetryAfter} {
		server.Next(channeltest.HTTPAnswer{Code: 429, Body: refusalBody(429, "Too Many Requests", `"retry_after":`+parameter)})
		_, err := ch.Send(t.Context(), noticetest.Due("a", "tg", "", time.Now()))
		if got := delivery.ErrorOf(err); got.Reason != delivery.RateLimited || got.RetryAfter != want {
			t.Errorf("retry_after %s: %s, pause of %s; want %s", parameter, got.Reason, got.RetryAfter, want)
		}
	}
}

func TestMovedChatIsNamed(t *testing.T) {
	server := channeltest.NewServer(t, (&botAPI{}).accept)
	ch := newChannel(t, server.URL, group)
	server.Next(channeltest.HTTPAnswer{Code: 400, Body: refusalBody(400, "Bad Request: group chat was upgraded to a supergroup chat", `"migrate_to_chat_id":-1009876543210`)})
	_, err := ch.Send(t.Context(), noticetest.Due("a", "tg", "", time.Now()))
	if err == nil || !strings.Contains(err.Error(), "-1009876543210") || !delivery.ErrorOf(err).OneAddress {
		t.Errorf("%v; want the new ID, for this address alone", err)
	}
}

func TestTextNotifiesNobody(t *testing.T) {
	d := noticetest.Due("a", "tg", "", time.Now())
	d.Notice, _ = samplenotice.Notice("alert")
	d.Notice.Content.Alert.Title = `<b>@admin</b> & "x" @everyone`
	text, err := Text(nil, d)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "@admin") || strings.Contains(text, "@everyone") || !strings.Contains(text, "&lt;b&gt;＠admin&lt;/b&gt; &amp; &quot;x&quot; ＠everyone") {
		t.Errorf("the title is not harmless:\n%s", text)
	}
}
