// Package webhook delivers notices to a program as signed JSON over HTTP, as the Standard
// Webhooks specification describes (https://www.standardwebhooks.com).
//
// Start with [New]. A delivery has the same webhook-id at every attempt, so that the
// receiver can drop repeats. No error holds the receiver's address or a key. What a
// message says is written by package render; when it is tried again is decided by
// package delivery.
package webhook
