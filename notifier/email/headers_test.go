package email

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/signedlink"
	"regwatch/internal/smtpfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// heads sends one mail and returns the headers that sort, thread and answer it.
func heads(t *testing.T, d models.Delivery, links signedlink.Links) map[string]string {
	t.Helper()
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS})
	ch := mailTo(t, fake, func(o *Options) {
		o.Links = func(context.Context) (signedlink.Links, error) { return links, nil }
	})
	if _, err := ch.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range []string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "References", "In-Reply-To", "X-Regwatch-Notice"} {
		if value := fake.Messages()[0].Header.Get(name); value != "" {
			got[name] = value
		}
	}
	return got
}

func TestMailHasHeadersToSortThreadAndUnsubscribe(t *testing.T) {
	links := signedlink.Links{Base: "https://regwatch.example.com", Keys: []models.SigningKey{{Version: 1, Secret: []byte(strings.Repeat("1", 32))}}}
	links.Mandatory = func(s string) bool { return s == "hk-policy/audit" }
	about := func(d models.Delivery, subscriptions ...string) models.Delivery {
		d.Notice.Subscriptions = subscriptions
		return d
	}
	event := mailDelivery("reader@example.net")
	event.Notice.Subject, event.Notice.SubjectID, event.Thread = "event", "01JE", "01JE"
	reply := event
	reply.Root = &models.Delivery{Receipt: "<root.0@example.org>"}
	made := event.Notice.CreatedAt
	leave := "<" + links.Address(signedlink.Subscriptions, event.ID, made.Add(unsubscribeFor)) + ">"
	tests := []struct {
		name     string
		delivery models.Delivery
		links    signedlink.Links
		want     map[string]string
	}{
		{"an alert", about(event, "hk-policy/urgent/legal", "default/legal"), links, map[string]string{
			"List-Unsubscribe": leave, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"List-Id": "<hk-policy.urgent.legal.regwatch.example.org>", "References": "<event.01JE@example.org>",
		}},
		{"a follow-up", about(reply, "hk-policy/legal"), links, map[string]string{
			"List-Unsubscribe": leave, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "List-Id": "<hk-policy.legal.regwatch.example.org>",
			"References": "<event.01JE@example.org> <root.0@example.org>", "In-Reply-To": "<root.0@example.org>",
		}},
		{"what must be asked for", about(event, "hk-policy/audit"), links, map[string]string{
			"List-Unsubscribe": leave, "List-Id": "<hk-policy.audit.regwatch.example.org>", "References": "<event.01JE@example.org>",
		}},
		{"of several one may be left", about(event, "hk-policy/audit", "default/legal"), links, map[string]string{
			"List-Unsubscribe": leave, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"List-Id": "<hk-policy.audit.regwatch.example.org>", "References": "<event.01JE@example.org>",
		}},
		{"no pages", about(event, "default/legal"), signedlink.Links{}, map[string]string{
			"List-Id": "<default.legal.regwatch.example.org>", "References": "<event.01JE@example.org>",
		}},
		{"a test", mailDelivery("reader@example.net"), links, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want["X-Regwatch-Notice"] = tt.delivery.NoticeID
			if diff := cmp.Diff(tt.want, heads(t, tt.delivery, tt.links)); diff != "" {
				t.Errorf("headers mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnsubscribeHeaderIsASCIIWhateverTheHost(t *testing.T) {
	links := signedlink.Links{Base: "https://監管.例え.jp:8443/規則", Keys: []models.SigningKey{{Version: 1, Secret: []byte(strings.Repeat("1", 32))}}}
	d := mailDelivery("reader@example.net")
	d.Notice.Subscriptions = []string{"default/legal"}
	got := heads(t, d, links)
	link := strings.Trim(got["List-Unsubscribe"], "<>")
	u, err := url.Parse(link)
	if err != nil || !ascii(link) || u.Host != "xn--6zy24h.xn--r8jz45g.jp:8443" || !strings.HasPrefix(u.EscapedPath(), "/%E8%A6%8F%E5%89%87/u/") {
		t.Errorf("List-Unsubscribe %s, %v; want a URI in ASCII", link, err)
	}
	if got["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe-Post %q", got["List-Unsubscribe-Post"])
	}
}

// A mail without the links that it is to have is not sent: what has no way out is
// taken for spam.
func TestMailWaitsForItsLinks(t *testing.T) {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS})
	ch := mailTo(t, fake, func(o *Options) {
		o.Links = func(context.Context) (signedlink.Links, error) {
			return signedlink.Links{}, errors.New("the database is locked")
		}
	})
	_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
	if err == nil || delivery.ErrorOf(err).Reason != delivery.Unreachable || len(fake.Messages()) != 0 {
		t.Errorf("Send = %v with %d mails taken; want it to wait", err, len(fake.Messages()))
	}
}

func TestAddressesInOtherLetters(t *testing.T) {
	tests := []struct {
		name, address string
		ascii         bool // the server offers no SMTPUTF8
		wantTo        string
		wantUTF8      bool
		wantErr       string
	}{
		{"a domain", "legal@例え.jp", true, "legal@xn--r8jz45g.jp", false, ""},
		{"a whole address", "法務@例え.jp", false, "法務@xn--r8jz45g.jp", true, ""},
		{"a server that cannot", "法務@例え.jp", true, "", false, "offers no SMTPUTF8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS, ASCII: tt.ascii})
			_, err := mailTo(t, fake, nil).Send(t.Context(), mailDelivery(tt.address))
			if tt.wantErr != "" {
				if err == nil || delivery.ErrorOf(err).Reason != delivery.Permanent || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("Send = %v; want %q for good", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			m := fake.Messages()[0]
			if got := strings.Join(m.To, ","); got != tt.wantTo || m.SMTPUTF8 != tt.wantUTF8 || m.Fault != "" {
				t.Errorf("to %s, SMTPUTF8 %v, fault %q; want %s, %v", got, m.SMTPUTF8, m.Fault, tt.wantTo, tt.wantUTF8)
			}
		})
	}
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS})
	ch := mailTo(t, fake, func(o *Options) { o.From = "regwatch <wacht@bücher.example>" })
	if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
		t.Fatal(err)
	}
	if m := fake.Messages()[0]; m.From != "wacht@xn--bcher-kva.example" || !strings.HasSuffix(m.MessageID, "@xn--bcher-kva.example") {
		t.Errorf("from %s, %s; want the domain in ASCII", m.From, m.MessageID)
	}
}
