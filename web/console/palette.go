package console

import (
	"net/http"
	"slices"
	"strings"

	"regwatch/app"
	"regwatch/internal/text"
)

// A palette lists where one can go and what one can do, as far as it has the words that are looked
// for. The script opens it as a dialog.
type palette struct {
	Words  string
	Event  string // the event that the reader looks at; empty: none
	Back   string
	Groups []paletteGroup
	Does   []option      // actions on the event
	Title  string        // of the event
	Links  []paletteItem // pages about the event
}

// A paletteGroup is one kind of place.
type paletteGroup struct {
	Name  string
	Items []paletteItem
}

// A paletteItem leads somewhere.
type paletteItem struct{ Name, Address, Keys string }

// maxFoundEvents is how many events the palette lists.
const maxFoundEvents = 8

func (c *Console) showPalette(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	p := palette{Words: strings.TrimSpace(q.Get("q")), Back: localAddress(q.Get("back"))}
	words := strings.Fields(text.Fold(p.Words))
	has := func(name string) bool {
		folded := text.Fold(name)
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(folded, word) })
	}
	add := func(name string, all []paletteItem) {
		g := paletteGroup{Name: name}
		for _, item := range all {
			if has(item.Name) {
				g.Items = append(g.Items, item)
			}
		}
		if len(g.Items) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	if id := q.Get("event"); id != "" {
		if err := c.paletteActions(v, &p, id, has); err != nil {
			return err
		}
	}
	if len(words) > 0 {
		found, _, err := c.engine.NewestEvents(v.Context(), app.EventFilter{Text: p.Words}, maxFoundEvents)
		if err != nil {
			return err
		}
		var items []paletteItem
		for i := range found {
			e := found[len(found)-1-i]
			items = append(items, paletteItem{Name: e.Title, Address: "/events/" + e.ID})
		}
		add(v.T("Events"), items)
	}
	add(v.T("Pages"), v.palettePages())
	filters, err := c.savedFilters(v)
	if err != nil {
		return err
	}
	var items []paletteItem
	for _, f := range filters {
		items = append(items, paletteItem{Name: f.Name, Address: f.Address})
	}
	add(v.T("Saved filters"), items)
	items = nil
	for _, r := range c.engine.Folder().Rules.Rules() {
		items = append(items, paletteItem{Name: r.Title, Address: "/rules/" + r.ID})
	}
	add(v.T("Rules"), items)
	c.show(w, v, http.StatusOK, "go", v.T("Go to"), p)
	return nil
}

// palettePages are the pages that the reader may see.
func (v *visit) palettePages() []paletteItem {
	pages := []paletteItem{
		{v.T("Inbox"), "/inbox", "g i"},
		{v.T("Mine"), "/inbox?assignee=me", ""},
		{v.T("Unassigned"), "/inbox?assignee=nobody", ""},
		{v.T("Less certain"), "/inbox?certain=less", ""},
		{v.T("May belong to another"), "/inbox?belong=1", ""},
		{v.T("Calendar"), "/calendar", "g c"},
		{v.T("Reports"), "/reports", ""},
		{v.T("Rules"), "/rules", "g r"},
		{v.T("Sources"), "/sources", "g s"},
		{v.T("Sent"), "/sent", "g t"},
		{v.T("Digests"), "/sent/digests", ""},
		{v.T("Subscriptions"), "/sent/subscriptions", ""},
		{v.T("Mutes and exceptions"), "/sent/mutes", ""},
		{v.T("Audit"), "/audit", "g a"},
		{v.T("Status"), "/status", "g p"},
		{v.T("Keyboard shortcuts"), "/keys", "?"},
		{v.T("Settings"), "/settings", ""},
		{v.T("Tokens"), "/tokens", ""},
	}
	if v.MayEdit() {
		pages = append(pages, paletteItem{v.T("Add a source"), "/sources/new", ""}, paletteItem{v.T("New rule"), "/rules/new", ""})
	}
	if v.MayAdmin() {
		pages = append(pages, paletteItem{v.T("Users"), "/users", ""})
	}
	return pages
}

// paletteActions lists what can be done with the event that the reader looks at.
func (c *Console) paletteActions(v *visit, p *palette, id string, has func(string) bool) error {
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return err
	}
	p.Event, p.Title = e.ID, e.Title
	r := c.row(v, e.Event, "")
	does := []option{{"assign", v.T("Assign to me"), false}}
	if r.AssignedToMe {
		does = []option{{"unassign", v.T("Unassign"), false}}
	}
	does = append(does, option{"relevant", v.T("Relevant"), false}, option{"irrelevant", v.T("Not relevant"), false})
	if r.Closed {
		does = append(does, option{"reopen", v.T("Reopen"), false})
	}
	for _, o := range does {
		if v.MayEdit() && has(o.Name) {
			p.Does = append(p.Does, o)
		}
	}
	places := []paletteItem{{v.T("Evidence"), "/events/" + e.ID + "/evidence", ""}}
	if v.MayEdit() {
		places = append(places, paletteItem{v.T("Mute …"), "/mute?event=" + e.ID, "m"}, paletteItem{v.T("Merge, split, move"), "/events/" + e.ID + "/grouping", ""}, paletteItem{v.T("Not this …"), "/events/" + e.ID + "/exception", ""})
	}
	for _, item := range places {
		if has(item.Name) {
			p.Links = append(p.Links, item)
		}
	}
	return nil
}
