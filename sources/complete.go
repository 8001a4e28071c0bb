package sources

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/dustin/go-humanize"

	"regwatch/internal/charset"
	"regwatch/internal/diag"
	"regwatch/internal/htmltext"
	"regwatch/internal/lang"
	"regwatch/internal/pdftext"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

const acceptPage = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"

// Complete fetches the page of an article, or the JSON that the source has for it, and
// returns the article with that text as its body. A text that says less than the
// summary does not replace it; one that lacks what the summary says comes after it. On
// error, which is of type [*Error], the article is unchanged.
func (r *Reader) Complete(ctx context.Context, a models.Article) (models.Article, error) {
	full, err := r.complete(ctx, a)
	return full, r.redactError(err)
}

func (r *Reader) complete(ctx context.Context, a models.Article) (models.Article, error) {
	if req, ok := r.detailRequest(a); ok {
		return r.completeDetail(ctx, a, req)
	}
	u, err := url.Parse(r.restoreOwnSecrets(a.Link))
	if err != nil || a.Link == "" {
		return a, fetch.Errorf(fetch.NoText, "the article has no link to a page")
	}
	resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: acceptPage})
	if err != nil {
		return a, err
	}
	if page.IsPDF(resp.Body, resp.ContentType) {
		return r.completePDF(ctx, a, resp)
	}
	p, err := r.page(ctx, resp)
	if err != nil {
		return a, err
	}
	if a.PublishedAt.IsZero() && !p.Published.IsZero() {
		a.PublishedAt, a.PublishedRaw = p.Published, p.PublishedRaw
	}
	// A canonical address may differ from the links of a fallback, which must match.
	if key := r.canonicalKey(ctx, p.Canonical, a.Link); key != "" && len(r.src.Fallback) == 0 {
		a.LinkKey = key
	}
	a.Partial = nil
	if p.Truncated {
		a.Partial = &models.Partial{Of: models.PartialHTML}
	}
	a.Problem = PartialText(a.Partial).String()
	body := page.DropTitle(p.Text, a.Title)
	if len(body) < page.MinText && len(body) <= len(a.Body) {
		return a, fetch.Errorf(fetch.NoText, "%s has no readable text: scripts may build it in the browser; using the summary instead", weblink.Display(resp.URL))
	}
	if a.Title == htmltext.Truncate(linkDisplayTitle(a.Link), maxTitle-1) && p.Title != "" {
		a.Title = htmltext.Truncate(p.Title, maxTitle-1) // it had the link as its title
	}
	return r.setText(a, body, resp, page.Version), nil
}

// setText returns an article with a text as its body, and the response that gave the text, with the version of its extraction.
// The response also counts if nothing is known of another, as of an article stored before.
func (r *Reader) setText(a models.Article, text string, resp fetch.Response, version int) models.Article {
	text = page.DropTitle(text, a.Title)
	longer := len(text) > len(a.Body)
	if longer || a.Fetched == nil {
		if a.Fetched = r.fetched(resp); a.Fetched != nil {
			a.Fetched.Extraction = version
		}
	}
	if longer {
		a.Body = htmltext.TruncateBytes(withSummary(text, a.Body, a.Title), maxBody)
	}
	a.BodyState = models.BodyFull
	a.Language = lang.Detect(a.Title+"\n"+a.Body, cmp.Or(a.Language, r.src.Language))
	return a
}

// Page reads the body of a page as if the source's address had sent it. Its errors are
// of type [*Error].
func (r *Reader) Page(ctx context.Context, body []byte, header http.Header) (page.Page, error) {
	u, err := url.Parse(r.src.URL)
	if err != nil {
		return page.Page{}, fetch.Errorf(fetch.BadAddress, "the url of the source is not a web address")
	}
	p, err := r.page(ctx, fetch.Response{URL: u, ContentType: header.Get("Content-Type"), Language: header.Get("Content-Language"), Body: body})
	return p, r.redactError(err)
}

// page reads the page of a response.
func (r *Reader) page(ctx context.Context, resp fetch.Response) (page.Page, error) {
	if err := requireHTML(resp); err != nil {
		return page.Page{}, err
	}
	text, _ := charset.Decode(resp.Body, resp.ContentType)
	if page.IsChallenge(ctx, text) {
		return page.Page{}, fetch.Errorf(fetch.Refused, "%s sent a challenge page that only a browser can pass: using the summary instead", weblink.Display(resp.URL))
	}
	var p page.Page
	var err error
	ok := htmltext.Safely(func() { p, err = page.Read(ctx, text, resp.URL, r.dateSetting()) })
	if err != nil {
		return page.Page{}, readingError(resp.URL, err)
	}
	if !ok {
		return page.Page{}, fetch.Errorf(fetch.NoText, "the HTML of %s cannot be parsed: using the summary instead", weblink.Display(resp.URL))
	}
	p.Language = lang.Detect(p.Title+"\n"+p.Text, cmp.Or(p.Language, r.src.Language, resp.Language))
	return p, nil
}

