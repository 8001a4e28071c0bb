package render

import (
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// A verificationView asks the reader of an address to confirm it.
type verificationView struct {
	Title   string
	Text    string // what happens with and without a confirmation
	Expires string // when the link stops working
}

func viewVerification(v models.Verification, l Language) verificationView {
	address := sanitize.Truncate(sanitize.Line(v.Address), MaxNameRunes)
	return verificationView{
		Title:   l.Say("verify_title"),
		Text:    l.Say("verify_text", address),
		Expires: l.Say("verify_expires", l.precisely(v.Expires, timefmt.Zone(v.Zone))),
	}
}

// viewUnverified reports an unconfirmed address.
func viewUnverified(h models.HealthReport, l Language) healthView {
	who := sanitize.Truncate(sanitize.Line(h.Name), MaxNameRunes)
	return healthView{
		Failing: true, Label: l.Say("unverified_label"), Title: l.Say("unverified", who),
		Body: l.Say("unverified_body", who, l.precisely(h.Since, timefmt.Zone(h.Zone))),
	}
}
