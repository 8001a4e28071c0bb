// Package delivery sends the notices that are due.
//
// Start with [Worker.Run], or [Worker.Drain] to send once what is due. Delivery is at
// least once: after a crash a reader may receive a notice twice on a channel that cannot
// be asked what it has (mail, an incoming webhook), but never misses one. A channel that
// can be asked (Slack with a bot token) is asked first. One failing channel never delays
// another. No error, log line or stored reason holds a secret.
//
// Package notifier decides what to send, to whom and when. The packages beside this one
// are the channels; an [Outbox] keeps what is due.
package delivery
