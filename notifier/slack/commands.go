package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/diag"
	"regwatch/internal/duration"
	"regwatch/internal/redact"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

const (
	listed       = 5 // entries of a list, so that an answer is read at a glance
	defaultDays  = 30
	longestDays  = 366
	answerTime   = handleTime // for one command, so that regwatch stops in time
	backtestTime = time.Minute
	maxAtOnce    = 8 // commands and modals that are handled at once: a search reads much of the store
	maxBacktests = 2 // rules that are checked and backtested at once, besides those
)

// The words after the command.
var commandWords = []string{"search", "why", "mute", "assign", "deadlines", "rule", "help"}

// A mistake is what a person wrote wrongly, with what would have been right.
type mistake string

func (m mistake) Error() string { return string(m) }

// command answers a slash command.
func (w *worker) command(ctx context.Context, c *connection, in slack.SlashCommand) {
	asked := request{words: in.Text, name: cmp.Or(in.Command, "/regwatch"), trigger: in.TriggerID, conn: c}
	answer, err := w.answer(ctx, slack.User{ID: in.UserID, TeamID: in.TeamID}, asked)
	if err != nil {
		w.log.WarnContext(ctx, "Slack command refused", "user", delivery.Scrub(c.hide, in.UserID), "error", delivery.Scrub(c.hide, err.Error()))
		answer = refusalText(err, c)
	}
	if answer != "" {
		w.respond(ctx, c, in.ResponseURL, answer)
	}
}

// A request is one use of the command.
type request struct {
	words   string // after the command
	name    string // of the command, as the app's settings have it
	trigger string
	conn    *connection
}

// answer does what a command asks for, and returns the markup of the answer; empty if a modal is the answer.
func (w *worker) answer(ctx context.Context, user slack.User, r request) (string, error) {
	verb, rest, _ := strings.Cut(strings.TrimSpace(typed(r.words)), " ")
	rest = strings.TrimSpace(rest)
	verb = strings.ToLower(verb)
	if verb == "" || verb == "help" {
		return helpText(r.name, w.console()), nil
	}
	if !slices.Contains(commandWords, verb) {
		return "", mistake(fmt.Sprintf("%s %s does not exist%s. Type %s help to see what does.", r.name, verb, yamlnode.DidYouMean(verb, commandWords), r.name))
	}
	ctx, err := w.as(ctx, r.conn, user)
	if err != nil {
		return "", err
	}
	switch verb {
	case "search":
		if rest == "" {
			return "", mistake("search needs words, such as: " + r.name + " search stablecoin licence")
		}
		found, err := w.desk.Reader.Search(ctx, rest, listed)
		return foundText(rest, found, r.name, w.console()), err
	case "why":
		if rest == "" || len(strings.Fields(rest)) > 1 {
			return "", mistake("why needs the link of one article, or the ID of an event, such as: " + r.name + " why https://www.example.gov/news/12")
		}
		why, err := w.desk.Reader.Why(ctx, rest)
		return whyText(why, w.console()), err
	case "deadlines":
		days, err := daysOf(rest, r.name)
		if err != nil {
			return "", err
		}
		found, err := w.desk.Reader.Deadlines(ctx, days, 2*listed)
		return deadlinesText(found, w.console()), err
	case "assign":
		event, name, _ := strings.Cut(rest, " ")
		if name = strings.TrimSpace(name); strings.EqualFold(name, "me") {
			name = ""
		}
		if event == "" {
			return "", mistake("assign needs the ID of an event, and a user if it is not you, such as: " + r.name + " assign 01J9ZK ana")
		}
		done, err := w.desk.Work.Assign(ctx, event, name)
		return assignedText(done, w.console()), err
	case "mute":
		m, length, err := muteOf(rest, r.name)
		if err != nil {
			return "", err
		}
		done, err := w.desk.Work.Mute(ctx, m, length)
		return mutedText(done), err
	}
	return "", w.openRule(ctx, rest, r)
}

// daysOf reads how many days a list of deadlines covers.
func daysOf(rest, name string) (int, error) {
	if rest == "" {
		return defaultDays, nil
	}
	days, err := strconv.Atoi(strings.TrimSuffix(rest, "d"))
	if err != nil || days < 1 || days > longestDays {
		return 0, mistake(fmt.Sprintf("deadlines takes a number of days from 1 to %d, such as: %s deadlines 14", longestDays, name))
	}
	return days, nil
}

