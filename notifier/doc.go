// Package notifier decides who gets which notice, when and why.
//
// Start with [Plan] for the changes of a scan; [PlanFlush], [PlanEscalation], [PlanStatus],
// [PlanHealth], [PlanChannelHealth] and [PlanDigest] decide what else there is to send.
// All are pure functions: no clock, no network, no database. Planning the same twice gives
// the same notices with the same IDs.
//
// A notice says what happened and why as data. Package render turns it into words, and
// package delivery sends it.
package notifier
