package slack

import (
	"cmp"
	"strings"

	"regwatch/internal/plural"
	"regwatch/internal/sanitize"
	"regwatch/notifier/render"
)

// What people read in answers. Everything that comes from outside is escaped by fill and shown as rich text, in which neither
// <!channel> nor *bold* means anything.

// answerOf renders the markup of an answer. If it does not fit the limits of Slack, it ends with a link to a page of the console.
func answerOf(markup string, console render.Console, path string) (render.SlackMessage, error) {
	return render.SlackAnswer(markup, para("This answer is shortened.%s", at(console, path, "See the rest in the console")))
}

const titleRunes = 150

// title returns a title as a link to the event in the console, or to the article.
func title(text, event, link string, console render.Console) markup {
	text = cmp.Or(sanitize.Truncate(sanitize.Line(text), titleRunes), "Untitled")
	if address := cmp.Or(console.Event(event), sanitize.Link(link)); address != "" {
		return markup(fill(`<a href="%s">%s</a>`, address, text))
	}
	return markup(fill("%s", text))
}

// at returns a link to a page of the console, after a space; nothing without a console.
func at(console render.Console, path string, words string) markup {
	if console == "" {
		return ""
	}
	return markup(fill(` <a href="%s">%s</a>`, string(console)+path, words))
}

func list(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return "<ul><li>" + strings.Join(items, "</li><li>") + "</li></ul>"
}

func helpText(name string, console render.Console) string {
	return para("<b>What regwatch can do for you here.</b> Only you see the answers.") + list([]string{
		fill("<b>%s search</b> stablecoin licence: the newest events with these words. A query of the rules’ language works too.", name),
		fill("<b>%s why</b> https://… : who was alerted about an article, and who was not and why. The ID of an event works too.", name),
		fill("<b>%s deadlines</b> 14: the deadlines and effective dates of the next 14 days; of 30 days without a number.", name),
		fill("<b>%s assign</b> 01J9ZK ana: gives an event to a colleague; to you without a name.", name),
		fill("<b>%s mute</b> event 01J9ZK 7d REASON: holds news of an event back for everybody; also “rule” and “source”.", name),
		fill("<b>%s rule</b> hk-stablecoin: proposes a change of a rule, and shows what it would have done.", name),
	}) + para("On a message, choose <b>Ask regwatch</b> in its menu to see why it was sent.%s", at(console, "/", "Open the console"))
}

func foundText(query string, f Found, name string, console render.Console) string {
	if f.Total == 0 {
		return para("No event was found for: %s. All of the words must be in one article; use fewer words, or join them with OR.", sanitize.Truncate(query, titleRunes))
	}
	var items []string
	for _, e := range f.Events {
		facts := []string{strings.ToUpper(e.Severity), e.Seen}
		switch {
		case e.Closed:
			facts = append(facts, "closed")
		case len(e.Assigned) > 0:
			facts = append(facts, strings.Join(e.Assigned, ", "))
		}
		items = append(items, fill("%s: %s, ID %s", title(e.Title, e.ID, e.Link, console), strings.Join(withoutEmpty(facts), ", "), e.ID))
	}
	text := para("<b>%s</b> for: %s", plural.Count(f.Total, "event", "events"), sanitize.Truncate(query, titleRunes)) + list(items)
	if more := f.Total - len(f.Events); more > 0 {
		text += para("%s not shown here.%s", plural.Count(more, "more event is", "more events are"), at(console, "/inbox?"+queryOf("q", query)+"&state=any", "See all in the console"))
	}
	return text
}

func deadlinesText(d Deadlines, console render.Console) string {
	period := "the next " + plural.Count(d.Days, "day", "days")
	if d.Days == 1 {
		period = "today and tomorrow"
	}
	if d.Total == 0 {
		return para("No deadline or effective date is known for %s.", period)
	}
	var items []string
	for _, one := range d.Listed {
		items = append(items, fill("<b>%s</b> %s: %s, %s", one.Day, one.Kind, title(one.Title, one.Event, one.Link, console), strings.ToUpper(one.Severity)))
	}
	text := para("<b>%s</b> for %s", plural.Count(d.Total, "date", "dates"), period) + list(items)
	if more := d.Total - len(d.Listed); more > 0 {
		text += para("%s not shown here.%s", plural.Count(more, "more date is", "more dates are"), at(console, "/calendar", "See all in the console"))
	}
	return text
}

func assignedText(a Assigned, console render.Console) string {
	return para("Assigned to <b>%s</b>: %s. Its escalation has stopped, and everybody who received the alert sees it.", a.Name, title(a.Title, a.Event, "", console))
}

func mutedText(m Muted) string {
	if m.Longer {
		return para("The %s %s was muted until %s already, which stays.", m.Kind, m.Target, m.Until)
	}
	return para("Muted: %s %s, until %s. To end it earlier: regwatch unmute, or the console.", m.Kind, m.Target, m.Until)
}

