// Package email delivers notices by SMTP, one mail for each recipient.
//
// Start with [New]. A mail server cannot be asked what it has: a mail whose confirmation
// was lost may arrive twice, both times with the same Message-ID.
//
// go-mail composes the messages, speaks the commands and logs in. Its mail.Client is
// not used, because it cannot do what delivery depends on: a time limit for each step
// (it has one for a whole message), an end when the context ends, telling a message
// that never left from one that was perhaps taken, and another login after one was
// refused. So the order of the steps, their limits and the meaning of each answer
// are here.
package email
