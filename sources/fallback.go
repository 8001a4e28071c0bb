package sources

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"regwatch/models"
)

// fallBack reads the source by the first of its other ways that answers. What
// failed stands in a warning, so that it is known to be in need of repair. A
// host that says that it was asked too often is not asked in another way.
func (r *Reader) fallBack(ctx context.Context, cursor models.Cursor, failed error) (models.Batch, error) {
	errs := []*Error{explain(&url.URL{}, 0, failed)}
	ways := []models.Source{r.src}
	for _, way := range r.src.Fallback {
		if resting(ways, errs, way.URL) {
			continue
		}
		// With the others at its side, its articles too are told by their links.
		way.Fallback = r.src.Fallback
		batch, err := (&Reader{src: way, client: r.client}).fetch(ctx, cursor)
		if ctx.Err() != nil {
			return models.Batch{Cursor: cursor}, explain(&url.URL{}, 0, ctx.Err())
		}
		if err != nil {
			errs = append(errs, explain(&url.URL{}, 0, err))
			ways = append(ways, way)
			continue
		}
		for i := range batch.Articles {
			batch.Articles[i].Source = r.src
			ownLink(&batch.Articles[i])
			if r.src.API.Detail != (models.Detail{}) {
				batch.Articles[i].GUID = "" // it names nothing at the address of the detail
			}
		}
		batch.Address, batch.MovedTo = "", "" // which tell of the source's own address
		instead := fmt.Sprintf("the %s at %s was read instead of what this source names first: %s", way.Kind, shownText(way.URL), joined(errs))
		batch.Warnings = append([]string{instead}, batch.Warnings...)
		return batch, nil
	}
	e := *errs[0]
	e.Text = joined(errs)
	e.Wait = shortest(errs)
	for _, other := range errs {
		e.unasked = e.unasked && other.unasked
	}
	return models.Batch{Cursor: cursor}, &e
}

// resting reports whether an address is of a host that wants to be left alone.
func resting(ways []models.Source, errs []*Error, address string) bool {
	for i, e := range errs {
		if (e.Reason == TooMany || e.Wait > 0) && sameHost(ways[i].URL, address) {
			return true
		}
	}
	return false
}

func joined(errs []*Error) string {
	var texts []string
	for _, e := range errs {
		texts = append(texts, e.Text)
	}
	return strings.Join(texts, "; and its fallback: ")
}

// shortest returns how long all ways want to be left alone; 0 if one does not.
func shortest(errs []*Error) time.Duration {
	wait := errs[0].Wait
	for _, e := range errs {
		wait = min(wait, e.Wait)
	}
	return wait
}

func shownText(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "its address"
	}
	return shown(u)
}

// tellByLink marks the articles whose link tells them when the source is read
// in another way, whose ids may be others: a link of their own, which is not
// that of the source or its site. Of the rest it cannot be known, and in doubt
// an article is new.
func tellByLink(articles []models.Article, home []string) {
	links := make(map[string]int)
	for _, a := range articles {
		links[a.LinkKey]++
	}
	for i := range articles {
		a := &articles[i]
		a.ByLink = a.LinkKey != "" && links[a.LinkKey] == 1 && !isHome(a.Link, home)
	}
}

// ownLink makes the identity of an article that a fallback gave. Its ids and
// texts are those of another interface: they neither tell it from the articles
// of the source, nor is it an edit if they differ from what was said before.
func ownLink(a *models.Article) {
	if a.ByLink {
		a.Identity, a.Formers = models.LinkIdentity(a.LinkKey), nil
		a.FeedHash = models.HashOf("fallback")
	}
}
