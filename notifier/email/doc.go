// Package email delivers notices by SMTP, one mail for each recipient.
//
// Start with [New]. A mail server cannot be asked what it has: a mail whose confirmation
// was lost may arrive twice, both times with the same Message-ID.
package email
