// Package mattermost delivers notices to an incoming webhook of Mattermost, as Markdown
// (https://developers.mattermost.com/integrate/webhooks/incoming/).
//
// Start with [New]. An incoming webhook cannot be asked what it has, makes no threads and
// changes no message. No error holds its address, which is a secret. Text from outside is
// escaped: it makes no links, and notifies nobody.
package mattermost
