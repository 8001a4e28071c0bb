package console

import (
	"net/http"
	"slices"
	"time"
)

// settings is the page on which a reader chooses language, theme, time zone and keys. The
// choices stay in the browser.
type settings struct {
	Languages, Themes, Zones []option
	Keys                     bool
	Login                    bool // the reader has logged in, and can log out
	Password                 bool // the reader has one
	Problem                  string
	Sessions                 []sessionRow
}

// keepSettings is how long a browser keeps what its reader prefers, in seconds.
const keepSettings = 365 * 24 * 60 * 60

// zones are the time zones to choose from, besides that of regwatch.yaml and of the browser.
func zones() []string {
	return []string{"Asia/Hong_Kong", "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Asia/Dubai", "Europe/London", "Europe/Zurich", "Europe/Brussels", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "UTC"}
}

func (c *Console) showSettings(w http.ResponseWriter, v *visit) error {
	return c.showSettingsWith(w, v, http.StatusOK, "")
}

// showSettingsWith shows the settings with what is wrong with a password.
func (c *Console) showSettingsWith(w http.ResponseWriter, v *visit, code int, problem string) error {
	login := c.engine.Config().Web.Login
	s := settings{Keys: v.Keys, Login: login.Users || login.OIDC.Issuer != "", Problem: problem}
	self, known, err := c.engine.Self(v.Context())
	if err != nil {
		return err
	}
	s.Password = known && self.Login == "password"
	if s.Sessions, err = c.ownSessions(v); err != nil {
		return err
	}
	for _, l := range [][2]string{{"en", "English"}, {"zh-Hant", "繁體中文"}, {"zh-Hans", "简体中文"}} {
		s.Languages = append(s.Languages, option{l[0], l[1], l[0] == v.Lang})
	}
	for _, t := range []option{{"", v.T("As the browser"), false}, {"light", v.T("Light"), false}, {"dark", v.T("Dark"), false}} {
		t.Set = t.Value == v.Theme
		s.Themes = append(s.Themes, t)
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(zones(), v.Zone.String(), c.engine.Zone().String())))) {
		s.Zones = append(s.Zones, option{name, name, name == v.Zone.String()})
	}
	c.show(w, v, code, "settings", v.T("Settings"), s)
	return nil
}

func (c *Console) changeSettings(w http.ResponseWriter, v *visit) error {
	form := v.PostForm
	for cookie, value := range map[string]string{languageCookie: form.Get("language"), themeCookie: form.Get("theme"), zoneCookie: form.Get("zone")} {
		if cookie == zoneCookie {
			if _, err := time.LoadLocation(value); err != nil {
				value = ""
			}
		}
		if value == "" {
			setCookie(w, v.Request, cookie, "", -1)
		} else {
			setCookie(w, v.Request, cookie, value, keepSettings)
		}
	}
	if form.Get("keys") == "" {
		setCookie(w, v.Request, keysCookie, "off", keepSettings)
	} else {
		setCookie(w, v.Request, keysCookie, "", -1)
	}
	http.Redirect(w, v.Request, "/settings", http.StatusSeeOther)
	return nil
}
