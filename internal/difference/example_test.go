package difference_test

import (
	"fmt"
	"strings"

	"regwatch/internal/difference"
)

func ExampleCompare() {
	before := "Scope.\n\nReports are due within 30 days."
	after := "Scope.\n\nReports are due within 14 days."
	fmt.Println(difference.Compare(before, after).Text())
	// Output:
	// − Reports are due within 30 days.
	//
	// + Reports are due within 14 days.
}

// Upper and lower case do not count here, and neither do moved paragraphs.
func ExampleOptions() {
	options := difference.Options{Key: strings.ToLower, IgnoreMoves: true}
	d := options.Compare("Scope.\n\nFees.", "FEES.\n\nScope.\n\nPenalties.")
	removed, added := d.Count()
	fmt.Println(removed, "removed,", added, "added:", d[0].Added)
	// Output: 0 removed, 1 added: [Penalties.]
}