// muteOf reads what to mute, for how long and why.
func muteOf(rest, name string) (models.Mute, time.Duration, error) {
	example := fmt.Sprintf("%s mute event 01J9ZK 7d the final text is known", name)
	kinds := []string{string(models.MuteRule), string(models.MuteEvent), string(models.MuteSource)}
	f := strings.Fields(rest)
	if len(f) < 4 {
		return models.Mute{}, 0, mistake("mute needs what, its ID, how long, and a reason, which others see, such as: " + example)
	}
	kind := strings.ToLower(f[0])
	if !slices.Contains(kinds, kind) {
		return models.Mute{}, 0, mistake(fmt.Sprintf("%q cannot be muted; use %s, such as: %s", f[0], yamlnode.Or(kinds), example))
	}
	length, err := duration.Parse(f[2])
	if err != nil {
		what, want := duration.Explain(err)
		return models.Mute{}, 0, mistake(fmt.Sprintf("%s; %s. Such as: %s", what, want, example))
	}
	return models.Mute{Kind: models.MuteKind(kind), Target: f[1], Reason: strings.Join(f[3:], " ")}, length, nil
}

// typed returns the words of a command as the person typed them. Slack escapes three characters, wraps links, and some
// keyboards write curly quotes, which the language of rules does not know.
func typed(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "<")
		b.WriteString(before)
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, ">")
		if link, _, _ := strings.Cut(inside, "|"); closed && (strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://")) {
			b.WriteString(link)
			s = after
			continue
		}
		b.WriteByte('<')
		s = rest
	}
	return strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(b.String())
}

// refusalText says why something was not done.
func refusalText(err error, c *connection) string { return para("%s", refusal(err, c)) }

func refusal(err error, c *connection) string {
	if problems, ok := errors.AsType[diag.Problems](err); ok && len(problems) > 0 {
		first := problems.Sorted()[0]
		return "That did not work: " + strings.Join(withoutEmpty([]string{first.What, first.Want}), "; ") + "."
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "That took too long, and was stopped. Try it again with fewer words or a shorter time."
	}
	if errors.Is(err, context.Canceled) {
		return "regwatch was stopped before that was done. Try it again."
	}
	text := delivery.Scrub(c.hide, err.Error())
	if m, ok := errors.AsType[mistake](err); ok {
		return strings.ToUpper(string(m[:1])) + string(m[1:])
	}
	return "That did not work: " + strings.TrimSuffix(text, ".") + "."
}

// respond sends an answer that only the person who asked sees. It needs no connection of Socket Mode.
func (w *worker) respond(ctx context.Context, c *connection, address, markup string) {
	respondTo(ctx, w.client, w.log, w.console(), c, address, markup)
}

func respondTo(ctx context.Context, client *http.Client, log *slog.Logger, console render.Console, c *connection, address, markup string) {
	m, err := answerOf(markup, console, "/inbox")
	if err == nil {
		err = slack.PostWebhookCustomHTTPContext(ctx, address, client, &slack.WebhookMessage{ResponseType: slack.ResponseTypeEphemeral, Text: m.Text, Blocks: &slack.Blocks{BlockSet: m.Blocks}})
	}
	if err != nil {
		// With the address, anybody could answer in our place.
		hide := redact.New(address)
		if u, parsed := url.Parse(address); parsed == nil {
			hide.Add(u.Path)
		}
		log.WarnContext(ctx, "Slack user could not be answered", "error", delivery.Scrub(hide, explain("", err, c.hide).Error()))
	}
}

// para is one paragraph, whose arguments are escaped unless they are markup.
func para(format string, args ...any) string { return "<p>" + fill(format, args...) + "</p>" }

// markup is text with tags of ours.
type markup string

func fill(format string, args ...any) string {
	for i, a := range args {
		switch a := a.(type) {
		case markup, int, float64:
		default:
			args[i] = html.EscapeString(fmt.Sprint(a))
		}
	}
	return fmt.Sprintf(format, args...)
}
