package store

import (
	"regwatch/models"
)

// ErrLeaseLost is [models.ErrLeaseLost], for who has the store at hand.
var ErrLeaseLost = models.ErrLeaseLost

// trouble is an error of a database in words that say what to do. The
// database's own error stays within reach of errors.As.
type trouble struct {
	says string
	err  error
}

func (t *trouble) Error() string { return t.says }

func (t *trouble) Unwrap() error { return t.err }
