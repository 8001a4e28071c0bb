package console

import (
	"net/http"
	"net/url"

	"regwatch/models"
)

// A savedFilter is a filter of the inbox with a name, in the navigation.
type savedFilter struct {
	ID, Name, Address string
	Team              bool
	Count             int
	Current           bool
}

// savedFilters returns the filters that the reader sees, with how many events each has. One
// that names a rule or a source that is gone has none.
func (c *Console) savedFilters(v *visit) ([]savedFilter, error) {
	stored, err := c.engine.SavedFilters(v.Context(), v.Name)
	if err != nil {
		return nil, err
	}
	filters := make([]savedFilter, len(stored))
	for i, f := range stored {
		filters[i] = savedFilter{ID: f.ID, Name: f.Name, Address: "/inbox?" + f.Query, Team: f.IsTeam()}
		q, err := url.ParseQuery(f.Query)
		if err != nil {
			continue
		}
		filters[i].Current = v.URL.Path == "/inbox" && saved(v.URL.Query()) == q.Encode()
		if counts, err := c.engine.CountEvents(v.Context(), readFilter(q).query(v)); err == nil {
			filters[i].Count = counts[0]
		}
	}
	return filters, nil
}

// changeFilters saves or removes a filter.
func (c *Console) changeFilters(w http.ResponseWriter, v *visit) error {
	back := localAddress(v.PostForm.Get("back"))
	if id := v.PostForm.Get("remove"); id != "" {
		f, err := c.engine.RemoveFilter(v.Context(), id, v.Name)
		if err != nil {
			return err
		}
		c.say(w, v, done{Text: v.T("Filter “%s” removed", f.Name), Undo: []undone{{Do: "savefilter " + ownerKind(f), Event: f.Name, ID: f.Query}}})
		http.Redirect(w, v.Request, back, http.StatusSeeOther)
		return nil
	}
	before, err := c.engine.SavedFilters(v.Context(), v.Name)
	if err != nil {
		return err
	}
	f, err := c.saveFilter(v, v.PostForm.Get("name"), v.PostForm.Get("query"), v.PostForm.Get("team") != "")
	if err != nil {
		return err
	}
	undo := undone{Do: "removefilter", ID: f.ID}
	for _, old := range before {
		if old.Name == f.Name && old.Owner == f.Owner { // the undo saves what was replaced
			undo = undone{Do: "savefilter " + ownerKind(f), Event: old.Name, ID: old.Query}
		}
	}
	c.say(w, v, done{Text: v.T("Filter “%s” saved", f.Name), Undo: []undone{undo}})
	http.Redirect(w, v.Request, "/inbox?"+f.Query, http.StatusSeeOther)
	return nil
}

func ownerKind(f models.SavedFilter) string {
	if f.IsTeam() {
		return "team"
	}
	return "private"
}

func (c *Console) saveFilter(v *visit, name, query string, team bool) (models.SavedFilter, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return models.SavedFilter{}, err
	}
	f := models.SavedFilter{Name: name, Query: saved(q)}
	if !team {
		f.Owner = v.Name
	}
	return c.engine.SaveFilter(v.Context(), f, v.Name)
}
