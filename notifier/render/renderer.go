package render

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	html "html/template"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	text "text/template"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

//go:embed templates
var templateFiles embed.FS

// A Renderer writes notices with templates: the shipped ones, or the user's own in their
// place. A nil *Renderer uses the shipped ones. It is safe for concurrent use.
//
// Webhooks have no template: their JSON is a contract with programs.
type Renderer struct {
	// Failed is called when a user's template fails and the shipped one is used instead;
	// nil: ignored. Set it before the first use.
	Failed func(error)

	mu       sync.RWMutex // guards what follows, which Become replaces
	console  Console
	replaced map[string]string // texts by template name
	compiled map[string]executor
}

// An executor is a compiled template.
type executor interface {
	Execute(w io.Writer, data any) error
}

// layout has the templates head and foot of every HTML email.
const layout = "email/layout.html.tmpl"

// TemplateNames returns the names of all templates, sorted.
func TemplateNames() []string {
	var names []string
	_ = fs.WalkDir(templateFiles, "templates", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(path, "templates/"))
		}
		return err
	})
	return slices.Sorted(slices.Values(names))
}

// Template returns the shipped text of a template.
func Template(name string) (string, bool) {
	src, err := templateFiles.ReadFile("templates/" + name)
	return string(src), err == nil
}

// SetConsole sets the address of the web console, to which messages link then.
func (w *Renderer) SetConsole(c Console) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.console = c
}

