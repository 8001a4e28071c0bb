package sources

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// yearPlaceholder stands for the current year, in the source's zone, in an address or
// a POST body.
const yearPlaceholder = "{year}"

// lastOverlapMonth is the last month in which the previous year is read too.
// Otherwise, entries that were added to the old list after its last scan would be
// lost, and the new, short list would count as an unusual drop.
const lastOverlapMonth = time.March

// isYearly reports whether the address of a source changes each year.
func isYearly(src models.Source) bool {
	return strings.Contains(src.URL, yearPlaceholder) || strings.Contains(src.API.Post, yearPlaceholder)
}

// forYear returns a reader with the addresses of a year.
func (r *Reader) forYear(year int) *Reader {
	put := func(text string) string { return strings.ReplaceAll(text, yearPlaceholder, strconv.Itoa(year)) }
	src := r.src
	src.URL, src.API.Post = put(src.URL), put(src.API.Post)
	src.Listing.Paging.Address, src.API.Paging.Address = put(src.Listing.Paging.Address), put(src.API.Paging.Address)
	return &Reader{src: src, client: r.client}
}

// today returns the time of the scan in the source's zone; zero without a clock.
func (r *Reader) today() time.Time {
	d := r.dateSetting()
	return d.Seen.In(d.Zone)
}

// fetchYearly reads a source whose address changes each year. Until lastOverlapMonth
// it reads the lists of two years. The cursor that it returns is that of the new list,
// under the address as configured.
func (r *Reader) fetchYearly(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	today := r.today()
	if today.Year() <= 1 {
		return models.Batch{Cursor: cursor}, fetch.Errorf(fetch.BadAddress, "the address of this source contains %s, but the current year is unknown", yearPlaceholder)
	}
	current := r.forYear(today.Year())
	known := cursor
	if known.URL == r.src.URL {
		known.URL = current.src.URL
	}
	known.At = "" // the source moved within one year only
	overlaps := today.Month() <= lastOverlapMonth
	if overlaps {
		known = known.Unconditional()
	}
	batch, err := current.fetch(ctx, known)
	if overlaps && ctx.Err() == nil {
		batch, err = r.forYear(today.Year()-1).addPreviousYear(ctx, batch, err)
	}
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	for i := range batch.Articles {
		batch.Articles[i].Source = r.src
	}
	batch.Cursor.URL, batch.Cursor.At = r.src.URL, ""
	batch.Address, batch.MovedTo = r.src.URL, ""
	return batch, nil
}

// addPreviousYear adds the list of the previous year to a batch. A list of this year
// that does not exist yet is no error while the previous one can be read.
func (r *Reader) addPreviousYear(ctx context.Context, batch models.Batch, failed error) (models.Batch, error) {
	e, _ := errors.AsType[*fetch.Error](failed)
	started := e == nil || e.Reason != fetch.NotFound && e.Reason != fetch.ShapeChanged
	if failed != nil && started {
		return batch, failed
	}
	previous, err := r.fetch(ctx, models.Cursor{URL: r.src.URL, Identity: batch.Cursor.Identity})
	switch {
	case failed != nil && err != nil:
		return batch, failed
	case failed != nil:
		previous.Cursor = models.Cursor{Identity: previous.Cursor.Identity}
		previous.Warnings = append([]string{"read last year's list, because this year's list does not exist yet: " + failed.Error()}, previous.Warnings...)
		return previous, nil
	case err != nil:
		batch.Warnings = append(batch.Warnings, "cannot read last year's list: "+err.Error())
		return batch, nil
	}
	known := make(map[string]bool)
	for _, a := range batch.Articles {
		known[a.Identity] = true
	}
	for _, a := range previous.Articles {
		if !known[a.Identity] {
			batch.Articles = append(batch.Articles, a)
		}
	}
	batch.FilteredOut = append(batch.FilteredOut, previous.FilteredOut...)
	batch.Items = max(batch.Items, previous.Items) // of one list, as in the rest of the year
	batch.Partial = batch.Partial || previous.Partial
	batch.Cursor.Identity = previous.Cursor.Identity
	batch.Wait = max(batch.Wait, previous.Wait)
	for _, w := range previous.Warnings {
		batch.Warnings = append(batch.Warnings, "last year: "+w)
	}
	return batch, nil
}
