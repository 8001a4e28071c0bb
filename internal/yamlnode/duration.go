package yamlnode

import (
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/duration"
)

// Duration returns a duration from low to high, and false with 0 if the node holds
// none. A value that is there and wrong is reported.
func (n Node) Duration(what string, low, high time.Duration) (time.Duration, bool) {
	if !n.Exists() || n.IsNull() {
		return 0, false
	}
	s := n.String(what)
	if !n.IsScalar() {
		return 0, false
	}
	d, err := duration.Parse(s)
	if err != nil {
		wrong, want := duration.Explain(err)
		n.Report(diag.Textf("%s: %s", diag.Text(what), wrong), want)
		return 0, false
	}
	if d < low || d > high {
		n.Report(diag.Textf("%s is %s", what, s), diag.Textf("use a duration from %s to %s", duration.String(low), duration.String(high)))
		return 0, false
	}
	return d, true
}
