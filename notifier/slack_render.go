package notifier

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/models"
)

// Slack's limits, in characters, and ours within them.
const (
	slackHeader    = 150  // of a header
	slackURL       = 3000 // of an address
	slackText      = 2900 // of one text element; Slack rejects over 3000
	slackAllText   = 9000 // of all blocks together; Slack answers msg_blocks_too_long a little over 10,000
	slackTopText   = 3000 // of the top-level text, which Slack cuts at 40,000
	slackMostLines = 40   // events that a digest lists
)

// A SlackMessage is a notice as Slack gets it. Text is what notifications and
// plain clients show.
type SlackMessage struct {
	Text   string        `json:"text"`
	Blocks []slack.Block `json:"blocks"`
}

// RenderSlack returns a notice as a Slack message. What others wrote stands only
// in rich text and plain text, where it can address nobody and format nothing.
func RenderSlack(n models.Notice) SlackMessage {
	left := slackAllText
	r := &slackRenderer{left: &left}
	var text []string
	switch c := n.Content; {
	case c.Alert != nil:
		text = r.alert(viewAlert(*c.Alert))
	case c.Health != nil:
		v := viewHealth(*c.Health)
		r.header(v.Title)
		r.section(r.text(v.Body))
		if v.Error != "" {
			r.quote(r.text(v.Error))
		}
		text = []string{v.Title, v.Body, v.Error}
	case c.Digest != nil:
		text = r.digest(viewDigest(*c.Digest))
	case c.Test != nil:
		v := viewTest(*c.Test)
		r.header(v.Title)
		r.section(r.text(join("\n", v.Text, v.SentAt)))
		text = []string{v.Title, v.Text, v.SentAt}
	default:
		text = []string{"regwatch has nothing to say here"}
	}
	return SlackMessage{Text: escapeSlack(cut(join("\n", text...), slackTopText)), Blocks: r.blocks}
}

// escapeSlack escapes the three characters that Slack reads as control, so that
// <!channel> and <@U1> in a title address nobody.
func escapeSlack(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// A slackRenderer collects blocks and counts what they hold.
type slackRenderer struct {
	blocks []slack.Block
	left   *int
}

type slackRun = slack.RichTextSectionElement

func (r *slackRenderer) alert(v alertView) []string {
	r.section(r.bold(v.Severity), r.text(strings.TrimPrefix(v.Head, v.Severity)))
	r.section(r.link(v.Link, v.Title, true))
	var excerpt []slackRun
	for _, s := range v.Excerpt {
		run := r.text(s.Text)
		if s.Marked {
			run = r.bold(s.Text)
		}
		excerpt = append(excerpt, run)
	}
	r.quote(excerpt...)

	var facts []slackRun
	if v.Stage != "" {
		facts = append(facts, r.text(v.Stage+"\n"))
	}
	for i, f := range v.Why {
		lead := "Why: "
		if i > 0 {
			lead = "\nAlso: "
		}
		facts = append(facts, r.text(lead), r.bold(f.rule()))
		if f.Evidence != "" {
			facts = append(facts, r.text(": "+f.Evidence))
		}
		if f.Why != "" {
			facts = append(facts, r.text("\n"), r.italic(f.Why))
		}
	}
	if v.MoreWhy > 0 {
		facts = append(facts, r.text("\nAlso: "+count(v.MoreWhy, "more rule", "more rules")))
	}
	if v.Mentions != "" {
		facts = append(facts, r.text("\nMentions: "+v.Mentions))
	}
	if v.Tags != "" {
		facts = append(facts, r.text("\nTags: "+v.Tags))
	}
	facts = append(facts, r.text("\nWhy now: "+join(" · ", v.WhyNow, v.Seen, v.AllOther)))
	for i, o := range v.Others {
		lead := ", "
		if i == 0 {
			lead = ": "
		}
		facts = append(facts, r.text(lead), r.link(o.Link, o.Source, false))
	}
	r.section(facts...)
	r.open(v.Link)
	return []string{v.Head, v.Title, v.Link, v.Seen}
}

func (r *slackRenderer) digest(v digestView) []string {
	r.header(v.Title)
	r.section(r.bold(v.Window), r.text("\n"+v.Summary))
	if v.Late != "" {
		r.section(r.italic(v.Late))
	}
	shown := 0
	total := v.Unshown
	for _, g := range v.Groups {
		total += len(g.Lines)
		runs := []slackRun{r.bold(g.Severity)}
		for _, l := range g.Lines {
			// The coverage must fit as well: a digest without it means nothing.
			if shown == slackMostLines || *r.left < 2500 {
				break
			}
			runs = append(runs, r.text("\n• "), r.link(l.Link, l.Title, false), r.text("\n   "+join(" · ", l.Facts, l.Rules)))
			shown++
		}
		if len(runs) > 1 {
			r.section(runs...)
		}
	}
	if shown < total {
		r.section(r.text(count(total-shown, "more event", "more events")))
	}
	if len(v.Counts) > 0 {
		runs := []slackRun{r.bold("Events per rule")}
		for i, c := range v.Counts {
			if i == 15 {
				runs = append(runs, r.text("\n"+count(len(v.Counts)-i+v.MoreRule, "more rule", "more rules")))
				break
			}
			runs = append(runs, r.text("\n"+bar(c.Percent)+" "+strconv.Itoa(c.Events)+" "+c.Rule))
		}
		r.section(runs...)
	}
	runs := []slackRun{r.bold("Coverage"), r.text("\n" + v.Coverage)}
	for i, f := range v.Failing {
		if i == 8 {
			runs = append(runs, r.text("\n"+count(len(v.Failing)-i+v.MoreFail, "more source fails", "more sources fail")))
			break
		}
		runs = append(runs, r.text("\n• "+f.Name+", "+f.Since+": "+cut(f.Error, quoteRunes)))
	}
	r.section(append(runs, r.text("\n"+v.Precise))...)
	return []string{v.Title, v.Window, v.Summary, v.Late, v.Coverage}
}

func bar(percent int) string {
	n := (percent + 9) / 10
	return strings.Repeat("▇", n) + strings.Repeat("▁", 10-n)
}

func (r *slackRenderer) header(s string) {
	s = cut(s, slackHeader)
	*r.left -= utf8.RuneCountInString(s)
	emoji := false
	r.blocks = append(r.blocks, slack.NewHeaderBlock(&slack.TextBlockObject{Type: slack.PlainTextType, Text: s, Emoji: &emoji}))
}

func (r *slackRenderer) section(runs ...slackRun) {
	if runs = present(runs); len(runs) > 0 {
		r.blocks = append(r.blocks, slack.NewRichTextBlock("", slack.NewRichTextSection(runs...)))
	}
}

func (r *slackRenderer) quote(runs ...slackRun) {
	if runs = present(runs); len(runs) > 0 {
		r.blocks = append(r.blocks, slack.NewRichTextBlock("", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: runs}))
	}
}

