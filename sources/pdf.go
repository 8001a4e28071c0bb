package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"regwatch/internal/pdftext"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// isPDF reports whether a response is a PDF, by its first bytes or its label.
func isPDF(resp fetch.Response) bool {
	start := bytes.TrimLeft(resp.Body[:min(len(resp.Body), 1024)], " \t\r\n\ufeff")
	return bytes.HasPrefix(start, []byte("%PDF-")) || strings.HasPrefix(strings.ToLower(resp.ContentType), "application/pdf")
}

// completePDF does the work of Complete for an article whose page is a PDF, such as a
// circular or a gazette notice.
func (r *Reader) completePDF(ctx context.Context, a models.Article, resp fetch.Response) (models.Article, error) {
	if r.client.pdf == nil {
		return a, fetch.Errorf(fetch.NoText, "%s is a PDF, and PDFs cannot be read here: using the summary instead", weblink.Display(resp.URL))
	}
	if resp.Truncated {
		return a, fetch.Errorf(fetch.NoText, "%s sent a truncated PDF: using the summary instead", weblink.Display(resp.URL))
	}
	doc, err := r.client.pdf(ctx, resp.Body)
	if ctx.Err() != nil {
		return a, fetch.Describe(resp.URL, 0, ctx.Err())
	}
	if err != nil {
		return a, pdfError(err, resp)
	}
	return r.setText(a, doc.Text, resp), nil
}

// pdfError says why a PDF has no text.
func pdfError(err error, resp fetch.Response) *fetch.Error {
	at := fmt.Sprintf("%s is a PDF of %s", weblink.Display(resp.URL), humanize.Bytes(uint64(len(resp.Body))))
	switch {
	case errors.Is(err, pdftext.ErrPassword):
		return fetch.Errorf(fetch.NoText, "%s that is locked by a password: using the summary instead", at)
	case errors.Is(err, pdftext.ErrNoText):
		return fetch.Errorf(fetch.NoText, "%s that contains only scanned images: using the summary instead", at)
	case errors.Is(err, pdftext.ErrTimeout):
		return fetch.Errorf(fetch.NoText, "%s that takes more than a minute to read: using the summary instead", at)
	case errors.Is(err, pdftext.ErrDamaged):
		return fetch.Errorf(fetch.NoText, "%s that is damaged: using the summary instead", at)
	}
	e := fetch.Errorf(fetch.NoText, "%s that could not be read: using the summary instead", at)
	e.Err = err
	return e
}
