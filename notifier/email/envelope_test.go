package email

import (
	"slices"
	"strings"
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/internal/smtpfake"
)

// RFC 5321, 4.1.2: an address stands in angle brackets, without a name. Strict servers
// refuse anything else.
func TestEnvelopeHasAddressesInAngleBrackets(t *testing.T) {
	tests := []struct{ name, from, to, wantFrom, wantTo string }{
		{"bare addresses", "a@example.org", "b@example.net", "MAIL FROM:<a@example.org> BODY=8BITMIME", "RCPT TO:<b@example.net>"},
		{"a sender with a name", "Reg Watch <a@example.org>", "b@example.net", "MAIL FROM:<a@example.org> BODY=8BITMIME", "RCPT TO:<b@example.net>"},
		{"a sender whose name has letters of its own", "監管通知 <a@example.org>", "b@example.net", "MAIL FROM:<a@example.org> BODY=8BITMIME", "RCPT TO:<b@example.net>"},
		{"a reader with a name", "a@example.org", "The Reader <b@example.net>", "MAIL FROM:<a@example.org> BODY=8BITMIME", "RCPT TO:<b@example.net>"},
		{"quoted local parts", `"no reply"@example.org`, `"b> c@d"@example.net`, `MAIL FROM:<"no reply"@example.org> BODY=8BITMIME`, `RCPT TO:<"b> c@d"@example.net>`},
		{"quotes that are not needed", `"a"@example.org`, `"b.c"@example.net`, `MAIL FROM:<a@example.org> BODY=8BITMIME`, `RCPT TO:<b.c@example.net>`},
		{"a tag and an apostrophe", "a+b@example.org", "o'neil@example.net", "MAIL FROM:<a+b@example.org> BODY=8BITMIME", "RCPT TO:<o'neil@example.net>"},
		{"a domain in other letters", "a@bücher.example", "b@例え.jp", "MAIL FROM:<a@xn--bcher-kva.example> BODY=8BITMIME", "RCPT TO:<b@xn--r8jz45g.jp>"},
		{"a local part in other letters", "a@example.org", "法務@例え.jp", "MAIL FROM:<a@example.org> BODY=8BITMIME SMTPUTF8", "RCPT TO:<法務@xn--r8jz45g.jp>"},
		{"a sender in other letters", "監管 <通知@例え.jp>", "b@example.net", "MAIL FROM:<通知@xn--r8jz45g.jp> BODY=8BITMIME SMTPUTF8", "RCPT TO:<b@example.net>"},
		{"an address of a machine", "a@example.org", "b@[192.0.2.1]", "MAIL FROM:<a@example.org> BODY=8BITMIME", "RCPT TO:<b@[192.0.2.1]>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, smtpfake.Options{}, func(o *Options) { o.From = tt.from }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				_, err := ch.Send(t.Context(), mailDelivery(tt.to))
				if err != nil {
					t.Error(err)
				}
				if sent := fake.Commands(); !slices.Contains(sent, tt.wantFrom) || !slices.Contains(sent, tt.wantTo) {
					t.Errorf("sent\n%s\nwant %s and %s", strings.Join(sent, "\n"), tt.wantFrom, tt.wantTo)
				}
			})
		})
	}
}

// A server without 8BITMIME takes ASCII alone.
func TestMailIsASCIIForAnyServer(t *testing.T) {
	inBubble(t, smtpfake.Options{SevenBit: true}, func(o *Options) { o.From = "監管通知 <regwatch@例え.jp>" }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		for name, n := range noticetest.All() {
			d := mailDelivery("讀者 <reader@example.net>")
			d.Notice = n
			if _, err := ch.Send(t.Context(), d); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(fake.Messages()) != len(noticetest.All()) {
			t.Errorf("%d mails arrived, want %d", len(fake.Messages()), len(noticetest.All()))
		}
	})
}
