package sources

import (
	"context"

	"regwatch/internal/pdftext"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// ClientOptions configure a [Client]. The zero value is polite and safe, and gives no
// contact address.
type ClientOptions struct {
	fetch.Options

	// PDF extracts the text of a PDF; use [pdftext.Reader.Read]. If it is nil,
	// articles whose page is a PDF keep their summary.
	PDF func(ctx context.Context, file []byte) (pdftext.Document, error)

	// Stored knows the stored articles. If it is nil, the texts of all articles are read,
	// and only what was read since the client was made tells whether several articles
	// declare one address.
	Stored Stored
}

// Stored says what is stored of a source.
type Stored interface {
	// Unchanged reports for each of some articles whether it is stored with the same
	// content, or is otherwise of no interest. They have no Body, Summary, Author and Language.
	Unchanged(ctx context.Context, sourceID string, articles []models.Article) ([]bool, error)
	// LinksWithKey returns the links of the articles that have a LinkKey.
	LinksWithKey(ctx context.Context, sourceID, linkKey string) ([]string, error)
}

// A Client is what the readers of all sources share: the client that makes all requests,
// the reader of PDFs, and what pages declared as their addresses. It is safe for concurrent use.
type Client struct {
	*fetch.Client
	pdf        func(ctx context.Context, file []byte) (pdftext.Document, error)
	stored     Stored
	canonicals canonicalIndex
}

// NewClient returns a client. Close it when it is no longer needed.
func NewClient(o ClientOptions) *Client {
	return &Client{Client: fetch.New(o.Options), pdf: o.PDF, stored: o.Stored}
}
