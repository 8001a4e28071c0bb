package web

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/signedlink"
	"regwatch/models"
)

// empty names the fields of words that say nothing, or lack a place for a name.
func empty(w words) []string {
	var names []string
	v := reflect.ValueOf(w)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			if f.String() == "" || strings.Count(f.String(), "%") != strings.Count(reflect.ValueOf(english).Field(i).String(), "%") {
				names = append(names, name)
			}
		case reflect.Struct:
			if n := f.Interface().(notice); n.Title == "" || n.Text == "" {
				names = append(names, name)
			}
		}
	}
	return names
}

func TestAnEventIsToldInTheReadersLanguage(t *testing.T) {
	s := newSite(t, func(n *models.Notice) { n.Content.Language = "zh-Hant" })
	s.wants(http.MethodGet, s.link(signedlink.Event), nil, http.StatusOK, "高 · Example News", "尚未有人跟進。", "由我跟進")
}

func TestAReaderTakesAnEventAndGivesItBack(t *testing.T) {
	s := newSite(t, nil)
	s.takes = []models.Take{{EventID: "01JE", By: "Ada"}}
	link := s.link(signedlink.Event)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Hong Kong &lt;b&gt;&amp; coins", `href="https://news.example/1?a=1&amp;b=2"`, "HIGH · Example News", "Taken by Ada", "I take it")
	s.wants(http.MethodPost, link, url.Values{"do": {"take"}}, http.StatusOK, "You have taken it.", "Taken by Ada, legal@example.org", "Give it back")
	want := []models.Take{{EventID: "01JE", By: "Ada"}, {EventID: "01JE", By: "legal@example.org"}}
	if diff := cmp.Diff(want, s.takes); diff != "" {
		t.Errorf("takes (-want +got):\n%s", diff)
	}
	s.wants(http.MethodPost, link, url.Values{"do": {"untake"}}, http.StatusOK, "You have given it back.", "I take it")
	if len(s.takes) != 1 {
		t.Errorf("takes %v, want Ada's alone", s.takes)
	}
	s.wants(http.MethodPost, link, url.Values{"do": {"close"}}, http.StatusBadRequest)
}

func TestAnArticlesAddressMustBeOfTheWeb(t *testing.T) {
	s := newSite(t, func(n *models.Notice) { n.Content.Alert.Link = "javascript:alert(1)" })
	if text := s.wants(http.MethodGet, s.link(signedlink.Event), nil, http.StatusOK); strings.Contains(text, "javascript") {
		t.Errorf("the page links to a script:\n%s", text)
	}
}
