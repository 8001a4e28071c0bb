// Package teams delivers notices to a channel or chat of Microsoft Teams, as Adaptive Cards
// over a workflow of Power Automate ("When a Teams webhook request is received").
//
// Start with [New]. A workflow accepts a card and posts it later: that it accepted one does
// not prove that Teams shows it. It cannot be asked what it has, cannot reply to a message
// and cannot change one. No error holds the address of the workflow, which is a secret.
package teams
