package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"regwatch/internal/pdftext"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/sources"
)

// A ListProposal is settings that read a page as a list of articles.
type ListProposal struct {
	Settings string   `json:"settings"` // lines for a source file
	Articles int      `json:"articles"`
	Titles   []string `json:"titles"` // of the first articles
}

// proposalTitles is how many titles a proposal shows.
const proposalTitles = 3

// unknownAddress stands for the address of a saved page (RFC 6761, section 6.4: no such
// name exists).
const unknownAddress = "https://saved-page.invalid/"

// sniffBody reads a response by what its content looks like.
func sniffBody(ctx context.Context, src models.Source, body []byte, header http.Header) TrialResult {
	at := addressOf(src)
	form := sources.Format(src.Kind)
	if src.Kind == "" {
		form = sources.Sniff(ctx, body, header.Get("Content-Type"), at)
	}
	switch form {
	case sources.FormatFeed, sources.FormatJSONFeed:
		src.Kind = sources.KindFeed
	case sources.FormatSitemap:
		src.Kind = sources.KindSitemap
	case sources.FormatListing:
		return readAsList(ctx, src, body, header)
	case sources.FormatArticle, sources.KindPage:
		result := readAsPage(ctx, src, body, header)
		if src.Kind == "" { // the person may want the list beside the text
			result.Proposals = listProposals(sources.Propose(ctx, body, header.Get("Content-Type"), at))
		}
		return result
	case sources.FormatPDF:
		return readAsPDF(ctx, src, body)
	case sources.FormatJSON, sources.KindAPI:
		return unreadable(src, sources.KindAPI, "this is JSON: write a source of kind api that says where the articles are (docs/reference/sources.md, Kind: api), and try its settings")
	case sources.FormatChallenge:
		return unreadable(src, string(form), "this is a challenge page that only a browser can pass: ask the publisher for another way, or use another source")
	default:
		return unreadable(src, string(form), "this is no feed, sitemap, page or JSON that regwatch can read; if you know its kind, give the kind")
	}
	return readBody(ctx, src, body, header)
}

// addressOf is the address of a source, which relative links start from.
func addressOf(src models.Source) *url.URL {
	if at, err := url.Parse(src.URL); err == nil {
		return at
	}
	return &url.URL{}
}

// readAsList reads a page by the best settings that can be found for it.
func readAsList(ctx context.Context, src models.Source, body []byte, header http.Header) TrialResult {
	saved := src.URL == ""
	if saved {
		src.URL = unknownAddress
	}
	found := sources.Propose(ctx, body, header.Get("Content-Type"), addressOf(src))
	if len(found) == 0 {
		return unreadable(src, sources.KindListing, "no list of articles was found in the page; a script may build it in the browser. Write a source of kind listing that says where the articles are (docs/reference/sources.md, Kind: listing), and try its settings")
	}
	src.Kind, src.Listing = sources.KindListing, found[0].Listing
	src.Listing.Paging = models.Paging{}
	result := readBody(ctx, src, body, header)
	if saved {
		result.Warnings = append(result.Warnings, "the address of the page is not known, so its relative links lead nowhere; give the address that it came from")
	}
	result.Proposals = listProposals(found)
	return result
}

func listProposals(found []sources.Proposal) []ListProposal {
	var list []ListProposal
	for _, f := range found {
		p := ListProposal{Settings: redact.Text(f.Settings()), Articles: len(f.Articles)}
		for _, a := range f.Articles[:min(len(f.Articles), proposalTitles)] {
			p.Titles = append(p.Titles, a.Title)
		}
		list = append(list, p)
	}
	return list
}

// readAsPage reads a page as one article.
func readAsPage(ctx context.Context, src models.Source, body []byte, header http.Header) TrialResult {
	page, err := sources.Open(src, nil).Page(ctx, body, header)
	if err != nil {
		return unreadable(src, sources.KindPage, err.Error())
	}
	a := TriedArticle{
		Title: page.Title, Link: redact.URL(cmp.Or(page.Canonical, src.URL)), PublishedRaw: page.PublishedRaw,
		Language: page.Language, Text: page.Text, TextState: string(models.BodyFull),
	}
	if !page.Published.IsZero() {
		a.Published = &page.Published
	}
	result := TrialResult{Source: src.ID, URL: redact.URL(src.URL), Kind: sources.KindPage, Records: 1, Articles: []TriedArticle{a}, Warnings: []string{}}
	if page.Text == "" {
		result.Warnings = append(result.Warnings, "the page has no readable text; a script may build it in the browser")
	}
	return result
}

// readAsPDF reads a PDF file as one article.
func readAsPDF(ctx context.Context, src models.Source, body []byte) TrialResult {
	doc, err := (&pdftext.Reader{Cache: cacheFolder("pdf")}).Read(ctx, body)
	if err != nil {
		return unreadable(src, "pdf", err.Error())
	}
	a := TriedArticle{Title: doc.Title, Link: redact.URL(src.URL), Text: doc.Text, TextState: string(models.BodyFull)}
	result := TrialResult{Source: src.ID, URL: redact.URL(src.URL), Kind: "pdf", Records: 1, Articles: []TriedArticle{a}, Warnings: []string{}}
	if doc.Truncated {
		result.Warnings = append(result.Warnings, fmt.Sprintf("the file has %d pages; only the first ones were read", doc.Pages))
	}
	return result
}
