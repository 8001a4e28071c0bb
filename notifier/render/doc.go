// Package render turns notices into what a reader sees: the subject, text and HTML of an
// email, the blocks of a Slack message, the text of a terminal, the JSON of a webhook.
//
// Start with a [Renderer]. A nil one uses the shipped templates, and [Load] reads the
// user's own. Rendering is pure: it uses no clock, network or database. Text from outside
// is always data in a template, never markup.
//
// Package notifier decides what is sent and why, as data. Package delivery and the
// channels send the result.
package render
