package web

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
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
			for j := range f.NumField() {
				if f.Field(j).String() == "" {
					names = append(names, name+"."+f.Type().Field(j).Name)
				}
			}
		}
	}
	return names
}

func TestEventPageIsInTheReadersLanguage(t *testing.T) {
	s := newSite(t, func(m *app.Mail) { m.Language = "zh-Hant" })
	s.wants(http.MethodGet, s.link(signedlink.Event), nil, http.StatusOK, "尚未有人跟進。", "由我跟進")
}

func TestReaderActsOnAnEventAndUndoesIt(t *testing.T) {
	tests := []struct {
		purpose     signedlink.Purpose
		do, undo    string
		before      []string
		done        []string
		undoneShows string
	}{
		{signedlink.Event, "take", "untake", []string{"Assigned to Ada", ">Assign to me<"}, []string{"The event is assigned to you.", "Assigned to Ada, legal@example.org", ">Unassign<"}, ">Assign to me<"},
		{signedlink.Dismiss, "dismiss", "undismiss", []string{">Not relevant<", "Assigned to Ada"}, []string{"Marked as not relevant by legal@example.org", ">Undo<"}, ">Not relevant<"},
		{signedlink.Mute, "mute", "unmute", []string{">Mute 7 days<", "Assigned to Ada"}, []string{"Muted until then by legal@example.org", ">Unmute<"}, ">Mute 7 days<"},
		{signedlink.Merge, "merge", "unmerge", []string{">Same event<", "It may belong to “Another &lt;i&gt;”."}, []string{"The two events are one now.", "Merged into “Another &lt;i&gt;” by legal@example.org.", ">Undo the merge<"}, ">Same event<"},
		{signedlink.Apart, "keep_apart", "undo_keep_apart", []string{">Keep apart<", "It may belong to “Another &lt;i&gt;”."}, []string{"The two events are kept apart.", "Kept apart from “Another &lt;i&gt;” by legal@example.org.", ">Undo<"}, ">Keep apart<"},
	}
	for _, tt := range tests {
		t.Run(tt.do, func(t *testing.T) {
			s := newSite(t, nil)
			s.status.Assignments = []models.Assignment{{EventID: "01JE", By: "Ada"}}
			link := s.link(tt.purpose)
			s.wants(http.MethodGet, link, nil, http.StatusOK, append(tt.before, "Hong Kong &lt;b&gt;&amp; coins", `href="https://news.example/1?a=1&amp;b=2"`, "HIGH · Example News")...)
			s.wants(http.MethodPost, link, url.Values{"do": {tt.do}}, http.StatusOK, tt.done...)
			s.wants(http.MethodPost, link, url.Values{"do": {tt.undo}}, http.StatusOK, tt.undoneShows)
			if diff := cmp.Diff([]string{tt.do + " 01JE legal@example.org", tt.undo + " 01JE legal@example.org"}, s.acts); diff != "" {
				t.Errorf("acts (-want +got):\n%s", diff)
			}
		})
	}
}

// The link of one page does only what its button says.
func TestLinkDoesOnlyWhatItIsFor(t *testing.T) {
	s := newSite(t, nil)
	for purpose, others := range map[signedlink.Purpose][]string{
		signedlink.Event:   {"dismiss", "mute", "close", ""},
		signedlink.Dismiss: {"take", "mute", "leave", ""},
		signedlink.Mute:    {"take", "dismiss", ""},
		signedlink.Merge:   {"keep_apart", "undo_keep_apart", "take", ""},
		signedlink.Apart:   {"merge", "unmerge", "mute", ""},
	} {
		for _, do := range others {
			s.wants(http.MethodPost, s.link(purpose), url.Values{"do": {do}}, http.StatusBadRequest)
		}
		s.wants(http.MethodPost, s.link(purpose)+"?do=take&do=mute&do=dismiss", url.Values{}, http.StatusBadRequest)
	}
	if len(s.acts) > 0 {
		t.Errorf("did %q", s.acts)
	}
}

func TestMuteOfSomebodyElseIsShownAndNotUndone(t *testing.T) {
	s := newSite(t, nil)
	s.status.Mute = &models.Mute{By: "Ada", Until: noon.Add(time.Hour)}
	if text := s.wants(http.MethodGet, s.link(signedlink.Mute), nil, http.StatusOK, "by Ada"); strings.Contains(text, "<button") {
		t.Errorf("the page offers to undo the mute of somebody else:\n%s", text)
	}
}

func TestDecisionOfSomebodyElseIsShownAndStays(t *testing.T) {
	for _, kind := range []models.LinkKind{models.LinkMerge, models.LinkApart} {
		for purpose, do := range map[signedlink.Purpose]string{signedlink.Merge: "merge", signedlink.Apart: "keep_apart"} {
			s := newSite(t, nil)
			s.status.Grouping = &models.GroupingDecision{Link: "01L", Kind: kind, Title: "Another", By: "Ada"}
			if text := s.wants(http.MethodGet, s.link(purpose), nil, http.StatusOK, "by Ada."); strings.Contains(text, "<button") {
				t.Errorf("%s %s: the page offers a button:\n%s", kind, do, text)
			}
			s.wants(http.MethodPost, s.link(purpose), url.Values{"do": {do}}, http.StatusOK, "Somebody has already decided this. Nothing was changed.", "by Ada.")
		}
	}
}

func TestActionOnAnEventThatIsGoneSaysSo(t *testing.T) {
	s := newSite(t, nil)
	s.fault = app.ErrEventGone
	s.wants(http.MethodGet, s.link(signedlink.Merge), nil, http.StatusGone, "This event is no longer stored")
	s.wants(http.MethodPost, s.link(signedlink.Apart), url.Values{"do": {"keep_apart"}}, http.StatusGone, "This event is no longer stored")
}
