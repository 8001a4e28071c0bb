package pdftext

import (
	"context"
	"errors"
	"strings"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// readDocument reads the text page by page. The library panics if its sandbox fails or
// is closed while it works; such a panic becomes an error.
func readDocument(ctx context.Context, instance pdfium.Pdfium, file []byte) (d Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = Document{}, ErrDamaged
		}
		if ctx.Err() != nil {
			d, err = Document{}, context.Cause(ctx)
		}
	}()
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &file})
	if errors.Is(err, pdfiumerrors.ErrPassword) || errors.Is(err, pdfiumerrors.ErrSecurity) {
		return Document{}, ErrPassword
	}
	if err != nil {
		return Document{}, ErrDamaged
	}
	doc := opened.Document
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil || count.PageCount == 0 {
		return Document{}, ErrDamaged
	}
	d.Pages = count.PageCount
	if meta, err := instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: doc, Tag: "Title"}); err == nil {
		d.Title = strings.Join(strings.Fields(strings.ToValidUTF8(meta.Value[:min(len(meta.Value), maxTitle)], "")), " ")
	}
	pages, err := pageTexts(ctx, instance, doc, min(d.Pages, MaxPages))
	if err != nil {
		return Document{}, err
	}
	d.Read = len(pages)
	d.Truncated = d.Read < d.Pages
	readable, lines := dropUnreadable(pages)
	if sizeOf(readable)*2 < sizeOf(pages) || isGarbled(readable) {
		return Document{}, ErrGarbled
	}
	d.Unreadable = lines
	d.Text = reflow(readable)
	switch {
	case d.Text == "":
		return d, ErrNoText
	}
	if len(d.Text) > MaxText {
		d.Text, d.Truncated = strings.ToValidUTF8(d.Text[:MaxText], ""), true
	}
	return d, nil
}

// sizeOf returns how many bytes pages have.
func sizeOf(pages []string) int {
	n := 0
	for _, p := range pages {
		n += len(p)
	}
	return n
}

// pageTexts returns the text of the first pages, up to the limit. A page that cannot
// be read is empty, so that the text of the other pages is not lost.
func pageTexts(ctx context.Context, instance pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) ([]string, error) {
	var pages []string
	size := 0
	for i := 0; i < count && size <= MaxText; i++ {
		text, err := instance.GetPageText(&requests.GetPageText{
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}},
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			pages = append(pages, "")
			continue
		}
		size += len(text.Text)
		pages = append(pages, withShiftedGlyphs(ctx, instance, doc, i, text.Text))
	}
	return pages, nil
}
