package sources

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// fetchFallback reads the source through its first fallback that responds. A warning
// says what failed, so that somebody repairs it. A host in a cooldown is not asked
// again under another address.
func (r *Reader) fetchFallback(ctx context.Context, cursor models.Cursor, failed error) (models.Batch, error) {
	errs := []*fetch.Error{fetch.Describe(&url.URL{}, 0, failed)}
	tried := []models.Source{r.src}
	for _, alternative := range r.src.Fallback {
		if inCooldown(tried, errs, alternative.URL) {
			continue
		}
		// Its articles too are identified by their links, because the source has
		// fallbacks.
		alternative.Fallback = r.src.Fallback
		batch, err := (&Reader{src: alternative, client: r.client}).fetch(ctx, cursor)
		if ctx.Err() != nil {
			return models.Batch{Cursor: cursor}, fetch.Describe(&url.URL{}, 0, ctx.Err())
		}
		if err != nil {
			errs = append(errs, fetch.Describe(&url.URL{}, 0, err))
			tried = append(tried, alternative)
			continue
		}
		for i := range batch.Articles {
			batch.Articles[i].Source = r.src
			r.redactFetched(batch.Articles[i].Fetched)
			useLinkIdentity(&batch.Articles[i])
			if r.src.API.Detail != (models.Detail{}) {
				batch.Articles[i].GUID = "" // the detail does not know this id
			}
		}
		batch.Address, batch.MovedTo = "", "" // these describe the source's own address
		instead := fmt.Sprintf("read the %s at %s as a fallback, because the source itself failed: %s", alternative.Kind, displayAddress(alternative.URL), joinTexts(errs))
		batch.Warnings = append([]string{instead}, batch.Warnings...)
		return batch, nil
	}
	e := *errs[0]
	e.Text = joinTexts(errs)
	e.Wait = shortestWait(errs)
	for _, other := range errs {
		e.Unsent = e.Unsent && other.Unsent
	}
	return models.Batch{Cursor: cursor}, &e
}

// inCooldown reports whether the host of an address asked for a pause.
func inCooldown(tried []models.Source, errs []*fetch.Error, address string) bool {
	for i, e := range errs {
		if (e.Reason == fetch.TooManyRequests || e.Wait > 0) && sameHost(tried[i].URL, address) {
			return true
		}
	}
	return false
}

func joinTexts(errs []*fetch.Error) string {
	var texts []string
	for _, e := range errs {
		texts = append(texts, e.Text)
	}
	return strings.Join(texts, "; its fallback: ")
}

// shortestWait returns how long all alternatives asked for a pause; 0 if one did not.
func shortestWait(errs []*fetch.Error) time.Duration {
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
	return weblink.Display(u)
}

// markByLink marks the articles that are identified by their link across the source
// and its fallbacks, whose ids may differ. Such a link is unique in the batch and not
// the address of the source or its site. Other articles count as new when in doubt.
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

// useLinkIdentity sets the identity of an article from a fallback. Ids and texts of
// another interface neither identify the article nor count as an edit of it.
func useLinkIdentity(a *models.Article) {
	if a.ByLink {
		a.Identity, a.Formers, a.Retitled = models.LinkIdentity(a.LinkKey), nil, ""
		if former := models.LinkIdentity(weblink.FormerKey(a.Link)); former != a.Identity {
			a.Formers = []string{former}
		}
		a.FeedHash = models.HashOf("fallback")
	}
}