// open adds the one button that works without an app behind it: a link.
func (r *slackRenderer) open(link string) {
	if link == "" || utf8.RuneCountInString(link) > slackURL {
		return
	}
	emoji := false
	label := "Open"
	*r.left -= len(label)
	button := slack.NewButtonBlockElement("open", "", &slack.TextBlockObject{Type: slack.PlainTextType, Text: label, Emoji: &emoji})
	button.URL = link
	r.blocks = append(r.blocks, slack.NewActionBlock("", button))
}

// take cuts a text to what is left of the message; Slack rejects empty texts, so
// nothing is nil.
func (r *slackRenderer) take(s string) string {
	if *r.left <= 1 || s == "" {
		return ""
	}
	s = cut(s, min(slackText, *r.left))
	*r.left -= utf8.RuneCountInString(s)
	return s
}

func (r *slackRenderer) text(s string) slackRun { return r.styled(s, nil) }

func (r *slackRenderer) bold(s string) slackRun {
	return r.styled(s, &slack.RichTextSectionTextStyle{Bold: true})
}

func (r *slackRenderer) italic(s string) slackRun {
	return r.styled(s, &slack.RichTextSectionTextStyle{Italic: true})
}

func (r *slackRenderer) styled(s string, style *slack.RichTextSectionTextStyle) slackRun {
	if s = r.take(s); s == "" {
		return nil
	}
	return slack.NewRichTextSectionTextElement(s, style)
}

// link returns a link, or its label alone where the address cannot be linked to.
func (r *slackRenderer) link(url, label string, bold bool) slackRun {
	var style *slack.RichTextSectionTextStyle
	if bold {
		style = &slack.RichTextSectionTextStyle{Bold: true}
	}
	if url == "" || utf8.RuneCountInString(url) > slackURL {
		return r.styled(label, style)
	}
	if label = r.take(label); label == "" {
		return nil
	}
	return slack.NewRichTextSectionLinkElement(url, label, style)
}

func present(runs []slackRun) []slackRun {
	var kept []slackRun
	for _, run := range runs {
		if run != nil {
			kept = append(kept, run)
		}
	}
	return kept
}
