package scanner

import (
	"time"

	"regwatch/models"
)

const (
	// fullFetchEvery is how often a source is read whatever its validators say: some
	// servers answer for ever that nothing has changed.
	fullFetchEvery = 24 * time.Hour
	// adoptRedirectAfter is for how long an address must redirect for good before the new
	// one is believed: what is set up wrongly is set right within a day.
	adoptRedirectAfter = 24 * time.Hour
)

// fullFetchDue reports whether a source is to be read whatever was read before.
func fullFetchDue(state models.SourceState, now time.Time) bool {
	return state.FullAt.IsZero() || state.FullAt.After(now) || now.Sub(state.FullAt) >= fullFetchEvery
}

// stateAfterFetch returns the state of a source that answered: where reading stands, and
// where its address went. The url is the one that the state before was of.
func stateAfterFetch(s models.SourceState, url string, src models.Source, batch models.Batch, now time.Time) models.SourceState {
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
	return followRedirect(s, url, src, batch, now)
}

// followRedirect remembers where a source's address redirects for good, and adopts it
// when it has done so for long enough. The file has the last word: another url in
// it forgets all that, and so does an adopted address that did not answer.
func followRedirect(s models.SourceState, url string, src models.Source, batch models.Batch, now time.Time) models.SourceState {
	forget := func() { s.MovedTo, s.MovedSince, s.AdoptedAt = "", time.Time{}, time.Time{} }
	if url != src.URL {
		forget()
	}
	switch {
	case batch.Address != src.URL: // the adopted address answered, or another way to read the source
	case batch.MovedTo == "":
		forget()
	case batch.MovedTo != s.MovedTo, s.MovedSince.After(now), !s.AdoptedAt.IsZero():
		forget()
		s.MovedTo, s.MovedSince = batch.MovedTo, now
	case now.Sub(s.MovedSince) >= adoptRedirectAfter:
		s.AdoptedAt = now
	}
	return s
}

// redirectWarning is what a person is to do about an address that has moved.
const redirectWarning = "its address has moved for good, and the new one is asked: write that into its file; regwatch sources shows it"
