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
func isPDF(a answer) bool {
	start := bytes.TrimLeft(a.body[:min(len(a.body), 1024)], " \t\r\n\ufeff")
	return bytes.HasPrefix(start, []byte("%PDF-")) || strings.HasPrefix(strings.ToLower(a.contentType), "application/pdf")
}

// completePDF is Complete for an article whose page is a PDF: a circular, a
// gazette notice.
func (r *Reader) completePDF(ctx context.Context, a models.Article, got answer) (models.Article, error) {
	if r.client.options.PDF == nil {
		return a, fault(NoText, "%s is a PDF, and nothing is set up to read those: the summary stands in for it", shown(got.url))
	}
	if got.cut {
		return a, fault(NoText, "%s sends a PDF that is cut off: the summary stands in for it", shown(got.url))
	}
	doc, err := r.client.options.PDF(ctx, got.body)
	if ctx.Err() != nil {
		return a, explain(got.url, 0, ctx.Err())
	}
	if err != nil {
		return a, pdfFault(err, got)
	}
	return r.withText(a, doc.Text), nil
}

// pdfFault says why a PDF has no text.
func pdfFault(err error, got answer) *Error {
	at := fmt.Sprintf("%s is a PDF of %s", shown(got.url), humanize.Bytes(uint64(len(got.body))))
	switch {
	case errors.Is(err, pdftext.ErrLocked):
		return fault(NoText, "%s that is locked by a password: the summary stands in for it", at)
	case errors.Is(err, pdftext.ErrPictures):
		return fault(NoText, "%s that holds pictures of its text only (a scan): the summary stands in for it", at)
	case errors.Is(err, pdftext.ErrSlow):
		return fault(NoText, "%s that takes more than a minute to read: the summary stands in for it", at)
	case errors.Is(err, pdftext.ErrDamaged):
		return fault(NoText, "%s that is damaged: the summary stands in for it", at)
	}
	e := fault(NoText, "%s that could not be read: the summary stands in for it", at)
	e.Err = err
	return e
}
