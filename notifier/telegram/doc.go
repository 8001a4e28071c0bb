// Package telegram delivers notices to a chat, group or channel of Telegram over the Bot API
// (https://core.telegram.org/bots/api).
//
// Start with [New]. News of an event replies to its first message, which is edited when its
// status changes. A bot cannot be asked what it has sent, so a message whose sending was cut
// short may arrive twice. The token of the bot is in the address of each request; no error
// holds it.
package telegram
