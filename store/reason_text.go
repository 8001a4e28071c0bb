package store

import (
	"gorm.io/gorm"

	"regwatch/models"
)

// setReasonText fills in the columns in which people and queries look for reasons.
func setReasonText(n *models.Notice) {
	n.Reason, n.Held, n.WaitFor = clean(n.Reasons.String()), clean(n.HeldReasons.String()), clean(n.WaitReasons.String())
}

// reasonsOfQuery completes the reasons of every notice that a query reads.
func reasonsOfQuery(tx *gorm.DB) {
	switch read := tx.Statement.Dest.(type) {
	case *models.Notice:
		fillReasons(read)
	case *[]models.Notice:
		for i := range *read {
			fillReasons(&(*read)[i])
		}
	}
}

// fillReasons reads the reasons that have only their text. A program of the release before
// 0007 that is still running on an upgraded database writes such notices.
func fillReasons(n *models.Notice) {
	for _, of := range []struct {
		reasons *models.Reasons
		text    *string
	}{{&n.Reasons, &n.Reason}, {&n.HeldReasons, &n.Held}, {&n.WaitReasons, &n.WaitFor}} {
		if len(*of.reasons) == 0 && *of.text != "" {
			*of.reasons = models.NewReasons(models.ReasonText, models.ReasonArgs{Text: *of.text})
		}
		*of.text = ""
	}
}
