package syntax

import (
	"strconv"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

func relevanceKeys() []string { return []string{"alert", "digest"} }

const relevanceHelp = "use off, or thresholds such as {alert: 0.3, digest: 0.1}"

// relevance reads what a rule says about its relevance model.
func (p *parser) relevance(n yamlnode.Node) Relevance {
	r := Relevance{Pos: p.pos(n)}
	switch {
	case !n.Exists():
		return Relevance{}
	case n.IsNull():
		n.Report("relevance is empty", relevanceHelp)
	case n.IsScalar() && n.String("relevance") == "off":
		r.Off = true
	case !n.IsMap():
		n.Report("relevance is neither off nor a mapping", relevanceHelp)
	default:
		m := n.Map("relevance", relevanceKeys()...)
		r.Alert, r.Digest = threshold(m.Get("alert"), "alert"), threshold(m.Get("digest"), "digest")
		switch {
		case len(n.Pairs("relevance")) == 0:
			n.Report("relevance is empty", relevanceHelp)
		case r.Alert != nil && r.Digest != nil && *r.Digest > *r.Alert:
			m.Get("digest").Report(diag.Textf("digest %v is higher than alert %v", *r.Digest, *r.Alert), "use a digest threshold that is at most the alert threshold")
		}
	}
	return r
}

// threshold reads a score from 0 to 1; nil if there is none.
func threshold(n yamlnode.Node, what string) *float64 {
	if !n.Exists() {
		return nil
	}
	const want = "use a number from 0 to 1, such as 0.3"
	if !n.IsScalar() {
		n.Report(diag.Textf("%s is not a number", diag.Text(what)), want)
		return nil
	}
	value, err := strconv.ParseFloat(n.String(what), 64)
	if err != nil || !(value >= 0 && value <= 1) {
		n.Report(diag.Textf("%s is %q", what, n.String(what)), want)
		return nil
	}
	return &value
}
