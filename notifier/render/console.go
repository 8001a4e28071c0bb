package render

import (
	"net/url"

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
