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

// isPDF reports whether a response is a PDF, by its first bytes or its label.
func isPDF(resp response) bool {
	start := bytes.TrimLeft(resp.body[:min(len(resp.body), 1024)], " \t\r\n\ufeff")
	return bytes.HasPrefix(start, []byte("%PDF-")) || strings.HasPrefix(strings.ToLower(resp.contentType), "application/pdf")
}

// completePDF does the work of Complete for an article whose page is a PDF, such as a
// circular or a gazette notice.
func (r *Reader) completePDF(ctx context.Context, a models.Article, resp response) (models.Article, error) {
	if r.client.options.PDF == nil {
		return a, newError(NoText, "%s is a PDF, and PDFs cannot be read here: using the summary instead", displayURL(resp.url))
	}
	if resp.truncated {
		return a, newError(NoText, "%s sent a truncated PDF: using the summary instead", displayURL(resp.url))
	}
	doc, err := r.client.options.PDF(ctx, resp.body)
	if ctx.Err() != nil {
		return a, describeError(resp.url, 0, ctx.Err())
	}
	if err != nil {
		return a, pdfError(err, resp)
	}
	return r.setText(a, doc.Text, resp), nil
}

// pdfError says why a PDF has no text.
func pdfError(err error, resp response) *Error {
	at := fmt.Sprintf("%s is a PDF of %s", displayURL(resp.url), humanize.Bytes(uint64(len(resp.body))))
	switch {
	case errors.Is(err, pdftext.ErrPassword):
		return newError(NoText, "%s that is locked by a password: using the summary instead", at)
	case errors.Is(err, pdftext.ErrNoText):
		return newError(NoText, "%s that contains only scanned images: using the summary instead", at)
	case errors.Is(err, pdftext.ErrTimeout):
		return newError(NoText, "%s that takes more than a minute to read: using the summary instead", at)
	case errors.Is(err, pdftext.ErrDamaged):
		return newError(NoText, "%s that is damaged: using the summary instead", at)
	}
	e := newError(NoText, "%s that could not be read: using the summary instead", at)
	e.Err = err
	return e
}
