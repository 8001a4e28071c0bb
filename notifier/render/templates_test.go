package render

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"text/template"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/samplenotice"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

func load(t *testing.T, files map[string]string) (*Renderer, []string) {
	t.Helper()
	root := fstest.MapFS{}
	for name, src := range files {
		root["templates/"+name] = &fstest.MapFile{Data: []byte(src)}
	}
	w, problems := Load(root)
	var told []string
	for _, p := range problems {
		told = append(told, p.String())
	}
	return w, told
}

func TestLoadReportsFaultyTemplate(t *testing.T) {
	tests := []struct{ name, file, src, want string }{
		{"not closed", "text/alert.tmpl", "{{.Title}}\n{{if .Link}}", `templates/text/alert.tmpl:2: a block is not closed; add {{end}} for each {{if}}, {{range}}, {{with}} and {{define}}`},
		{"a brace too few", "text/alert.tmpl", "{{.Title}", `templates/text/alert.tmpl:1: mistake between {{ and }}: bad character U+007D '}'; close each {{ with }}, such as {{.Title}}`},
		{"an empty Slack message", "slack/alert.tmpl", "\n", `templates/slack/alert.tmpl: writes nothing; add at least {{.Title}}, or remove the file`},
		{"an empty text", "text/digest.tmpl", "{{/* nothing yet */}} ", `templates/text/digest.tmpl: writes nothing; add at least {{.Title}}, or remove the file`},
		{"an empty mail", "email/alert.html.tmpl", "", `templates/email/alert.html.tmpl: writes nothing`},
		{"unknown function", "text/alert.tmpl", "{{.Title}}\n標題 {{sey \"why\"}}", `templates/text/alert.tmpl:2:6: function "sey" not defined; docs/reference/templates.md names the functions`},
		{"unknown field", "text/alert.tmpl", "{{.Title}}\n標題 {{.Titel}}", `templates/text/alert.tmpl:2:6: there is no field Titel; docs/reference/templates.md names the fields of each kind`},
		{"field of another kind", "email/health.html.tmpl", `{{template "head" .}}{{.Excerpt}}{{template "foot" .}}`, `templates/email/health.html.tmpl:1:24: there is no field Excerpt; docs/reference/templates.md names the fields of each kind`},
		{"only with everything set", "text/alert.tmpl", "{{.Title}}{{range .Others}}{{.Nmae}}{{end}}", `templates/text/alert.tmpl:1:30: there is no field Nmae; docs/reference/templates.md names the fields of each kind`},
		{"only with nothing set", "text/alert.tmpl", "{{.Title}}{{if not .Why}}{{.None}}{{end}}", `templates/text/alert.tmpl:1:28: there is no field None; docs/reference/templates.md names the fields of each kind`},
		{"unknown phrase", "text/test.tmpl", `{{say "whi"}}`, `templates/text/test.tmpl:1:3: error calling say: phrase "whi" does not exist`},
		{"a layout's fault", "email/layout.html.tmpl", `{{define "head"}}{{.Nope}}{{end}}{{define "foot"}}{{end}}`, `templates/email/layout.html.tmpl:1:20: there is no field Nope; docs/reference/templates.md names the fields of each kind`},
		{"a layout without its part", "email/layout.html.tmpl", `{{define "head"}}{{end}}`, `templates/email/layout.html.tmpl: no such template "foot", which email/alert.html.tmpl needs of it`},
		{"empty subject", "email/test.subject.tmpl", " ", `templates/email/test.subject.tmpl: makes an empty subject`},
		{"no Slack tag", "slack/test.tmpl", "<p>ok</p><table>", `templates/slack/test.tmpl: the template slack/test.tmpl does not render a Slack message: <table> is not allowed in this markup; use h1, p, blockquote, ul, li, hr, actions, b, i, a and br`},
		{"Slack text in no paragraph", "slack/test.tmpl", "hello <p>ok</p>", `templates/slack/test.tmpl: the template slack/test.tmpl does not render a Slack message: "hello" is outside a paragraph; put it within <p>…</p>`},
		{"a Slack tag that is not closed", "slack/test.tmpl", "<p>ok", `templates/slack/test.tmpl: the template slack/test.tmpl does not render a Slack message: <p> is not closed`},
		{"not UTF-8", "text/test.tmpl", "\xff", `templates/text/test.tmpl: is not UTF-8`},
		{"unknown name", "slack/alrt.tmpl", "x", `templates/slack/alrt.tmpl: template "slack/alrt.tmpl" does not exist; did you mean "slack/alert.tmpl"?`},
		{"unlike any name", "README.txt", "x", `templates/README.txt: template "README.txt" does not exist; regwatch templates list names them all`},
		{"too long for a mail", "email/test.html.tmpl", `{{template "head" .}}` + strings.Repeat("<p>x</p>", 20_000) + `{{template "foot" .}}`, `templates/email/test.html.tmpl: makes a mail of `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, told := load(t, map[string]string{tt.file: tt.src})
			if len(told) != 1 || !strings.HasPrefix(told[0], tt.want) {
				t.Errorf("problems %q\nwant one that begins %q", told, tt.want)
			}
			for _, kind := range samplenotice.Kinds() {
				n, _ := samplenotice.Notice(kind)
				got, err := w.Email(models.Delivery{Notice: n}, MailLinks{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(EmailOf(t, n), got); diff != "" {
					t.Errorf("%s is not written by the shipped template (-shipped +got):\n%s", kind, diff)
				}
			}
		})
	}
}

func TestLoadReplacesSingleTemplate(t *testing.T) {
	w, told := load(t, map[string]string{
		"slack/alert.tmpl":         `<h1>{{.Title}}</h1><p>{{say "stage"}} <i>{{.Stage}}</i></p><actions/>`,
		"email/alert.subject.tmpl": `{{.Outlet}}: {{.Title}}`,
		".hidden.swp":              "x",
		"text/alert.tmpl~":         "x",
	})
	if told != nil {
		t.Fatalf("problems %q; want none", told)
	}
	n := noticetest.Notice(models.Content{Alert: ptr(noticetest.HostileAlert())})
	m, err := w.Slack(models.Delivery{Notice: n}, false)
	if err != nil {
		t.Fatal(err)
	}
	checkSlack(t, m)
	if len(m.Blocks) != 2 {
		t.Errorf("%d blocks, want a header and a section, for there is no link:\n%s", len(m.Blocks), slackJSON(t, m))
	}
	n.Content.Alert = ptr(noticetest.RichAlert())
	mail, err := w.Email(models.Delivery{Notice: n}, MailLinks{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "Example News: Hong Kong and mainland may work together on yuan coins"; mail.Subject != want {
		t.Errorf("subject %q, want %q", mail.Subject, want)
	}
	if shipped := EmailOf(t, n); mail.Text != shipped.Text {
		t.Error("the text has changed with the subject's template")
	}

	var running Renderer
	running.Become(w)
	if again, _ := running.Email(models.Delivery{Notice: n}, MailLinks{}); again.Subject != mail.Subject {
		t.Errorf("after Become the subject is %q", again.Subject)
	}
	running.Become(&Renderer{})
	if again, _ := running.Email(models.Delivery{Notice: n}, MailLinks{}); again.Subject == mail.Subject {
		t.Error("a template that is gone is still in force")
	}
}

// A user's template cannot turn text from outside into markup.
func TestSlackTemplatesKeepArticleTextAsText(t *testing.T) {
	w, told := load(t, map[string]string{
		"slack/alert.tmpl": `<p>{{.Title}} <a href="{{.Title}}">{{.Title}}</a> <a href="{{.Link}}"><b>{{.Stage}}</b></a></p><blockquote>{{.WhyNow}}</blockquote>`,
	})
	if told != nil {
		t.Fatalf("problems %q; want none", told)
	}
	m, err := w.Slack(models.Delivery{Notice: noticetest.Notice(models.Content{Alert: ptr(noticetest.HostileAlert())})}, false)
	if err != nil {
		t.Fatal(err)
	}
	checkSlack(t, m)
	if got := string(slackJSON(t, m)); !strings.Contains(got, `<!channel> *bold* &amp; <@U1|x>`) || strings.Contains(got, `"link"`) {
		t.Errorf("the title is not quoted as it is, or links somewhere:\n%s", got)
	}
}

func ptr[T any](v T) *T { return &v }

func FuzzSlackMarkup(f *testing.F) {
	f.Add("<h1>a</h1><p>b <b>c</b><br><a href=\"https://x.example/\">d</a></p><ul><li>e</li></ul><hr><actions/>")
	f.Add("<p>" + strings.Repeat("穩 ", 5000) + "</p>")
	f.Add(strings.Repeat("<p>x</p><hr>", 80))
	f.Fuzz(func(t *testing.T, markup string) {
		n := noticetest.Notice(models.Content{Alert: ptr(noticetest.RichAlert())})
		p, err := slackBlocks(markup, SlackButtons(n, nil, English, true, ""))
		if err != nil {
			return
		}
		checkSlack(t, SlackMessage{Text: EscapeSlack(strings.Join(p.plain, "\n")), Blocks: p.blocks})
	})
}

func TestEveryKindHasTemplates(t *testing.T) {
	var want []string
	for _, content := range []string{"alert", "digest", "health", "reminder", "summary", "test", "verification"} {
		want = append(want, "email/"+content+".html.tmpl", "email/"+content+".subject.tmpl", "slack/"+content+".tmpl", "text/"+content+".tmpl")
	}
	want = append(want, "email/footer.txt.tmpl", layout)
	slices.Sort(want)
	if diff := cmp.Diff(want, TemplateNames()); diff != "" {
		t.Errorf("templates (-want +got):\n%s", diff)
	}
}

func TestEmailFollowUpKeepsSubject(t *testing.T) {
	var shipped *Renderer
	first, _ := samplenotice.Notice("alert")
	update, _ := samplenotice.Notice("update")
	update.Content.Alert.Title = "The word of somebody else"
	summary, _ := samplenotice.Notice("summary")
	for _, tt := range []struct {
		name string
		root *models.Delivery
		want string
	}{
		{"first of its thread", nil, "[HIGH] UPDATE: The word of somebody else"},
		{"after its alert", &models.Delivery{Notice: first}, "Re: [HIGH] Authority consults on rules for issuers of sample tokens"},
		{"after a summary, which tells of others too", &models.Delivery{Notice: summary}, "[HIGH] UPDATE: The word of somebody else"},
	} {
		m, err := shipped.Email(models.Delivery{Notice: update, Root: tt.root}, MailLinks{})
		if err != nil || m.Subject != tt.want {
			t.Errorf("%s: subject %q (%v), want %q", tt.name, m.Subject, err, tt.want)
		}
	}
}

func TestDatesCountDaysInZoneOfReader(t *testing.T) {
	for _, tt := range []struct {
		day, seen, zone string
		l               Language
		want            string
	}{
		{"2026-09-30", "2026-09-18T01:00:00Z", "Asia/Hong_Kong", English, "deadline 30 Sep 2026, in 12 days"},
		{"2026-09-19", "2026-09-18T01:00:00Z", "Asia/Hong_Kong", English, "deadline 19 Sep 2026, in 1 day"},
		{"2026-09-19", "2026-09-18T16:30:00Z", "Asia/Hong_Kong", English, "deadline 19 Sep 2026, today"}, // past midnight there
		{"2026-09-19", "2026-09-18T16:30:00Z", "UTC", English, "deadline 19 Sep 2026, in 1 day"},
		{"2026-09-15", "2026-09-18T01:00:00Z", "Asia/Hong_Kong", English, "deadline 15 Sep 2026, passed 3 days ago"},
		{"2026-03-30", "2026-03-28T12:00:00Z", "Europe/Zurich", English, "deadline 30 Mar 2026, in 2 days"}, // clocks change in between
		{"2026-09-30", "2026-09-18T01:00:00Z", "Asia/Hong_Kong", TraditionalChinese, "截止日期 2026年9月30日，尚餘 12 天"},
		{"2026-09-18", "2026-09-18T01:00:00Z", "Asia/Hong_Kong", SimplifiedChinese, "截止日期 2026年9月18日，今天"},
		{"soon", "2026-09-18T01:00:00Z", "Asia/Hong_Kong", English, "deadline soon"},
	} {
		got := dates([]models.KeyDate{{Day: tt.day, Kind: "deadline"}}, noticetest.At(tt.seen), timefmt.Zone(tt.zone), tt.l)[0].String()
		if got != tt.want {
			t.Errorf("%s seen %s in %s: %q, want %q", tt.day, tt.seen, tt.zone, got, tt.want)
		}
	}
}

// No sample triggers the fault of this template, so it loads.
func TestRendererFallsBackWhenTemplateFails(t *testing.T) {
	const stumbles = `{{if eq .Title "odd"}}{{index .Why 99}}{{end}}`
	w, told := load(t, map[string]string{
		"text/alert.tmpl":          stumbles + "mine: {{.Title}}",
		"slack/alert.tmpl":         stumbles + "<p>mine: {{.Title}}</p>",
		"email/alert.html.tmpl":    `{{template "head" .}}` + stumbles + `mine: {{.Title}}{{template "foot" .}}`,
		"email/alert.subject.tmpl": stumbles + "mine: {{.Title}}",
	})
	if len(told) > 0 {
		t.Fatal(told)
	}
	var failed []error
	w.Failed = func(err error) { failed = append(failed, err) }
	for _, title := range []string{"odd", "even"} {
		n, _ := samplenotice.Notice("alert")
		alert := *n.Content.Alert
		alert.Title = title
		n.Content.Alert = &alert
		text, err := w.Text(n, 0)
		if err != nil {
			t.Fatal(err)
		}
		mail, err := w.Email(models.Delivery{Notice: n}, MailLinks{})
		if err != nil {
			t.Fatal(err)
		}
		onSlack, err := w.Slack(models.Delivery{Notice: n}, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{text, mail.Subject, mail.Text, mail.HTML, onSlack.Text} {
			if mine := strings.Contains(got, "mine: "); !strings.Contains(got, title) || mine != (title == "even") {
				t.Errorf("of the title %s in words of ours %v:\n%s", title, mine, got)
			}
		}
	}
	if len(failed) != 3 {
		t.Errorf("%d failures told, want one for each channel: %v", len(failed), failed)
	}
}

// Older templates call the link Take.
func TestTemplateCanUseOldNameOfAssignLink(t *testing.T) {
	page := template.Must(template.New("").Parse(`{{with .Take}}{{.}}{{end}}`))
	var b strings.Builder
	if err := page.Execute(&b, MailLinks{Assign: "https://regwatch.example/e/1"}); err != nil || b.String() != "https://regwatch.example/e/1" {
		t.Errorf("the template writes %q, %v; want the link to assign", b.String(), err)
	}
}
