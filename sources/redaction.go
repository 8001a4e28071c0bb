package sources

import (
	"errors"
	"net/url"
	"strings"

	"regwatch/internal/redact"
	"regwatch/internal/text"
	"regwatch/models"
)

// redacted returns an error without the secrets of the source, which a server may
// repeat in its answer. All that a Reader returns goes through it: it is logged,
// stored and sent.
func (r *Reader) redactError(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	// The error may be one that others are given too.
	clean := *e
	clean.Text = r.redact(e.Text)[0]
	return &clean
}

// scrub returns texts for people without the secrets of the source and of the
// program.
func (r *Reader) redact(texts ...string) []string {
	if len(texts) == 0 {
		return texts
	}
	own, all := r.secrets(), (*redact.Secrets)(nil)
	if r.client != nil {
		all = r.client.options.Secrets
	}
	clean := make([]string, len(texts))
	for i, t := range texts {
		clean[i] = all.Scrub(own.Scrub(t))
	}
	return clean
}

// secrets are what a request of the source or of its fallbacks may hold that
// nobody else may see.
func (r *Reader) secrets() *redact.Secrets {
	s := redact.New()
	for _, alternative := range append([]models.Source{r.src}, r.src.Fallback...) {
		for _, t := range []string{alternative.URL, alternative.Listing.Paging.Address, alternative.API.Paging.Address, alternative.API.Detail.Address, alternative.API.Post, alternative.API.Detail.Post} {
			s.AddIn(t)
		}
		for name, value := range alternative.Headers {
			switch {
			case isSecretReference(value) && r.client != nil:
				if kept, err := r.client.resolveSecret(name, value); err == nil {
					s.Add(kept)
				}
			case !isSecretReference(value) && redact.SecretName(name):
				s.Add(value)
			}
		}
	}
	return s
}

// displayTitle returns a title as readers see it.
func displayTitle(a models.Article) string {
	if a.Title == linkTitle(a.Link) {
		return linkDisplayTitle(a.Link)
	}
	return text.Display(a.Title)
}

// linkDisplayTitle is the title of an article of which only the link is known.
func linkDisplayTitle(link string) string { return text.Display(redact.URL(linkTitle(link))) }

// stripOwnSecrets takes the secrets of the source out of a link that leads to its own
// address, as that of a watched page does: every reader of an alert sees it.
func (r *Reader) stripOwnSecrets(a *models.Article) {
	if !r.isOwnAddress(a.Link) {
		return
	}
	if without, secrets := redact.Split(a.Link); len(secrets) > 0 {
		a.Link, a.LinkKey = without, LinkKey(without)
	}
}

// asked returns what is asked for to read a link: the secrets that stripOwnSecrets took
// out are in it again.
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