// consoleAddress returns the address of the web console; empty without one.
func (w *Renderer) consoleAddress() Console {
	if w == nil {
		return ""
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.console
}

// Become replaces the templates and the address of the console by those of another
// renderer, also while it is in use.
func (w *Renderer) Become(other *Renderer) {
	replaced, console := make(map[string]string), Console("")
	if other != nil {
		other.mu.RLock()
		maps.Copy(replaced, other.replaced)
		console = other.console
		other.mu.RUnlock()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.replaced, w.compiled, w.console = replaced, nil, console
}

// withFallback writes a notice. Users' templates are checked when they load, but not with
// every possible notice. If one fails, the shipped template writes the message, because
// another wording is better than no message.
func withFallback[T any](w *Renderer, write func(*Renderer) (T, error)) (T, error) {
	if w == nil {
		return write(nil)
	}
	written, err := contain(func() (T, error) { return write(w) })
	if err == nil {
		return written, nil
	}
	if w.Failed != nil {
		w.Failed(err)
	}
	return write(&Renderer{console: w.consoleAddress()})
}

// source returns the current text of a template.
func (w *Renderer) source(name string) string {
	if w != nil {
		w.mu.RLock()
		src, replaced := w.replaced[name]
		w.mu.RUnlock()
		if replaced {
			return src
		}
	}
	src, _ := Template(name)
	return src
}

// fill executes a template in a language.
func (w *Renderer) fill(name string, data any, l Language) (string, error) {
	t, err := w.compile(name, l)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (w *Renderer) compile(name string, l Language) (executor, error) {
	key := string(l) + " " + name
	if w != nil {
		w.mu.RLock()
		t := w.compiled[key]
		w.mu.RUnlock()
		if t != nil {
			return t, nil
		}
	}
	if _, shipped := Template(name); !shipped {
		return nil, fmt.Errorf("there is no template %s", name)
	}
	t, err := parse(name, w.source(name), w.source(layout), l)
	if err != nil || w == nil {
		return t, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.compiled == nil {
		w.compiled = make(map[string]executor)
	}
	w.compiled[key] = t
	return t, nil
}

// parse compiles a template. HTML and Slack markup are escaped by context, so text from
// outside is never markup.
func parse(name, src, layoutSrc string, l Language) (executor, error) {
	if !strings.HasPrefix(name, "slack/") && !strings.HasSuffix(name, ".html.tmpl") {
		t, err := text.New(name).Funcs(functions(l)).Parse(src)
		return t, err
	}
	t, err := html.New(name).Funcs(functions(l)).Parse(src)
	if err == nil && strings.HasPrefix(name, "email/") && name != layout {
		_, err = t.New(layout).Parse(layoutSrc)
	}
	return t, err
}

// Outlook on Windows ignores max-width; these comments give it a table of fixed width.
// html/template would strip them.
const (
	outlookOpen  = `<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`
	outlookClose = `<!--[if mso]></td></tr></table><![endif]-->`
)

// functions are the functions for templates, besides those of package text/template.
func functions(l Language) map[string]any {
	known := func(name string) error {
		if _, ok := i18n.Find(name); !ok {
			return fmt.Errorf("phrase %q does not exist", name)
		}
		return nil
	}
	return map[string]any{
		"say":   func(name string, args ...any) (string, error) { return l.Say(name, args...), known(name) },
		"label": func(name string) (string, error) { return l.label(name), known(name) },
		"join":  join,
		"bar":   bar,
		"plain": plainExcerpt,
		"upper": strings.ToUpper,
		// The comments are constants, so they need no escaping.
		"outlookOpen":  func() html.HTML { return outlookOpen },
		"outlookClose": func() html.HTML { return outlookClose },
	}
}

// bar draws a percentage as that share of columns characters.
func bar(percent, columns int, full, empty string) string {
	n := min(max((percent*columns+99)/100, 0), columns)
	return strings.Repeat(full, n) + strings.Repeat(empty, columns-n)
}

// A frame has the fields that every template can show.
type frame struct {
	Kind     models.NoticeKind
	Language string    // of the text around quotations: en, zh-Hant, zh-Hans
	Reason   string    // why the recipient gets the notice
	Subject  string    // for emails
	Preview  string    // for emails: the preview that mailbox lists show beside the subject
	Links    MailLinks // for emails
	Page     string    // the page of the event in the console; empty without one
	NotThis  string    // the page of the console on which a person writes an exception; empty without one
}

// A message is a notice ready to render: the template for its kind of content, and the
// data for it.
type message struct {
	content string // alert, reminder, summary, health, digest, verification or test
	about   frame
	data    func(frame) any
	shorten func() bool // leaves something out and reports whether it did; nil: not possible
	lang    Language
}

// newMessage returns a notice ready to render. standing is the status of an alert's
// event.
func (w *Renderer) newMessage(n models.Notice, standing *models.Status) message {
	l := LanguageOf(n.Content.Language)
	t := message{
		lang:  l,
		about: frame{Kind: n.Kind, Language: string(l), Reason: sanitize.Truncate(l.reasons(n.Reasons, ""), MaxErrorRunes)},
	}
	event, _ := eventOf(n.Content)
	console := w.consoleAddress()
	t.about.Page = console.Event(event)
	if n.Content.Alert != nil {
		t.about.NotThis = console.NotThis(event)
	}
	switch c := n.Content; {
	case c.Alert != nil:
		v := viewAlert(n, standing, l)
		t.content, t.about.Preview = "alert", join(" · ", v.Lead, v.Standing, v.Places, v.Seen)
		t.data = func(a frame) any { return alertData{a, v} }
	case c.Reminder != nil:
		v := viewReminder(*c.Reminder, l)
		t.content, t.about.Preview = "reminder", join(" · ", v.Lead, v.Standing, v.Places)
		t.data = func(a frame) any { return reminderData{a, v} }
	case c.Verification != nil:
		v := viewVerification(*c.Verification, l)
		t.content, t.about.Preview = "verification", v.Text
		t.data = func(a frame) any { return verificationData{a, v} }
	case c.Health != nil:
		v := viewHealth(*c.Health, l)
		t.content, t.about.Preview = "health", cmp.Or(v.Error, v.Body)
		t.data = func(a frame) any { return healthData{a, v} }
	case c.Digest != nil:
		v := viewDigest(*c.Digest, l)
		v.linkTo(console)
		t.content, t.about.Preview = "digest", join(" ", v.Late, v.Summary)
		t.about.Reason = l.Say("digest_reason", sanitize.Truncate(sanitize.Line(c.Digest.Subscription), MaxNameRunes))
		t.data = func(a frame) any { return digestData{a, *v} }
		t.shorten = v.shorten
	case c.Summary != nil:
		v := viewSummary(*c.Summary, l)
		v.linkTo(console)
		t.content, t.about.Preview = "summary", v.Why
		t.data = func(a frame) any { return summaryData{a, *v} }
		t.shorten = v.shorten
	default:
		v := testView{Title: l.Say("nothing")}
		if c.Test != nil {
			v = viewTest(*c.Test, l)
		}
		t.content, t.about.Preview = "test", v.Text
		t.data = func(a frame) any { return testData{a, v} }
	}
	return t
}

type (
	alertData struct {
		frame
		alertView
	}
	reminderData struct {
		frame
		reminderView
	}
	verificationData struct {
		frame
		verificationView
	}
	healthData struct {
		frame
		healthView
	}
	digestData struct {
		frame
		digestView
	}
	summaryData struct {
		frame
		summaryView
	}
	testData struct {
		frame
		testView
	}
)

// plainExcerpt encloses the matched words in asterisks.
func plainExcerpt(runs []segment) string {
	var b strings.Builder
	for _, s := range runs {
		if s.Marked {
			b.WriteString("*" + s.Text + "*")
			continue
		}
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

// A PanicError is a panic during rendering. Its text is for people; a log also shows the
// value of the panic and the stack.
type PanicError struct {
	Value string
	Stack string
}

func (*PanicError) Error() string { return "regwatch crashed while it rendered a message" }

// LogValue adds the details for programmers.
func (e *PanicError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("message", e.Error()), slog.String("panic", e.Value), slog.String("stack", e.Stack))
}

// contain calls write and returns a panic as a [*PanicError].
func contain[T any](write func() (T, error)) (written T, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{fmt.Sprint(value), string(debug.Stack())}
		}
	}()
	return write()
}
