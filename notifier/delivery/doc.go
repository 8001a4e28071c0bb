// Package delivery sends the notices that are due.
//
// Start with [Worker.Run], or [Worker.Drain] to send once what is due.
//
// Delivery is at least once. After a crash a reader may receive one notice twice on a
// channel that cannot be asked what it has (mail, an incoming webhook), but never
// misses one. A channel that can be asked (Slack with a bot token) is asked first. What
// a worker has claimed no other worker sends, however long a send takes. To each
// destination the oldest goes first, one message at a time, so the messages of a thread
// keep their order. A [Concurrent] channel sends to several destinations at the same
// time. A failing channel never delays another, and a panic in one message stops no
// other. No error, log line or stored reason holds a secret.
//
// Package notifier decides what to send, to whom and when. The packages beside this one
// are the channels; an [Outbox] keeps what is due.
package delivery
