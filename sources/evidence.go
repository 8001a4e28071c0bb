package sources

import (
	"encoding/json"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// The most that is kept of the headers of a response, in bytes of JSON. Together with the
// names of the fields it is less than 1,000.
const (
	maxFetchedAddress = 480
	maxFetchedETag    = 130
	maxFetchedType    = 90
	maxFetchedOther   = 40
)

// fetched returns what is stored of a response as evidence, or nil if no server sent it.
func (r *Reader) fetched(resp fetch.Response) *models.Fetched {
	if resp.Header == nil {
		return nil
	}
	header := func(name string, most int) string { return r.evidence(resp.Header.Get(name), most) }
	return &models.Fetched{
		URL: r.evidence(redact.URL(resp.URL.String()), maxFetchedAddress), Status: resp.Status,
		Date: header("Date", maxFetchedOther), LastModified: header("Last-Modified", maxFetchedOther), ETag: header("ETag", maxFetchedETag),
		ContentType: header("Content-Type", maxFetchedType), ContentLanguage: header("Content-Language", maxFetchedOther),
	}
}

// evidence returns a value without control characters and secrets, in at most so many bytes
// of JSON and an ellipsis.
func (r *Reader) evidence(value string, most int) string {
	value = sanitize.Line(value[:min(len(value), maxAddress)])
	if value = r.redact(value)[0]; len(value) == 0 {
		return ""
	}
	size := 0
	for i, c := range value {
		quoted, _ := json.Marshal(string(c)) // a string always encodes
		if size += len(quoted) - 2; size > most {
			return value[:i] + "…"
		}
	}
	return value
}
