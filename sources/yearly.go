package sources

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"regwatch/models"
)

// yearPlaceholder stands in an address, or in what is posted, for the year of the scan
// in the source's zone.
const yearPlaceholder = "{year}"

// lastOverlapMonth is the last month in which the year before is read as well. What a
// list of the old year got after its last scan is not lost then, and the list of
// the new one has time to fill before its size is compared with what is usual.
const lastOverlapMonth = time.March

// isYearly reports whether a source has another address each year.
func isYearly(src models.Source) bool {
	return strings.Contains(src.URL, yearPlaceholder) || strings.Contains(src.API.Post, yearPlaceholder)
}

// in returns a reader of the source as it is addressed in a year.
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

// fetchYearly asks a source that has another address each year. Until the end of
// March it reads the lists of two years, and the cursor it returns is that of the
// new one at the address as it is configured.
func (r *Reader) fetchYearly(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	today := r.today()
	if today.Year() <= 1 {
		return models.Batch{Cursor: cursor}, newError(BadAddress, "the address of this source has %s, and there is no clock to tell the year", yearPlaceholder)
	}
	current := r.forYear(today.Year())
	known := cursor
	if known.URL == r.src.URL {
		known.URL = current.src.URL
	}
	known.At = "" // an address that moved was that of one year
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

// before adds what the list of the year before has to what that of this year
// gave. A list that nobody has begun is no fault as long as the old one answers.
func (r *Reader) addPreviousYear(ctx context.Context, batch models.Batch, failed error) (models.Batch, error) {
	e, _ := errors.AsType[*Error](failed)
	started := e == nil || e.Reason != Missing && e.Reason != ShapeChanged
	if failed != nil && started {
		return batch, failed
	}
	previous, err := r.fetch(ctx, models.Cursor{URL: r.src.URL, Identity: batch.Cursor.Identity})
	switch {
	case failed != nil && err != nil:
		return batch, failed
	case failed != nil:
		previous.Cursor = models.Cursor{Identity: previous.Cursor.Identity}
		previous.Warnings = append([]string{"the list of last year was read, because that of this year has not begun: " + failed.Error()}, previous.Warnings...)
		return previous, nil
	case err != nil:
		batch.Warnings = append(batch.Warnings, "the list of last year could not be read as well: "+err.Error())
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
	batch.Gated = append(batch.Gated, previous.Gated...)
	batch.Items = max(batch.Items, previous.Items) // of one list, as in the rest of the year
	batch.Partial = batch.Partial || previous.Partial
	batch.Cursor.Identity = previous.Cursor.Identity
	batch.Wait = max(batch.Wait, previous.Wait)
	for _, w := range previous.Warnings {
		batch.Warnings = append(batch.Warnings, "last year: "+w)
	}
	return batch, nil
}
