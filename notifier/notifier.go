// Package notifier decides who is owed which notice, and delivers them.
//
// [Plan], [PlanHealth] and [PlanDigest] turn events, changes of health and
// windows of time into notices; they touch nothing. [Deliverer.Run] sends what is
// due until it is stopped, and [Deliverer.Drain] sends it once. [Words] turn
// a notice into what a reader sees, by templates that people can replace; they
// are pure too.
//
// Delivery is at least once: after a crash a reader may see a notice twice where
// the channel cannot be asked what it has (mail, an incoming webhook), and never
// zero times. A channel that can be asked (Slack with a bot token) is asked
// first. One failing channel never delays another. No error, log line or stored
// reason holds a token, a password or a webhook's address.
//
// What is owed is kept by an [Outbox]; what a person configured comes in as
// options.
package notifier
