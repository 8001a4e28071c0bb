// Package pagerduty delivers notices to PagerDuty as events of the Events API v2
// (https://developer.pagerduty.com/docs/events-api-v2-overview).
//
// Start with [New]. All notices about an event of regwatch have one deduplication key, so
// that they join one incident, and a notice that is sent twice makes no second one. No error
// holds the routing key, which is a secret.
package pagerduty
