package sources

import (
	"errors"
	"net/url"
	"strings"

	"regwatch/internal/redact"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// redactError removes the secrets of the source from an error, because a server may
// repeat them. Every error that a Reader returns must go through it: errors are
// logged, stored and sent.
func (r *Reader) redactError(err error) error {
	e, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		return err
	}
	// Others may hold the same error.
	clean := *e
	clean.Text = r.redact(e.Text)[0]
	return &clean
}

// redact removes the secrets of the source and of the program from texts.
func (r *Reader) redact(texts ...string) []string {
	if len(texts) == 0 {
		return texts
	}
	own, all := r.secrets(), (*redact.Secrets)(nil)
	if r.client != nil {
		all = r.client.Secrets()
	}
	clean := make([]string, len(texts))
	for i, t := range texts {
		clean[i] = all.Scrub(own.Scrub(t))
	}
	return clean
}

// secrets returns the secrets in the requests of the source and its fallbacks.
func (r *Reader) secrets() *redact.Secrets {
	s := redact.New()
	for _, alternative := range append([]models.Source{r.src}, r.src.Fallback...) {
		for _, t := range []string{alternative.URL, alternative.Listing.Paging.Address, alternative.API.Paging.Address, alternative.API.Detail.Address, alternative.API.Post, alternative.API.Detail.Post} {
			s.AddIn(t)
		}
		for name, value := range alternative.Headers {
			switch {
			case fetch.IsSecretReference(value) && r.client != nil:
				if kept, err := r.client.ResolveSecret(name, value); err == nil {
					s.Add(kept)
				}
			case !fetch.IsSecretReference(value) && redact.SecretName(name):
				s.Add(value)
			}
		}
	}
	return s
}

// redactFetched removes the secrets of the source from what a fallback fetched.
func (r *Reader) redactFetched(f *models.Fetched) {
	if f == nil {
		return
	}
	for _, value := range []*string{&f.URL, &f.Date, &f.LastModified, &f.ETag, &f.ContentType, &f.ContentLanguage} {
		*value = r.redact(*value)[0]
	}
}

// displayTitle returns a title as readers see it.
func displayTitle(a models.Article) string {
	if a.Title == weblink.Title(a.Link) {
		return linkDisplayTitle(a.Link)
	}
	return text.Display(a.Title)
}

// linkDisplayTitle returns the title of an article of which only the link is known.
func linkDisplayTitle(link string) string { return text.Display(redact.URL(weblink.Title(link))) }

// stripOwnSecrets removes the secrets of the source from a link to its own address,
// such as that of a monitored page, because every alert shows it.
func (r *Reader) stripOwnSecrets(a *models.Article) {
	if !r.isOwnAddress(a.Link) {
		return
	}
	if without, secrets := redact.Split(a.Link); len(secrets) > 0 {
		a.Link, a.LinkKey = without, weblink.Key(without)
	}
}

// restoreOwnSecrets returns the address to fetch for a link, with the secrets that
// stripOwnSecrets removed.
func (r *Reader) restoreOwnSecrets(link string) string {
	if !r.isOwnAddress(link) {
		return link
	}
	without, _ := redact.Split(link)
	_, secrets := redact.Split(r.src.URL)
	return redact.Join(without, secrets)
}

// isOwnAddress reports whether a link leads to the address of the source, whatever its
// query.
func (r *Reader) isOwnAddress(link string) bool {
	u, err := url.Parse(link)
	own, err2 := url.Parse(r.src.URL)
	return err == nil && err2 == nil && u.Scheme == own.Scheme && strings.EqualFold(u.Host, own.Host) && u.Path == own.Path
}
