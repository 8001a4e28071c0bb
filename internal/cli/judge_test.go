package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"regwatch/internal/samplesite"
)

// The judge compares what the sample site published with what each channel's
// receiver got. It never asks the database.

var (
	// storyToken tells which story a text is about.
	storyToken = regexp.MustCompile(`REF-\d+`)
	// updateLine is the line with which a follow-up begins, and its news.
	updateLine = regexp.MustCompile(`UPDATE: [^\n]+`)
)

// A verdict counts what became of the stories that were published. Of the doubled ones, those
// apart came once as each of two reports under other titles, which did not join.
type verdict struct{ stories, lost, doubled, apart int }

func (v verdict) String() string {
	s := fmt.Sprintf("%d stories: %d lost, %d doubled", v.stories, v.lost, v.doubled)
	if v.apart > 0 {
		s += fmt.Sprintf(" of which %d are two reports that did not join", v.apart)
	}
	return s
}

// judge counts how often each story is in texts, each a message about one story. A
// follow-up does not double its story; the same follow-up twice does.
func judge(published []samplesite.Article, texts []string) (verdict, []string) {
	titles := make(map[string][]string) // by story
	for _, item := range published {
		ref := storyToken.FindString(item.Title)
		titles[ref] = append(titles[ref], item.Title)
	}
	alerts := make(map[string]int)  // by story
	reports := make(map[string]int) // by story and title
	updates := make(map[string]int) // by story and news
	followUps := make(map[string]int)
	for _, text := range texts {
		ref := storyToken.FindString(text)
		if news := updateLine.FindString(text); news != "" {
			updates[ref+" "+news]++
			followUps[ref]++
		} else {
			alerts[ref]++
			reports[ref+" "+firstIn(text, titles[ref])]++
		}
	}
	var v verdict
	var details []string
	judged := make(map[string]bool)
	for _, item := range published {
		ref := storyToken.FindString(item.Title)
		if judged[ref] {
			continue
		}
		judged[ref] = true
		v.stories++
		switch n := alerts[ref]; {
		case n == 0:
			v.lost++
			details = append(details, fmt.Sprintf("lost: %s: %s (%d follow-ups arrived)", item.FeedID, item.Title, followUps[ref]))
		case n > 1:
			v.doubled++
			different := 0
			for title := range reports {
				if strings.HasPrefix(title, ref+" ") {
					different++
				}
			}
			if different == n {
				v.apart++
			}
			details = append(details, fmt.Sprintf("arrived %d times, under %d titles: %s", n, different, item.Title))
		}
	}
	for news, n := range updates {
		if n > 1 {
			v.doubled++
			details = append(details, fmt.Sprintf("arrived %d times: %s", n, news))
		}
	}
	return v, details
}

// firstIn returns the title that stands first in a text, whose lines may be broken anywhere; empty
// if it has none of them.
func firstIn(text string, titles []string) string {
	text = strings.Join(strings.Fields(text), " ")
	first, at := "", len(text)
	for _, title := range titles {
		if i := strings.Index(text, title); i >= 0 && i < at {
			first, at = title, i
		}
	}
	return first
}

func (w *world) slackTexts() []string {
	var texts []string
	for _, m := range w.slack.Messages() {
		texts = append(texts, m.Text)
	}
	return texts
}

// isSummary reports whether a mail is a summary of several alerts.
func isSummary(subject string) bool { return strings.Contains(subject, "deferred alerts") }

// mailTexts returns the mails that are left when those are dropped whose Message-ID came
// before, as many mail programs do, and how many were dropped; of a summary, each of its
// stories.
func (w *world) mailTexts() (texts []string, dropped int) {
	met := make(map[string]bool)
	for _, m := range w.mail.Messages() {
		if met[m.MessageID] {
			dropped++
			continue
		}
		met[m.MessageID] = true
		if !isSummary(m.Subject) {
			texts = append(texts, m.Subject+"\n"+m.Text)
			continue
		}
		_, list, _ := strings.Cut(m.Text, "\n* ")
		texts = append(texts, strings.Split(list, "\n* ")...)
	}
	return texts, dropped
}

func (w *world) summaries() int {
	n := 0
	for _, m := range w.mail.Messages() {
		if isSummary(m.Subject) {
			n++
		}
	}
	return n
}

// hookTexts returns the webhooks that are left when the receiver drops those whose
// ID it has met, and how many it drops.
func (w *world) hookTexts() (texts []string, dropped int) {
	met := make(map[string]bool)
	for _, h := range w.hook.all() {
		if met[h.id] {
			dropped++
			continue
		}
		met[h.id] = true
		var m struct {
			Type string
			Data struct {
				Alert struct {
					Title  string
					WhyNow string `json:"why_now"`
				}
			}
		}
		if json.Unmarshal([]byte(h.body), &m) != nil {
			continue // cut off when the sender was killed
		}
		switch m.Type {
		case "event.alert":
			texts = append(texts, m.Data.Alert.Title)
		case "event.update":
			texts = append(texts, m.Data.Alert.Title+"\nUPDATE: "+m.Data.Alert.WhyNow)
		}
	}
	return texts, dropped
}

// missing returns how many stories each channel's receiver lacks.
func (w *world) missing() (onSlack, byMail, byHook int) {
	published := w.site.Published()
	slack, _ := judge(published, w.slackTexts())
	mails, _ := w.mailTexts()
	mail, _ := judge(published, mails)
	if w.hook == nil {
		return slack.lost, mail.lost, 0
	}
	texts, _ := w.hookTexts()
	hook, _ := judge(published, texts)
	return slack.lost, mail.lost, hook.lost
}

// settle waits until every receiver has every story, or until it is hopeless.
func (w *world) settle(ctx context.Context, t *testing.T) {
	t.Helper()
	w.settleWhen(ctx, t, func() bool {
		onSlack, byMail, byHook := w.missing()
		return onSlack+byMail+byHook == 0
	})
}

// settleWhen waits until done, or until nothing has arrived for longer than a lease
// and a burst last.
func (w *world) settleWhen(ctx context.Context, t *testing.T, done func() bool) {
	t.Helper()
	const quiet = 150 * time.Second // a lease lasts 45 s, and a burst waits for 60 s
	last, since := -1, time.Now()
	for ctx.Err() == nil && !done() {
		if n := len(w.slack.Messages()) + len(w.mail.Messages()) + len(w.hook.all()); n != last {
			last, since = n, time.Now()
		}
		if time.Since(since) > quiet {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}
