// Package slack delivers notices to Slack: as a bot ([New]) with threads, updates of what
// was sent and buttons, or through an incoming webhook ([NewWebhook]). A [Socket]
// receives the presses of buttons over Socket Mode.
//
// It sends article text only as plain text, never as Slack's markup.
package slack
