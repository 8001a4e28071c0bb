package events

import (
	"cmp"

	"regwatch/events/similarity"
	"regwatch/internal/site"
	"regwatch/models"
)

// Profile returns what a model compares of an article.
func Profile(m *similarity.Model, a models.Article) similarity.Profile {
	return m.Profile(similarity.Text{
		Title: a.Title, Body: a.Body, Outlet: cmp.Or(site.Of(a.Link), a.SourceID), Places: placesIn(a.Title, a.Body), At: timestamp(a),
	})
}
