// Package slack delivers notices to Slack: as a bot ([New]) with threads, changes of what
// was sent, and buttons; or through an incoming webhook ([NewWebhook]). A [Socket]
// receives the interactions with the buttons over Socket Mode.
//
// It sends article text only as plain text, never as Slack's markup. No error, log line
// or receipt holds a token, a webhook's address or a ticket, whatever Slack answers. What
// a button does is left to [Actions].
package slack
