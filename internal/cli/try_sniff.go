package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"regwatch/app"
	"regwatch/internal/pdftext"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/sources"
)

// A proposal is a way to read a page that no settings describe.
type proposal struct {
	Settings string   `json:"settings"` // lines for a source file
	Articles int      `json:"articles"`
	Titles   []string `json:"titles"` // of the first of them
}

// proposed is how many titles of a proposal are shown.
const proposed = 3

// sniff reads an answer that no settings describe as what it seems to be.
func (t *trial) sniff(ctx context.Context, src models.Source, body []byte, header http.Header) tried {
	at, err := url.Parse(src.URL)
	if err != nil {
		at = &url.URL{}
	}
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
		return t.propose(ctx, src, body, header, at)
	case sources.FormatArticle, sources.KindPage:
		result := tryPage(ctx, src, body, header)
		if src.Kind == "" {
			// It may be the list beside the text that somebody is after.
			result.Proposals = proposals(sources.Propose(ctx, body, header.Get("Content-Type"), at))
		}
		return result
	case sources.FormatPDF:
		return tryPDF(ctx, src, body)
	case sources.FormatJSON, sources.KindAPI:
		return unread(src, sources.KindAPI, "this is JSON: write a source of kind api that says where its articles stand (docs/reference/sources.md, Kind: api), and try it with --config")
	case sources.FormatChallenge:
		return unread(src, string(form), "this is a challenge page that only a browser can pass: ask the publisher for another way, or watch another source")
	default:
		return unread(src, string(form), "this is no feed, sitemap, page or JSON that could be read; if it is one, say so with --kind")
	}
	return t.read(ctx, src, body, header)
}

func unread(src models.Source, kind, why string) tried {
	return tried{Source: src.ID, URL: redact.URL(src.URL), Kind: kind, Articles: []triedArticle{}, Warnings: []string{}, Error: why}
}

// propose reads a page with a list by the settings that seem right for it.
func (t *trial) propose(ctx context.Context, src models.Source, body []byte, header http.Header, at *url.URL) tried {
	nowhere := src.URL == ""
	if nowhere {
		src.URL = unknownPlace
		at, _ = url.Parse(src.URL)
	}
	ways := sources.Propose(ctx, body, header.Get("Content-Type"), at)
	if len(ways) == 0 {
		return unread(src, sources.KindListing, "no list of articles was found in the page; scripts in a browser may build it. Say with --config where the articles stand (docs/reference/sources.md, Kind: listing)")
	}
	src.Kind, src.Listing = sources.KindListing, ways[0].Listing
	src.Listing.Paging = models.Paging{}
	result := t.read(ctx, src, body, header)
	if nowhere {
		result.Warnings = append(result.Warnings, "it is not known where the page came from, so its relative links lead nowhere: --url says it")
	}
	result.Proposals = proposals(ways)
	return result
}

// unknownPlace stands for the address of a saved page that nobody told (RFC 6761,
// section 6.4: no such name exists).
const unknownPlace = "https://saved-page.invalid/"

func proposals(ways []sources.Proposal) []proposal {
	var list []proposal
	for _, w := range ways {
		p := proposal{Settings: redact.Text(w.Settings()), Articles: len(w.Articles)}
		for _, a := range w.Articles[:min(len(w.Articles), proposed)] {
			p.Titles = append(p.Titles, a.Title)
		}
		list = append(list, p)
	}
	return list
}

// tryPage reads a page as the page of one article.
func tryPage(ctx context.Context, src models.Source, body []byte, header http.Header) tried {
	page, err := sources.Open(src, nil).Page(ctx, body, header)
	if err != nil {
		return unread(src, sources.KindPage, err.Error())
	}
	a := triedArticle{
		Title: page.Title, Link: redact.URL(cmp.Or(page.Canonical, src.URL)), PublishedRaw: page.PublishedRaw,
		Language: page.Language, Text: page.Text, TextState: string(models.BodyFull),
	}
	if !page.Published.IsZero() {
		a.Published = &page.Published
	}
	result := tried{Source: src.ID, URL: redact.URL(src.URL), Kind: sources.KindPage, Records: 1, Articles: []triedArticle{a}, Warnings: []string{}}
	if page.Text == "" {
		result.Warnings = append(result.Warnings, "the page has no readable text: it may be built by scripts in the browser")
	}
	return result
}

func tryPDF(ctx context.Context, src models.Source, body []byte) tried {
	doc, err := (&pdftext.Reader{Cache: app.CacheFolder("pdf")}).Read(ctx, body)
	if err != nil {
		return unread(src, "pdf", err.Error())
	}
	a := triedArticle{Title: doc.Title, Link: redact.URL(src.URL), Text: doc.Text, TextState: string(models.BodyFull)}
	result := tried{Source: src.ID, URL: redact.URL(src.URL), Kind: "pdf", Records: 1, Articles: []triedArticle{a}, Warnings: []string{}}
	if doc.Cut {
		result.Warnings = append(result.Warnings, fmt.Sprintf("the file has %d pages; only the beginning was read", doc.Pages))
	}
	return result
}

// look asks an address that no settings describe, and reads what it answers.
func (t *trial) look(ctx context.Context, src models.Source, client *sources.Client) tried {
	body, header, at, err := sources.Open(src, client).Download(ctx)
	if err != nil {
		why := err.Error()
		if refused, ok := errors.AsType[*sources.Error](err); ok && refused.Reason == sources.PrivateAddress {
			why += " (here: --allow-host)"
		}
		return unread(src, src.Kind, why)
	}
	src.URL = at
	result := t.sniff(ctx, src, body, header)
	if t.pages == 0 || result.Kind == sources.KindPage || result.Error != "" {
		return result
	}
	src.Kind = result.Kind
	return t.fetch(ctx, src, client)
}
