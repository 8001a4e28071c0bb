// Package notifier decides who gets which notice, when and why.
//
// Start with [Plan] for the changes of a scan. [PlanFlush], [PlanEscalation],
// [PlanStatus], [PlanHealth], [PlanChannelHealth] and [PlanDigest] decide on everything
// else. All are pure functions: they use no clock, network or database, and planning
// twice gives the same notices with the same IDs.
//
// A notice states what happened and why as data. Package render turns it into text, and
// package delivery sends it.
package notifier