// readingError says why the reading of a page was stopped.
func readingError(u *url.URL, err error) *fetch.Error {
	if errors.Is(err, htmltext.ErrTreeWait) {
		return &fetch.Error{
			Reason: fetch.TimedOut, Unread: true, Err: err,
			Text: fmt.Sprintf("%s was not read, because other pages took all memory that pages may take for %s; regwatch will retry at the next scan", weblink.Display(u), htmltext.MaxTreeWait),
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		e := fetch.Errorf(fetch.TimedOut, "reading %s took more than %s and was stopped: the page is very large, or a selector is slow on it", weblink.Display(u), page.MaxTime)
		e.Err = err
		return e
	}
	return fetch.Describe(u, 0, err)
}

// requireHTML returns an error if the label of a response says that it is not a web
// page.
func requireHTML(resp fetch.Response) error {
	kind, _, _ := strings.Cut(strings.ToLower(resp.ContentType), ";")
	kind = strings.TrimSpace(kind)
	switch {
	case kind == "" || strings.Contains(kind, "html") || strings.Contains(kind, "xml") || kind == "text/plain" || kind == "application/octet-stream":
		return nil
	}
	return fetch.Errorf(fetch.NoText, "%s is not a web page (%s): using the summary instead", weblink.Display(resp.URL), kind)
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
	a = r.setText(a, doc.Text, resp, page.PDFVersion)
	a.Partial = PartOfPDF(doc)
	a.Problem = PartialText(a.Partial).String()
	return a, nil
}

// PartOfPDF says which part of a PDF its text is; nil if it is complete.
func PartOfPDF(doc pdftext.Document) *models.Partial {
	switch {
	case !doc.Truncated && doc.Unreadable > 0:
		return &models.Partial{Of: models.PartialPDFFonts, Pages: doc.Pages, Read: doc.Read}
	case !doc.Truncated:
		return nil
	case doc.Read < doc.Pages:
		return &models.Partial{Of: models.PartialPDFPages, Pages: doc.Pages, Read: doc.Read}
	}
	return &models.Partial{Of: models.PartialPDFText, Pages: doc.Pages, Read: doc.Read}
}

// PartialText says which part of its page the text of an article is; empty if it is all of it.
func PartialText(p *models.Partial) diag.Text {
	switch {
	case p == nil:
		return ""
	case p.Of == models.PartialPDFPages:
		return diag.Textf("The PDF has %d pages; this is the text of the first %d.", p.Pages, p.Read)
	case p.Of == models.PartialPDFText:
		return diag.Textf("The PDF has more than %d MiB of text; this is its beginning.", pdftext.MaxText>>20)
	}
	if p.Of == models.PartialPDFFonts {
		return "Some lines of the PDF are left out, because their fonts do not say which characters they show."
	}
	return diag.Textf("The page has more than %d MiB or %s tags, texts and attributes; only its beginning was read.", htmltext.MaxPage>>20, humanize.Comma(htmltext.MaxParts))
}

// pdfError says why a PDF has no text.
func pdfError(err error, resp fetch.Response) *fetch.Error {
	at := fmt.Sprintf("%s is a PDF of %s", weblink.Display(resp.URL), humanize.Bytes(uint64(len(resp.Body))))
	switch {
	case errors.Is(err, pdftext.ErrPassword):
		return fetch.Errorf(fetch.NoText, "%s that is locked by a password: using the summary instead", at)
	case errors.Is(err, pdftext.ErrNoText):
		return fetch.Errorf(fetch.NoText, "%s that contains only scanned images: using the summary instead", at)
	case errors.Is(err, pdftext.ErrGarbled):
		return fetch.Errorf(fetch.NoText, "%s whose fonts do not say which characters they show, so that it cannot be read as text: using the summary instead", at)
	case errors.Is(err, pdftext.ErrTimeout):
		e := fetch.Errorf(fetch.NoText, "%s that takes more than a minute to read: using the summary instead", at)
		e.Costly = true
		return e
	case errors.Is(err, pdftext.ErrMemory):
		e := fetch.Errorf(fetch.NoText, "%s that unpacks to more than %d MiB: using the summary instead", at, pdftext.MaxMemory>>20)
		e.Costly = true
		return e
	case errors.Is(err, pdftext.ErrDamaged):
		return fetch.Errorf(fetch.NoText, "%s that is damaged: using the summary instead", at)
	}
	e := fetch.Errorf(fetch.NoText, "%s that could not be read: using the summary instead", at)
	e.Err = err
	return e
}

// minSummaryWords is the number of words, or Han characters, below which a summary is
// only a label.
const minSummaryWords = 4

// withSummary returns the text of a page, after the summary unless the page contains
// that. The page may be a paywall, a cookie notice or a login form, and the summary is
// then the only content.
func withSummary(page, summary, title string) string {
	if summary == "" || coversSummary(title+"\n\n"+page, summary) {
		return page
	}
	return summary + "\n\n" + page
}

// coversSummary reports whether a page contains at least half of the three-word
// sequences of a summary.
func coversSummary(page, summary string) bool {
	words := text.Tokens(summary)
	if len(words) < minSummaryWords {
		return true
	}
	wanted := make(map[string]bool)
	for i := range len(words) - 2 {
		wanted[trigram(words[i:])] = true
	}
	total := len(wanted)
	have := text.Tokens(page)
	for i := 0; i+2 < len(have); i++ {
		if delete(wanted, trigram(have[i:])); len(wanted)*2 <= total {
			return true
		}
	}
	return false
}

// trigram returns the first three words as one text.
func trigram(words []text.Token) string {
	return strings.Join([]string{words[0].Text, words[1].Text, words[2].Text}, " ")
}
