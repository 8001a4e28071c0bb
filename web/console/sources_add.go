package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"regwatch/app"
	"regwatch/app/newsource"
	"regwatch/models"
)

// A newSource is the page on which a source is added by its address: the address, then what
// was found there with its articles, then the save.
type newSource struct {
	URL, Name   string
	Roles       []option
	Kinds       []option
	Error       string
	Private     bool // the address is in a private network
	Running     bool
	Found       *app.SourcePreview
	How         string // it was found
	Articles    []foundArticle
	Matching    int
	OtherFeeds  []option // the other feeds of the page, by address
	FileAddress string
}

// A foundArticle is an article of a proposal with the rules that it matches.
type foundArticle struct {
	Title, Link string
	Published   moment
	Rules       []string
}

// newSourceOf reads what to add from an address or a form. addressOf is its inverse.
func newSourceOf(q url.Values) newsource.Request {
	return newsource.Request{URL: strings.TrimSpace(q.Get("url")), Name: strings.TrimSpace(q.Get("name")), Role: q.Get("role"), Kind: q.Get("kind")}
}

// addressOf is the page that shows what was found for a source to be added.
func addressOf(n newsource.Request) string {
	q := url.Values{"url": {n.URL}}
	for key, value := range map[string]string{"name": n.Name, "role": n.Role, "kind": n.Kind} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return address("/sources/new", q)
}

// showNewSource shows the form, and what was found if somebody looked just before. It reads no
// address itself: a link on another site must not make this machine read one.
func (c *Console) showNewSource(w http.ResponseWriter, v *visit) error {
	n := newSourceOf(v.URL.Query())
	p := newSource{URL: n.URL, Name: n.Name}
	for _, r := range []models.Role{models.Press, models.Regulator, models.Government} {
		p.Roles = append(p.Roles, option{string(r), v.role(r), string(r) == n.Role})
	}
	p.Kinds = []option{
		{"", v.T("Find out"), n.Kind == ""},
		{"feed", v.T("A feed"), n.Kind == "feed"},
		{"listing", v.T("The list of articles on the page"), n.Kind == "listing"},
		{"sitemap", v.T("A sitemap"), n.Kind == "sitemap"},
		{"page", v.T("Changes of the page itself"), n.Kind == "page"},
	}
	if j := c.jobs.last(findName(n)); j != nil {
		p.fill(v, j)
	}
	c.show(w, v, http.StatusOK, "sources-new", v.T("Add a source"), p)
	return nil
}

// findName names the search for a source.
func findName(n newsource.Request) string {
	return strings.Join([]string{"find", n.URL, n.Name, n.Role, n.Kind}, " ")
}

// find looks for what can be read at an address, or returns what was found just before.
func (c *Console) find(v *visit, n newsource.Request) (*job, error) {
	if j := c.jobs.last(findName(n)); j != nil && (!j.over() || j.err == nil) {
		return j, nil
	}
	return c.jobs.start(v.Context(), findName(n), func(ctx context.Context) (any, error) { return c.engine.PreviewSource(ctx, n) })
}

// findSource looks for what can be read at an address and shows it.
func (c *Console) findSource(w http.ResponseWriter, v *visit) error {
	n := newSourceOf(v.PostForm)
	if n.URL != "" {
		if _, err := c.find(v, n); err != nil {
			return err
		}
	}
	http.Redirect(w, v.Request, addressOf(n), http.StatusSeeOther)
	return nil
}

// fill adds what was found.
func (p *newSource) fill(v *visit, j *job) {
	if !j.over() {
		p.Running = true
		return
	}
	if _, private := errors.AsType[*newsource.PrivateHostError](j.err); private {
		p.Private = true
		return
	}
	if j.err != nil {
		p.Error = v.errorLine(j.err)
		return
	}
	found, _ := j.result.(app.SourcePreview)
	p.Found, p.Name = &found, found.Name
	p.FileAddress = "sources/" + found.ID + ".yaml"
	p.How = map[newsource.FoundBy]string{
		newsource.FoundGiven: v.T("The address can be read itself."), newsource.FoundNamed: v.T("The page names a feed."),
		newsource.FoundUsual: v.T("A feed is at an address where sites usually have one."), newsource.FoundList: v.T("The page has a list of articles, and no feed was found."),
	}[found.Found]
	for i := range p.Roles {
		p.Roles[i].Set = p.Roles[i].Value == found.Role
	}
	for i, a := range found.Articles {
		f := foundArticle{Title: a.Title, Link: a.Link}
		if a.Published != nil {
			f.Published = v.when(*a.Published)
		}
		for _, r := range found.Matches[i] {
			f.Rules = append(f.Rules, r.Title)
		}
		p.Matching += boolToInt(len(f.Rules) > 0)
		p.Articles = append(p.Articles, f)
	}
	for _, feed := range found.Feeds {
		p.OtherFeeds = append(p.OtherFeeds, option{feed.URL, feed.Title, false})
	}
}

// saveNewSource writes the file of the source that was previewed.
func (c *Console) saveNewSource(w http.ResponseWriter, v *visit) error {
	n := newSourceOf(v.PostForm)
	j, err := c.find(v, n)
	if err != nil {
		return err
	}
	if !j.over() || j.err != nil {
		http.Redirect(w, v.Request, addressOf(n), http.StatusSeeOther) // which says why
		return nil
	}
	preview, _ := j.result.(app.SourcePreview)
	saved, err := c.engine.AddSource(v.Context(), preview.Text, v.Name)
	if err != nil {
		return err
	}
	c.say(w, v, done{Text: v.T("Added: %s. Its first scan comes within a minute.", preview.Name), Undo: []undone{{Do: "remove-source", ID: saved.ID}}})
	known := c.engine.Folder().Sources
	if !slices.ContainsFunc(known, func(s models.Source) bool { return s.ID == saved.ID }) {
		http.Redirect(w, v.Request, "/sources", http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, v.Request, "/sources/"+saved.ID, http.StatusSeeOther)
	return nil
}
