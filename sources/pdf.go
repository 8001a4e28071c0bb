package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"regwatch/internal/pdftext"
	"regwatch/models"
)

// isPDF reports whether an answer is a PDF, by its first bytes or its label.
func isPDF(resp response) bool {
	start := bytes.TrimLeft(resp.body[:min(len(resp.body), 1024)], " \t\r\n\ufeff")
	return bytes.HasPrefix(start, []byte("%PDF-")) || strings.HasPrefix(strings.ToLower(resp.contentType), "application/pdf")
}

// completePDF is Complete for an article whose page is a PDF: a circular, a
// gazette notice.
func (r *Reader) completePDF(ctx context.Context, a models.Article, resp response) (models.Article, error) {
	if r.client.options.PDF == nil {
		return a, newError(NoText, "%s is a PDF, and nothing is set up to read those: the summary stands in for it", displayURL(resp.url))
	}
	if resp.truncated {
		return a, newError(NoText, "%s sends a PDF that is cut off: the summary stands in for it", displayURL(resp.url))
	}
	doc, err := r.client.options.PDF(ctx, resp.body)
	if ctx.Err() != nil {
		return a, describeError(resp.url, 0, ctx.Err())
	}
	if err != nil {
		return a, pdfError(err, resp)
	}
	return r.setText(a, doc.Text), nil
}

// pdfError says why a PDF has no text.
func pdfError(err error, resp response) *Error {
	at := fmt.Sprintf("%s is a PDF of %s", displayURL(resp.url), humanize.Bytes(uint64(len(resp.body))))
	switch {
	case errors.Is(err, pdftext.ErrLocked):
		return newError(NoText, "%s that is locked by a password: the summary stands in for it", at)
	case errors.Is(err, pdftext.ErrPictures):
		return newError(NoText, "%s that holds pictures of its text only (a scan): the summary stands in for it", at)
	case errors.Is(err, pdftext.ErrSlow):
		return newError(NoText, "%s that takes more than a minute to read: the summary stands in for it", at)
	case errors.Is(err, pdftext.ErrDamaged):
		return newError(NoText, "%s that is damaged: the summary stands in for it", at)
	}
	e := newError(NoText, "%s that could not be read: the summary stands in for it", at)
	e.Err = err
	return e
}
