package store

import "testing"

// Statements do not keep a transaction open: another connection can write and the
// first sees it.
func TestKeptStatementHoldsNoLock(t *testing.T) {
	s := open(t, freshSQLite(t))
	for i := range 5 {
		owe(t, s, 1, noon.AddDate(0, 0, i))
		if c := counts(t, s); c.Due != int64(min(i+1, 1)) {
			t.Errorf("after %d commits %d are due", i+1, c.Due)
		}
		if err := s.write.Exec("DELETE FROM deliveries WHERE id <> ?", "").Error; err != nil {
			t.Fatal(err)
		}
		if c := counts(t, s); c.Due != 0 {
			t.Errorf("after they were deleted %d are due", c.Due)
		}
		if err := s.write.Exec("DELETE FROM notices WHERE id <> ?", "").Error; err != nil {
			t.Fatal(err)
		}
	}
}
