package render

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regwatch/internal/golden"
	"regwatch/internal/i18n"
	"regwatch/internal/noticetest"
	"regwatch/models"
)

// constants returns the values that package models declares for a type.
func constants(t *testing.T, name string) []string {
	t.Helper()
	src, err := os.ReadFile("../../models/failure.go")
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, m := range regexp.MustCompile(name+` += "(\w+)"`).FindAllStringSubmatch(string(src), -1) {
		values = append(values, m[1])
	}
	if len(values) == 0 {
		t.Fatalf("models/failure.go declares no %s", name)
	}
	return values
}

// failureOf returns a failure of a kind with every argument set.
func failureOf(kind string) models.Failure {
	a := models.FailureArgs{
		Peer: models.Peer{Kind: models.PeerWebhook}, Address: "desk@example.net", Host: "192.0.2.1:443", Channel: "alerts", Scope: "chat:write",
		Mechanisms: []string{"PLAIN", "LOGIN"}, Offered: "XOAUTH2", Command: "RCPT", Attempts: 12,
	}
	switch {
	case strings.HasPrefix(kind, "slack_"):
		a.Peer, a.Address, a.Code = models.Peer{Kind: models.PeerSlack}, "C0123456789", "its_code"
	case strings.HasPrefix(kind, "mail_"):
		a.Peer, a.Answer = models.Peer{Kind: models.PeerMail, Address: "mail.example.com:587"}, "550 5.7.1 its own words"
	case kind == string(models.FailureNotTaken):
		a.Status = 422
	case kind == string(models.FailureNotReached):
		a.Answer = "its own words"
	case kind == string(models.FailureGaveUp):
		cause := failureOf(string(models.FailureTimedOut))
		cause.Args.MayHaveArrived = true
		a.Cause = &cause
	case strings.HasPrefix(kind, "source_"), kind == string(models.FailureText):
		a.Text = "its own words"
	}
	return models.Failure{Kind: models.FailureKind(kind), Args: a}
}

func everyFailure(t *testing.T) map[string]models.Failure {
	all := map[string]models.Failure{}
	for _, kind := range constants(t, "FailureKind") {
		all[kind] = failureOf(kind)
	}
	for _, advice := range constants(t, "Advice") {
		f := failureOf(string(models.FailureMailRefused))
		f.Args.Advice, f.Args.Sender = models.Advice(advice), "regwatch@example.org"
		all["mail_refused, "+advice] = f
	}
	for _, kind := range []models.FailureKind{models.FailureNothingListens, models.FailureNoConnection} {
		f := failureOf(string(kind))
		f.Args.ThroughProxy, f.Args.Host = true, ""
		all[string(kind)+", proxy"] = f
	}
	for _, peer := range constants(t, "PeerKind") {
		f := failureOf(string(models.FailureTimedOut))
		f.Args.Peer, f.Args.MayHaveArrived = models.Peer{Kind: models.PeerKind(peer), Address: "mail.example.com:587"}, true
		all["timed_out, "+peer] = f
	}
	hook := failureOf(string(models.FailureSlackArchived))
	hook.Args.Address = ""
	all["slack_archived, webhook"] = hook
	return all
}

// The golden file has each failure in each language.
func TestFailuresGolden(t *testing.T) {
	all := everyFailure(t)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s\n", name)
		for _, l := range languages() {
			fmt.Fprintf(&b, "  %s\n", Failure(all[name], string(l)))
		}
	}
	golden.Assert(t, "testdata/failures.txt", []byte(b.String()))
}

// names matches the Latin text that a Chinese sentence may contain: names, settings,
// commands, and the server's own response.
var names = regexp.MustCompile(`Microsoft Teams|Power Automate|Telegram|@BotFather|Mattermost|PagerDuty|Events API v2|desk@example\.net|regwatch@example\.org|mail\.example\.com|example\.org|its_code|its own words|chat:write|PLAIN|LOGIN|XOAUTH2|RCPT|C0123456789|alerts` +
	`|regwatch\.yaml|regwatch deliveries --state due --channel|regwatch|Slack|Webhook|DNS|(?:START)?TLS|tls|starttls|implicit|none|auth|auto|hello|SMTP(?:UTF8)?|SPF|DKIM|DMARC|ASCII|JSON|ID|xoxb-|/invite|\bok\b|username|password|channel:|robots\.txt`)

func TestFailuresUseLanguageOfReader(t *testing.T) {
	for name, f := range everyFailure(t) {
		for _, l := range []Language{TraditionalChinese, SimplifiedChinese} {
			got := Failure(f, string(l))
			if f.Kind != models.FailureText && (got == "" || strings.Contains(got, "%!") || strings.ContainsFunc(names.ReplaceAllString(got, ""), isLatin)) {
				t.Errorf("%s in %s: %q", name, l, got)
			}
			if got == Failure(f, string(English)) && f.Kind != models.FailureText {
				t.Errorf("%s in %s is English: %q", name, l, got)
			}
		}
	}
}

