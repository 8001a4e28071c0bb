// Package render turns notices into what a reader sees: the subject, text and HTML of a
// mail, the blocks of a Slack message, the text of a terminal, the JSON of a webhook.
//
// Start with a [Renderer]; a nil one has the shipped templates, and [Load] reads those
// that a person has replaced. Rendering is pure: no clock, no network, no database. Text
// that others wrote is always data in a template, never markup.
//
// Package notifier decides what is sent and why, as data. Package delivery and the
// channels send what is rendered here.
package render
