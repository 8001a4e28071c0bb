package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regwatch/app"
)

func TestThePaletteFindsPagesRulesFiltersAndEvents(t *testing.T) {
	d := newDesk(t)
	d.post(t, "/filters", "name", "Licences", "query", "stage=licensing")
	d.get(t, "/go").wants(t, `href="/inbox"`, `href="/rules/crypto-ban"`, `href="/inbox?stage=licensing"`, "Keyboard shortcuts")
	page := d.get(t, "/go?q=Licence")
	page.wants(t, licence, "Licences", `value="Licence"`)
	page.lacks(t, `href="/sources" lang`)
	d.get(t, "/go?q=bans+CRYPTO").wants(t, `href="/rules/crypto-ban" lang`)
	d.get(t, "/go?q=%3Cscript%3Ezzz").wants(t, "No results.", `value="&lt;script&gt;zzz"`)
	d.get(t, "/go", "Accept-Language", "zh-HK").wants(t, "前往", "日曆")
	d.get(t, "/go").lacks(t, `href="/users"`)

	e := d.event(t, licence)
	page = d.get(t, "/go?back=/inbox&event="+e.ID)
	page.wants(t, "This event", `value="assign"`, `href="/mute?event=`+e.ID+`"`)
	d.post(t, "/act", "do", "assign", "event", e.ID, "back", "/inbox").wants(t, "Assigned to you")
	d.get(t, "/go?event="+e.ID).wants(t, `value="unassign"`)
	d.actor.Role = app.RoleReader
	page = d.get(t, "/go?event="+e.ID)
	page.lacks(t, `value="unassign"`, "/mute?event=", `href="/sources/new"`)
	if page := d.get(t, "/go?event=gone"); page.Code != http.StatusNotFound {
		t.Errorf("an event that is not stored: %d", page.Code)
	}
}

func TestWordsOfAnArticleBecomeATermOrAnException(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	rule := e.RuleIDs[0]
	d.get(t, "/events/"+e.ID).wants(t, `id="words"`, `name="text"`, "Add to rule as term", "Not this (exception)", `name="rule" value="`+rule+`"`)
	use := func(do, text, rule string) reply {
		return d.get(t, "/events/"+e.ID+"/words?"+url.Values{"do": {do}, "text": {text}, "rule": {rule}}.Encode())
	}
	page := use("term", "  Lantern\n Bay ", rule)
	if want := "/rules/" + rule + "/term?"; !strings.HasPrefix(page.Address, want) || !strings.Contains(page.Address, "text=Lantern+Bay") {
		t.Errorf("a term leads to %s", page.Address)
	}
	page.wants(t, "Lantern Bay")
	page = use("except", `海灣元 "quoted"`, rule)
	if !strings.HasPrefix(page.Address, "/events/"+e.ID+"/exception?") {
		t.Errorf("an exception leads to %s", page.Address)
	}
	page.wants(t, `&#34;海灣元 quoted&#34;`, `name="rule" value="`+rule+`"`)
	for _, tt := range [][3]string{{"term", " ", rule}, {"term", "words", "no-such-rule"}} {
		use(tt[0], tt[1], tt[2]).wants(t, "Select or write some words first.")
	}
	if page := use("other", "words", rule); page.Code != http.StatusNotFound {
		t.Errorf("an unknown action answers %d", page.Code)
	}
	d.actor.Role = app.RoleReader
	d.get(t, "/events/"+e.ID).lacks(t, `id="words"`)
}
