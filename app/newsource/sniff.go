package newsource

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"regwatch/app/webclient"
	"regwatch/internal/diag"
	"regwatch/internal/pdftext"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/sources/feed"
	"regwatch/sources/page"
	"regwatch/sources/propose"
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
func sniffBody(ctx context.Context, src models.Source, body []byte, header http.Header) Result {
	at := AddressOf(src)
	form := propose.Format(src.Kind)
	if page.IsPDF(body, "") {
		form = propose.FormatPDF
	} else if src.Kind == "" {
		form = sources.Sniff(ctx, body, header.Get("Content-Type"), at)
	}
	switch form {
	case propose.FormatFeed, propose.FormatJSONFeed:
		src.Kind = sources.KindFeed
	case propose.FormatSitemap:
		src.Kind = sources.KindSitemap
	case propose.FormatListing:
		result := readAsList(ctx, src, body, header)
		result.Feeds = feedsOf(ctx, body, header, at)
		return result
	case propose.FormatArticle, sources.KindPage:
		result := readAsPage(ctx, src, body, header)
		result.Feeds = feedsOf(ctx, body, header, at)
		if src.Kind == "" { // the person may want the list beside the text
			result.Proposals = listProposals(sources.Propose(ctx, body, header.Get("Content-Type"), at, time.Now()))
		}
		return result
	case propose.FormatPDF:
		return readAsPDF(ctx, src, body)
	case propose.FormatJSON, sources.KindAPI:
		return unreadable(src, sources.KindAPI, diag.Inputf("this is JSON: write a source of kind api that says where the articles are (docs/reference/sources.md, Kind: api), and try its settings"))
	case propose.FormatChallenge:
		return unreadable(src, string(form), diag.Inputf("this is a challenge page that only a browser can pass: ask the publisher for another way, or use another source"))
	default:
		return unreadable(src, string(form), diag.Inputf("this is no feed, sitemap, page or JSON that regwatch can read; if you know its kind, give the kind"))
	}
	return readBody(ctx, src, body, header)
}

// feedsOf returns the feeds that a page names, those of comments last.
func feedsOf(ctx context.Context, body []byte, header http.Header, at *url.URL) []OtherFeed {
	_, feeds := feed.Links(ctx, body, header.Get("Content-Type"), at)
	slices.SortStableFunc(feeds, func(a, b feed.Link) int { return cmp.Compare(ofComments(a), ofComments(b)) })
	return otherFeeds(feeds)
}

// AddressOf is the address of a source, which relative links start from.
func AddressOf(src models.Source) *url.URL {
	if at, err := url.Parse(src.URL); err == nil {
		return at
	}
	return &url.URL{}
}

// readAsList reads a page by the best settings that can be found for it.
func readAsList(ctx context.Context, src models.Source, body []byte, header http.Header) Result {
	saved := src.URL == ""
	if saved {
		src.URL = unknownAddress
	}
	found := sources.Propose(ctx, body, header.Get("Content-Type"), AddressOf(src), time.Now())
	if len(found) == 0 {
		return unreadable(src, sources.KindListing, diag.Inputf("no list of articles was found in the page; a script may build it in the browser. Write a source of kind listing that says where the articles are (docs/reference/sources.md, Kind: listing), and try its settings"))
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

func listProposals(found []propose.Proposal) []ListProposal {
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
func readAsPage(ctx context.Context, src models.Source, body []byte, header http.Header) Result {
	read, err := sources.Open(src, nil).Page(ctx, body, header)
	if err != nil {
		return unreadable(src, sources.KindPage, err)
	}
	a := Article{
		Title: read.Title, Link: redact.URL(cmp.Or(read.Canonical, src.URL)), PublishedRaw: read.PublishedRaw,
		Language: read.Language, Text: read.Text, TextState: string(models.BodyFull),
	}
	if !read.Published.IsZero() {
		a.Published = &read.Published
	}
	result := Result{Source: src.ID, URL: redact.URL(src.URL), Kind: sources.KindPage, Records: 1, Articles: []Article{a}, Warnings: []string{}}
	if read.Truncated {
		result.Warnings = append(result.Warnings, "the page has more than "+page.Limits)
	}
	if read.Text == "" {
		result.Warnings = append(result.Warnings, "the page has no readable text; a script may build it in the browser")
	}
	return result
}

// readAsPDF reads a PDF file as one article.
func readAsPDF(ctx context.Context, src models.Source, body []byte) Result {
	doc, err := (&pdftext.Reader{Cache: webclient.CacheFolder("pdf")}).Read(ctx, body)
	if err != nil {
		return unreadable(src, "pdf", err)
	}
	a := Article{Title: doc.Title, Link: redact.URL(src.URL), Text: doc.Text, TextState: string(models.BodyFull), Pages: doc.Pages}
	result := Result{Source: src.ID, URL: redact.URL(src.URL), Kind: "pdf", Records: 1, Articles: []Article{a}, Warnings: []string{}}
	if part := sources.PartialText(sources.PartOfPDF(doc)).String(); part != "" {
		result.Warnings = append(result.Warnings, part)
	}
	return result
}
