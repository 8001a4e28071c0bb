package sources

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"regwatch/models"
)

// fetchFallback reads the source by the first of its other ways that answers. What
// failed stands in a warning, so that it is known to be in need of repair. A
// host that says that it was asked too often is not asked in another way.
func (r *Reader) fetchFallback(ctx context.Context, cursor models.Cursor, failed error) (models.Batch, error) {
	errs := []*Error{describeError(&url.URL{}, 0, failed)}
	tried := []models.Source{r.src}
	for _, alternative := range r.src.Fallback {
		if inCooldown(tried, errs, alternative.URL) {
			continue
		}
		// With the others at its side, its articles too are told by their links.
		alternative.Fallback = r.src.Fallback
		batch, err := (&Reader{src: alternative, client: r.client}).fetch(ctx, cursor)
		if ctx.Err() != nil {
			return models.Batch{Cursor: cursor}, describeError(&url.URL{}, 0, ctx.Err())
		}
		if err != nil {
			errs = append(errs, describeError(&url.URL{}, 0, err))
			tried = append(tried, alternative)
			continue
		}
		for i := range batch.Articles {
			batch.Articles[i].Source = r.src
			useLinkIdentity(&batch.Articles[i])
			if r.src.API.Detail != (models.Detail{}) {
				batch.Articles[i].GUID = "" // it names nothing at the address of the detail
			}
		}
		batch.Address, batch.MovedTo = "", "" // which tell of the source's own address
		instead := fmt.Sprintf("the %s at %s was read instead of what this source names first: %s", alternative.Kind, displayAddress(alternative.URL), joinTexts(errs))
		batch.Warnings = append([]string{instead}, batch.Warnings...)
		return batch, nil
	}
	e := *errs[0]
	e.Text = joinTexts(errs)
	e.Wait = shortestWait(errs)
	for _, other := range errs {
		e.skipped = e.skipped && other.skipped
	}
	return models.Batch{Cursor: cursor}, &e
}

// inCooldown reports whether an address is of a host that wants to be left alone.
func inCooldown(tried []models.Source, errs []*Error, address string) bool {
	for i, e := range errs {
		if (e.Reason == TooMany || e.Wait > 0) && sameHost(tried[i].URL, address) {
			return true
		}
	}
	return false
}

func joinTexts(errs []*Error) string {
	var texts []string
	for _, e := range errs {
		texts = append(texts, e.Text)
	}
	return strings.Join(texts, "; and its fallback: ")
}

// shortestWait returns how long all ways want to be left alone; 0 if one does not.
func shortestWait(errs []*Error) time.Duration {
	wait := errs[0].Wait
	for _, e := range errs {
		wait = min(wait, e.Wait)
	}
	return wait
}

func displayAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "its address"
	}
	return displayURL(u)
}

// markByLink marks the articles whose link tells them when the source is read
// in another way, whose ids may be others: a link of their own, which is not
// that of the source or its site. Of the rest it cannot be known, and in doubt
// an article is new.
func markByLink(articles []models.Article, home []string) {
	links := make(map[string]int)
	for _, a := range articles {
		links[a.LinkKey]++
	}
	for i := range articles {
		a := &articles[i]
		a.ByLink = a.LinkKey != "" && links[a.LinkKey] == 1 && !isHomeAddress(a.Link, home)
	}
}

// useLinkIdentity makes the identity of an article that a fallback gave. Its ids and
// texts are those of another interface: they neither tell it from the articles
// of the source, nor is it an edit if they differ from what was said before.
func useLinkIdentity(a *models.Article) {
	if a.ByLink {
		a.Identity, a.Formers = models.LinkIdentity(a.LinkKey), nil
		a.FeedHash = models.HashOf("fallback")
	}
}
