package sources

import (
	"context"

	"regwatch/internal/pdftext"
	"regwatch/sources/fetch"
)

// ClientOptions configure a [Client]. The zero value is polite and safe, and gives no
// contact address.
type ClientOptions struct {
	fetch.Options

	// PDF extracts the text of a PDF; use [pdftext.Reader.Read]. If it is nil,
	// articles whose page is a PDF keep their summary.
	PDF func(ctx context.Context, file []byte) (pdftext.Document, error)

	// LinksWithKey returns the links of the stored articles of a source that have a
	// LinkKey. If it is nil, only what was read since the client was made tells whether
	// several articles declare one address.
	LinksWithKey func(ctx context.Context, sourceID, linkKey string) ([]string, error)
}

// A Client is what the readers of all sources share: the client that makes all requests,
// the reader of PDFs, and what pages declared as their addresses. It is safe for concurrent use.
type Client struct {
	*fetch.Client
	pdf          func(ctx context.Context, file []byte) (pdftext.Document, error)
	linksWithKey func(ctx context.Context, sourceID, linkKey string) ([]string, error)
	canonicals   canonicalIndex
}

// NewClient returns a client. Close it when it is no longer needed.
func NewClient(o ClientOptions) *Client {
	return &Client{Client: fetch.New(o.Options), pdf: o.PDF, linksWithKey: o.LinksWithKey}
}