// whyText says what happened with an event or an article.
func whyText(w Why, console render.Console) string {
	if !w.Seen {
		text := para("<b>regwatch has not stored %s.</b>", sanitize.Truncate(sanitize.Line(w.Asked), 300))
		if w.Watch != "" {
			return text + para("The source “%s” reads the same site. Either it did not list this article while regwatch looked, or its title filter left it out, or the article has another link there.", w.Watch)
		}
		return text + para("No source of regwatch reads this site, so nobody could be alerted. An editor can add a source.%s", at(console, "/sources/new", "Add a source"))
	}
	text := para("<b>%s</b>", title(w.Title, w.Event, w.Link, console))
	if w.Source != "" {
		text += para("Seen %s.", w.Source)
	}
	var others []string
	for _, e := range w.Others[:min(len(w.Others), mostLines)] {
		others = append(others, fill("%s, ID %s", title(e.Title, e.ID, e.Link, console), e.ID))
	}
	if len(others) > 0 {
		text += para("The article reports several events. This is about the first; ask for the others by their IDs:") + list(withMore(others, len(w.Others)))
	}
	if len(w.Matches) == 0 {
		return text + para("<b>No rule matched it</b>, so nobody was alerted. If one should have, propose a change of that rule.")
	}
	var rules []string
	for _, m := range w.Matches[:min(len(w.Matches), mostLines)] {
		words := ""
		if len(m.Words) > 0 {
			words = ": “" + strings.Join(m.Words, "”, “") + "”"
		}
		rules = append(rules, fill("%s (rule %s), %s%s", sanitize.Truncate(m.Title, titleRunes), m.ID, m.Outcome, sanitize.Truncate(words, 300)))
	}
	text += para("<b>Rules that matched</b>") + list(withMore(rules, len(w.Matches)))
	sent, not := toldTo(w.Sent), toldTo(w.NotSent)
	if len(sent) > 0 {
		text += para("<b>Alerted</b>") + list(sent)
	}
	if len(not) > 0 {
		text += para("<b>Not alerted</b>") + list(not)
	}
	switch {
	case len(sent)+len(not) > 0:
	case w.Event == "":
		text += para("It belongs to no event, so nobody was alerted.")
	default:
		text += para("Nobody was alerted.")
	}
	if len(w.Assigned) > 0 {
		text += para("Assigned to %s.", strings.Join(w.Assigned, ", "))
	}
	if w.Muted {
		text += para("Muted: news of it is held back.")
	}
	if w.MayBelong != "" {
		text += para("It may belong to “%s”. Its alert has the buttons <b>Same event</b> and <b>Keep apart</b>.", sanitize.Truncate(sanitize.Line(w.MayBelong), titleRunes))
	}
	return text
}

// mostLines is how many entries a list of an answer to "why" has.
const mostLines = 10

// toldTo lists who was told what.
func toldTo(all []Told) []string {
	var items []string
	for _, t := range all[:min(len(all), mostLines)] {
		items = append(items, fill("%s: %s", t.Recipient, sanitize.Truncate(t.What, 300)))
	}
	return withMore(items, len(all))
}

// withMore says how many of all items are not listed.
func withMore(items []string, all int) []string {
	if more := all - len(items); more > 0 {
		items = append(items, fill("and %d more", more))
	}
	return items
}

// effectText says what a change of a rule would have done.
func effectText(e Effect) string {
	if !e.Stored {
		return para("<b>No article is stored yet</b>, so nobody can say what the change would have done.")
	}
	alerts := func(n int, week float64) string {
		return fill("%s, %.1f a week", plural.Count(n, "alert", "alerts"), week)
	}
	text := para("<b>Backtest since %s</b>, %s read", e.From, plural.Count(e.Articles, "article", "articles"))
	if e.Stopped {
		text = para("<b>Backtest back to %s</b>, %s read. It was stopped there after its time; the console reads further.", e.From, plural.Count(e.Articles, "article", "articles"))
	}
	lines := []string{fill("With the change: %s", alerts(e.Alerts, e.PerWeek))}
	if e.HasBefore {
		lines = append(lines, fill("As it is now: %s", alerts(e.Before, e.BeforeWeek)))
	}
	text += list(append(lines, fill("Gained: %d, lost: %d", len(e.Gained), len(e.Lost))))
	for _, of := range []struct {
		name   string
		titles []string
	}{{"Gained", e.Gained}, {"Lost", e.Lost}} {
		var items []string
		for _, t := range of.titles[:min(len(of.titles), listed)] {
			items = append(items, fill("%s", sanitize.Truncate(sanitize.Line(t), titleRunes)))
		}
		if len(items) > 0 {
			text += para("<b>%s</b>", of.name) + list(withMore(items, len(of.titles)))
		}
	}
	return text
}

func withoutEmpty(all []string) []string {
	var kept []string
	for _, s := range all {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
