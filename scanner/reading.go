package scanner

import (
	"time"

	"regwatch/models"
)

const (
	// wholeEvery is how often a source is read whatever its validators say: some
	// servers answer for ever that nothing has changed.
	wholeEvery = 24 * time.Hour
	// adoptAfter is for how long an address must redirect for good before the new
	// one is believed: what is set up wrongly is set right within a day.
	adoptAfter = 24 * time.Hour
)

// wholeDue reports whether a source is to be read whatever was read before.
func wholeDue(state models.SourceState, now time.Time) bool {
	return state.FullAt.IsZero() || state.FullAt.After(now) || now.Sub(state.FullAt) >= wholeEvery
}

// answered returns the state of a source that answered: where reading stands, and
// where its address went. The url is the one that the state before was of.
func answered(s models.SourceState, url string, src models.Source, batch models.Batch, now time.Time) models.SourceState {
	c := batch.Cursor
	s.URL, s.ETag, s.LastModified, s.BodyHash = c.URL, c.ETag, c.LastModified, c.BodyHash
	s.Memory, s.IdentityPolicy = c.Memory, c.Identity
	s.RetryAt = time.Time{}
	if batch.Wait > 0 {
		s.NotBefore = now.Add(batch.Wait)
	}
	if !batch.NotModified && !batch.Partial {
		s.FullAt = now
	}
	return follow(s, url, src, batch, now)
}

// follow remembers where a source's address redirects for good, and adopts it
// when it has done so for long enough. The file has the last word: another url in
// it forgets all that, and so does an adopted address that did not answer.
func follow(s models.SourceState, url string, src models.Source, batch models.Batch, now time.Time) models.SourceState {
	stay := func() { s.MovedTo, s.MovedSince, s.AdoptedAt = "", time.Time{}, time.Time{} }
	if url != src.URL {
		stay()
	}
	switch {
	case batch.Address != src.URL: // the adopted address answered, or another way to read the source
	case batch.MovedTo == "":
		stay()
	case batch.MovedTo != s.MovedTo, s.MovedSince.After(now), !s.AdoptedAt.IsZero():
		stay()
		s.MovedTo, s.MovedSince = batch.MovedTo, now
	case now.Sub(s.MovedSince) >= adoptAfter:
		s.AdoptedAt = now
	}
	return s
}

// movedWarning is what a person is to do about an address that has moved.
const movedWarning = "its address has moved for good, and the new one is asked: write that into its file; regwatch sources shows it"
