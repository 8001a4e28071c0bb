package scanner

import (
	"context"
	"errors"
	"fmt"
)

// A Planning is one kind of what the scanner plans beside scans.
type Planning string

const (
	Flush         Planning = "flush"      // of deferred notices
	Escalation    Planning = "escalation" // of alerts that nobody was assigned to
	Reminder      Planning = "reminder"   // of key dates
	AddressReport Planning = "address"    // of addresses that wait to be confirmed
	RuleReport    Planning = "rule"       // of exceptions that end and rules to review
	Digests       Planning = "digest"
)

// Plannings returns every kind, in the order in which the scanner plans them.
func Plannings() []Planning {
	return []Planning{Flush, Escalation, Reminder, AddressReport, RuleReport, Digests}
}

// Count names an amount of what is planned, such as "2 digests".
func (k Planning) Count(n int) string {
	if n == 1 {
		return "1 " + k.singularName()
	}
	return fmt.Sprintf("%d %ss", n, k.singularName())
}

func (k Planning) pluralName() string { return k.singularName() + "s" }

func (k Planning) singularName() string {
	switch k {
	case Flush:
		return "deferred notice"
	case AddressReport:
		return "address report"
	case RuleReport:
		return "rule report"
	}
	return string(k)
}

// runPlan runs a kind of planning. What do cannot plan because of a panic stays as it
// is until the next try; do logs it and returns how much that is.
func (s *Scanner) runPlan(ctx context.Context, kind Planning, plan func(context.Context) (unplanned int, err error)) error {
	unplanned := 0
	err := catchPanic("planned "+kind.pluralName(), func() (err error) {
		unplanned, err = plan(ctx)
		return err
	})
	if s.logPanic(ctx, err, "kind", kind) {
		unplanned = 1 // at least
	} else if unplanned > 0 {
		err = errors.Join(err, fmt.Errorf("regwatch crashed while it planned %s, and left %d for the next try; this is a bug in regwatch, and its log has the details", kind.pluralName(), unplanned))
	}
	// Without an answer of the database nothing is known.
	if s.Planned != nil && (err == nil || unplanned > 0) {
		s.Planned(kind, unplanned)
	}
	return err
}