func TestFailurePhrasesHaveKinds(t *testing.T) {
	parts := []string{"failure_status", "failure_answer", "failure_may_have_arrived", "failure_unreached", "failure_unreached_proxy", "failure_at", "failure_hook_channel"}
	known := map[string]bool{"failure_text": true, "peer_slack": true}
	for _, kind := range constants(t, "FailureKind") {
		known["failure_"+kind] = true
	}
	for _, advice := range constants(t, "Advice") {
		known["advice_"+advice] = true
	}
	for _, peer := range constants(t, "PeerKind") {
		known["peer_"+peer] = true
	}
	for _, name := range i18n.Names() {
		ofFailures := strings.HasPrefix(name, "failure_") || strings.HasPrefix(name, "advice_") || strings.HasPrefix(name, "peer_")
		if ofFailures && !known[name] && !slices.Contains(parts, name) {
			t.Errorf("nothing says %q", name)
		}
	}
	for name := range known {
		if _, there := i18n.Find(name); !there && name != "failure_text" && name != "peer_slack" {
			t.Errorf("%q is no phrase", name)
		}
	}
}

func TestFailureOfNewerReleaseIsShown(t *testing.T) {
	f := models.Failure{Kind: "from_the_future", Args: models.FailureArgs{Address: "desk", Answer: "no"}}
	if got := Failure(f, "zh-Hant"); got != "from the future, address desk, answer no" {
		t.Errorf("%q", got)
	}
}

// A notice of a failing channel explains the failure in its reader's language, with the
// server's own response.
func TestHealthNoticeUsesLanguageOfReader(t *testing.T) {
	f := models.Failure{Kind: models.FailureMailRefused, Args: models.FailureArgs{
		Peer: models.Peer{Kind: models.PeerMail, Address: "mail.example.com:587"}, Address: "a@example.org", Answer: "550 5.1.1 no such user",
	}}
	n := noticetest.Notice(models.Content{Health: new(noticetest.ChannelOf(models.HealthReport{Dead: 1, Error: Failure(f, "en"), Failure: f}))})
	for lang, want := range map[string]string{
		"en":      "the mail server mail.example.com:587 refuses a@example.org: 550 5.1.1 no such user",
		"zh-Hant": "郵件伺服器 mail.example.com:587 拒收發給 a@example.org 的電郵：「550 5.1.1 no such user」",
		"zh-Hans": "邮件服务器 mail.example.com:587 拒收发给 a@example.org 的邮件：“550 5.1.1 no such user”",
	} {
		n.Content.Language = lang
		if got, err := (*Renderer)(nil).Text(n, 400); err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %v\n%s\nwant %s", lang, err, got, want)
		}
	}
	// An older release stored only a sentence.
	n.Content.Health.Failure = models.Failure{}
	if got, err := (*Renderer)(nil).Text(n, 400); err != nil || !strings.Contains(got, n.Content.Health.Error) {
		t.Errorf("%v\n%s\nwant the stored sentence", err, got)
	}
}

func TestSourceFailureUsesLanguageOfReader(t *testing.T) {
	const detail = "www.example.org answered with status 503"
	report := noticetest.Failing()
	report.Error, report.Failure = detail, models.Failure{Kind: models.FailureSourceServerFault, Args: models.FailureArgs{Text: detail}}
	digest := noticetest.FullDigest()
	digest.Coverage.Failing = []models.SourceTrouble{{Name: "HKMA", Error: detail, Failure: report.Failure}}
	for lang, want := range map[string]string{"en": detail, "zh-Hant": "網站伺服器發生錯誤：「" + detail + "」", "zh-Hans": "网站服务器发生错误：“" + detail + "”"} {
		for _, content := range []models.Content{{Language: lang, Health: &report}, {Language: lang, Digest: &digest}} {
			got, err := (*Renderer)(nil).Text(noticetest.Notice(content), 400)
			if err != nil || !strings.Contains(got, want) {
				t.Errorf("%s: %v\n%s\nwant %s", lang, err, got, want)
			}
		}
	}
}

func TestStoredFailureIsReadBack(t *testing.T) {
	for name, f := range everyFailure(t) {
		if strings.HasPrefix(string(f.Kind), "source_") || f.Kind == models.FailureText {
			continue
		}
		for _, lang := range []string{"zh-Hant", "zh-Hans"} {
			got, ok := StoredFailure(Failure(f, "en"), lang)
			if want := Failure(f, lang); !ok || got != want {
				t.Errorf("%s: StoredFailure(%q, %s) = %q, %v, want %q", name, Failure(f, "en"), lang, got, ok, want)
			}
		}
	}
}

func TestStoredFailureKeepsWhatIsNotOurs(t *testing.T) {
	for _, tt := range []struct {
		stored, want string
		ok           bool
	}{
		{"550 5.7.1 message refused", "550 5.7.1 message refused", false},
		{"dropped by mei: the recipient has left", "由 mei 取消發送：the recipient has left", true},
		{"superseded by a newer update of the same message", "已由同一訊息的較新更新取代", true},
		{"the address is confirmed", "地址已確認", true},
		{"the address is confirmed by nobody", "the address is confirmed by nobody", false},
		{"", "", true},
	} {
		if got, ok := StoredFailure(tt.stored, "zh-Hant"); got != tt.want || ok != tt.ok {
			t.Errorf("StoredFailure(%q) = %q, %v, want %q, %v", tt.stored, got, ok, tt.want, tt.ok)
		}
		if got, ok := StoredFailure(tt.stored, "en"); got != tt.stored || !ok {
			t.Errorf("StoredFailure(%q) in English = %q, %v", tt.stored, got, ok)
		}
	}
}
