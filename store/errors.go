package store

import (
	"fmt"

	"regwatch/models"
)

// ErrLeaseLost is [models.ErrLeaseLost], for who has the store at hand.
var ErrLeaseLost = models.ErrLeaseLost

// A NewerSchemaError is answered by Open when a newer regwatch has changed the
// database. Nothing was touched.
type NewerSchemaError struct {
	Has   int64 // version of the tables
	Known int64 // newest version that this program knows
}

// Error says what to do about it.
func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the database was written by a newer regwatch (its tables are version %d, this program knows up to %d); "+
		"run that newer version, or restore the backup made before the upgrade", e.Has, e.Known)
}

// trouble is an error of a database in words that say what to do. The
// database's own error stays within reach of errors.As.
type trouble struct {
	says string
	err  error
}

func (t *trouble) Error() string { return t.says }
func (t *trouble) Unwrap() error { return t.err }
