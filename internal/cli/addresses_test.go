package cli

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regwatch/configs"
	"regwatch/internal/smtpfake"
)

// verifyDesk is a desk whose mails are confirmed first.
func verifyDesk(t *testing.T, config func(string) string) (*desk, *smtpfake.Server) {
	t.Helper()
	d, mail := pagesDesk(t)
	d.configure(t, mail, "false")
	d.rewrite(t, func(s string) string {
		return config(strings.Replace(s, "kind: email,", "kind: email, verify: true,", 1))
	})
	return d, mail
}

func same(s string) string { return s }

func (d *desk) mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, code := d.regwatch(t, args...)
	if code != 0 {
		t.Fatalf("regwatch %s: exit code %d\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

func subjects(mail *smtpfake.Server) string {
	var all []string
	for _, m := range mail.Messages() {
		all = append(all, m.Header.Get("Subject"))
	}
	return strings.Join(all, "\n")
}

// A new address gets one mail with a link. What else is sent to it waits, is listed, and
// comes once the reader has pressed the button of the page.
func TestNewAddressIsConfirmedByItsLink(t *testing.T) {
	d, mail := verifyDesk(t, same)
	d.site.Publish(1)
	d.mustRun(t, "scan")
	d.site.Publish(2)
	d.mustRun(t, "scan")
	messages := mail.Messages()
	if len(messages) != 1 || !strings.Contains(messages[0].Header.Get("Subject"), "Confirm") {
		t.Fatalf("mails before the address is confirmed:\n%s\nwant one that asks for it", subjects(mail))
	}
	if out := d.mustRun(t, "subscriptions"); !strings.Contains(out, "not confirmed") {
		t.Errorf("subscriptions does not say that the address waits:\n%s", out)
	}
	if out := d.mustRun(t, "deliveries", "--state", "unverified"); strings.Count(out, "mail:reader@example.com") < 1 {
		t.Errorf("deliveries does not list what waits:\n%s", out)
	}
	_, pages := d.pages(t)
	link := regexp.MustCompile(`http://127\.0\.0\.1:8480/rw(/u/verify/\S+)`).FindStringSubmatch(messages[0].Text)
	if link == nil || !strings.Contains(messages[0].HTML, link[0]) {
		t.Fatalf("the mail has no link that confirms:\n%s", messages[0].Text)
	}
	if resp, err := http.Get(pages + link[1]); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the page: %v, %v", resp, err)
	}
	d.mustRun(t, "scan")
	if len(mail.Messages()) != 1 {
		t.Fatal("following the link confirmed the address; want only the button to")
	}
	if resp, err := http.PostForm(pages+link[1], url.Values{"do": {"verify"}}); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the button: %v, %v", resp, err)
	}
	d.mustRun(t, "scan")
	if n := len(mail.Messages()); n < 2 {
		t.Errorf("%d mails after the address was confirmed; want what waited:\n%s", n, subjects(mail))
	}
	if out := d.mustRun(t, "subscriptions"); strings.Contains(out, "waits") {
		t.Errorf("subscriptions says that the address waits though it is confirmed:\n%s", out)
	}
	before := len(mail.Messages())
	d.site.Publish(1)
	d.mustRun(t, "scan")
	if len(mail.Messages()) <= before {
		t.Error("a confirmed address gets no mail")
	}
}

func TestNothingWaitsWithoutPages(t *testing.T) {
	d, mail := verifyDesk(t, func(s string) string { return s[:strings.Index(s, "web:")] })
	d.site.Publish(1)
	d.mustRun(t, "scan")
	if got := subjects(mail); len(mail.Messages()) == 0 || strings.Contains(got, "Confirm") {
		t.Errorf("mails:\n%s\nwant the alerts at once", got)
	}
}

func TestAnAdminConfirmsAnAddress(t *testing.T) {
	d, mail := verifyDesk(t, same)
	d.site.Publish(1)
	d.mustRun(t, "scan")
	d.mustRun(t, "subscriptions", "verify", "mail:READER@example.com")
	d.mustRun(t, "scan")
	if n := strings.Count(subjects(mail), "Confirm"); n != 2 {
		t.Errorf("%d requests to confirm, want the first and the one that was asked for:\n%s", n, subjects(mail))
	}
	d.mustRun(t, "subscriptions", "verify", "mail:reader@example.com", "--confirm", "--by", "ada")
	d.mustRun(t, "scan")
	if n := len(mail.Messages()); n < 3 {
		t.Errorf("%d mails after an admin confirmed the address; want what waited", n)
	}
	out, code := d.regwatch(t, "subscriptions", "verify", "mail:reader@example.com", "--confirm")
	if code == 0 || !strings.Contains(out, "is not an address that waits for confirmation") {
		t.Errorf("confirming it again: exit code %d\n%s", code, out)
	}
	if out := d.mustRun(t, "audit", "--json"); !strings.Contains(out, `"address.verified"`) || !strings.Contains(out, `"ada"`) {
		t.Error("the audit does not say that ada confirmed the address")
	}
}

func (d *desk) rewrite(t *testing.T, change func(string) string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, configs.FileName))
	if err != nil {
		t.Fatal(err)
	}
	d.write(t, configs.FileName, change(string(text)))
}
