// Package webhook delivers notices to a program as signed JSON over HTTP, as the Standard
// Webhooks specification describes (https://www.standardwebhooks.com).
//
// Start with [New].
package webhook
