package store

import (
	"gorm.io/gorm"
)

// oneRow returns refused unless the statement changed a row.
func oneRow(done *gorm.DB, refused error) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return refused
	}
	return done.Error
}
