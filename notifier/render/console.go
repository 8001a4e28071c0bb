package render

import (
	"net/url"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// A Console creates the links of messages to the pages of the web console. Its value is the
// address of the console without a slash at the end, such as https://regwatch.example.com;
// the empty one creates no links.
//
// The links are not signed: their pages ask for a login where the console has one.
type Console string

// page returns the address of a page, or "" without a console.
func (c Console) page(path string) string {
	if c == "" {
		return ""
	}
	return string(c) + path
}

// Event returns the page of an event.
func (c Console) Event(id string) string {
	if id == "" {
		return ""
	}
	return c.page("/events/" + url.PathEscape(id))
}

// NotThis returns the page on which a person writes an exception that starts from an event.
func (c Console) NotThis(id string) string {
	if id == "" {
		return ""
	}
	return c.page("/events/" + url.PathEscape(id) + "/exception")
}

// Held returns the list of the events of a period whose notices were held for a reason. Its
// days, such as 2026-11-30, are both included.
func (c Console) Held(why models.Hold, from, to string) string {
	return c.page("/inbox?" + url.Values{"held": {string(why)}, "state": {"any"}, "from": {from}, "to": {to}}.Encode())
}

// A Link is a link under a message.
type Link struct {
	Action  string // open, details or not_this
	Label   string
	Address string
}

// linksUnder returns the links under an alert or a reminder: to the article, and to the event
// and the form for an exception in the console.
func linksUnder(n models.Notice, l Language, console Console) []Link {
	event, article := eventOf(n.Content)
	var links []Link
	add := func(action, label, address string) {
		if address != "" {
			links = append(links, Link{action, l.Say(label), address})
		}
	}
	add("open", "open", sanitize.Link(article))
	add("details", "details", console.Event(event))
	if n.Content.Alert != nil {
		add("not_this", "button_not_this", console.NotThis(event))
	}
	return links
}
