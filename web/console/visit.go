package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"regwatch/app"
)

// A visit is one request with what its reader prefers.
type visit struct {
	*http.Request
	words

	Name  string   // of the reader, for the audit
	Role  app.Role // empty: may only read
	Theme string   // light or dark; empty: as the browser prefers
	Zone  *time.Location
	Now   time.Time
	Keys  bool // single keys do something
}

// MayEdit reports whether the reader may decide about events, rules and sources.
func (v *visit) MayEdit() bool { return v.Role.Allows(app.RoleEditor) }

// MayAdmin reports whether the reader may decide about users.
func (v *visit) MayAdmin() bool { return v.Role.Allows(app.RoleAdmin) }

// The names of the cookies in which a browser keeps what its reader prefers.
const (
	languageCookie = "regwatch_language"
	themeCookie    = "regwatch_theme"
	zoneCookie     = "regwatch_zone"
	keysCookie     = "regwatch_keys"
)

func (c *Console) newVisit(r *http.Request) *visit {
	actor, _ := app.ActorOf(r.Context())
	r = r.WithContext(app.WithActor(r.Context(), actor)) // without a name and a role it may do nothing
	v := &visit{Request: r, Name: actor.Name, Role: actor.Role, Zone: c.engine.Zone(), Now: c.engine.Now(), Keys: cookie(r, keysCookie) != "off"}
	v.words = words{preferredLanguage(r)}
	if theme := cookie(r, themeCookie); theme == "light" || theme == "dark" {
		v.Theme = theme
	}
	if zone, err := time.LoadLocation(cookie(r, zoneCookie)); err == nil && cookie(r, zoneCookie) != "" {
		v.Zone = zone
	}
	return v
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// preferredLanguage is the language that the reader chose, or the first of those that the
// browser asks for that the pages have. A cookie or header that is not valid counts as none.
func preferredLanguage(r *http.Request) string {
	tags := languageTags()
	matcher := language.NewMatcher(tags)
	asked, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if chosen, err := language.Parse(cookie(r, languageCookie)); err == nil {
		asked = append([]language.Tag{chosen}, asked...)
	}
	for _, tag := range asked {
		if _, i, confidence := matcher.Match(tag); confidence >= language.High {
			return tags[i].String()
		}
	}
	return tags[0].String()
}

// address is where the visit is, without the host, to return to.
func (v *visit) address() string { return v.URL.RequestURI() }

// localAddress returns an address of this console that a form names, or the inbox. It never
// leads to another site.
func localAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n") {
		return "/inbox"
	}
	return s
}

// A moment is a time as a page shows it.
type moment struct {
	ISO  string // for programs
	Text string // the clock today, the weekday within a week, and the date otherwise
	Full string // with date and zone
}

// when shows a time to the reader; the zero time is nothing.
func (v *visit) when(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.In(v.Zone)
	now := v.Now.In(v.Zone)
	m := moment{ISO: t.Format(time.RFC3339), Full: v.day(t) + " " + t.Format("15:04 MST")}
	switch days := daysBetween(t, now); {
	case days == 0:
		m.Text = t.Format("15:04")
	case 0 < days && days < 7:
		m.Text = v.weekday(t)
	case t.Year() == now.Year():
		m.Text = v.shortDay(t)
	default:
		m.Text = v.day(t)
	}
	return m
}

// daysBetween is how many midnights lie between two times of the same zone.
func daysBetween(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)) / (24 * time.Hour))
}
