package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/address"
	"regwatch/models"
)

// spellingsOf returns how an address that has left a subscription is written there: once,
// unless two processes stored it at the same moment.
func spellingsOf(tx *gorm.DB, o models.OptOut) ([]string, error) {
	var all []string
	if err := tx.Table("opt_outs").Where("subscription = ?", o.Subscription).Order("address").Pluck("address", &all).Error; err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(written string) bool { return !address.Same(written, o.Address) }), nil
}

// mergeOptOuts makes one opt-out of those that two spellings of an address have in one
// subscription. Releases before 0007 stored each spelling by itself. It changes nothing
// when there are none, so that it runs whenever the database is opened: an earlier
// release may still be running on it. SQL alone cannot compare international domains.
func (s *Store) mergeOptOuts(ctx context.Context) error {
	outs, err := s.OptOuts(ctx)
	if err != nil || len(sameOptOuts(outs)) == 0 {
		return err
	}
	return s.change(ctx, "merge the opt-outs of an address", func(tx *gorm.DB) error {
		var outs []models.OptOut
		if err := tx.Order("subscription, address").Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&outs).Error; err != nil {
			return err
		}
		for _, same := range sameOptOuts(outs) {
			kept := same[0]
			for _, o := range same[1:] {
				kept.Forced = kept.Forced || o.Forced
				if err := tx.Where("subscription = ? AND address = ?", o.Subscription, o.Address).Delete(&models.OptOut{}).Error; err != nil {
					return err
				}
			}
			err := tx.Model(&models.OptOut{}).Where("subscription = ? AND address = ?", kept.Subscription, kept.Address).Update("forced", kept.Forced).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// sameOptOuts returns the opt-outs of each address that has several in one
// subscription, the earliest first.
func sameOptOuts(outs []models.OptOut) [][]models.OptOut {
	type place struct{ subscription, key string }
	at := make(map[place]int)
	var groups [][]models.OptOut
	for _, o := range slices.SortedStableFunc(slices.Values(outs), func(a, b models.OptOut) int {
		return cmp.Or(a.OptedOutAt.Compare(b.OptedOutAt), cmp.Compare(a.Address, b.Address))
	}) {
		p := place{o.Subscription, address.Key(o.Address)}
		i, met := at[p]
		if !met {
			i = len(groups)
			at[p] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], o)
	}
	return slices.DeleteFunc(groups, func(same []models.OptOut) bool { return len(same) == 1 })
}
