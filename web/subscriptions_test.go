package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
	"regwatch/internal/signedlink"
)

func TestOneClickUnsubscribesFromTheListsOfTheMail(t *testing.T) {
	s := newSite(t, nil)
	s.wants(http.MethodPost, s.link(signedlink.Subscriptions), url.Values{"List-Unsubscribe": {"One-Click"}}, http.StatusOK)
	if diff := cmp.Diff([]string{"leave"}, s.acts); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}

// RFC 8058 lets a program post either kind of form.
func TestOneClickMayBeSentAsMultipart(t *testing.T) {
	s := newSite(t, nil)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := form.WriteField("List-Unsubscribe", "One-Click"); err != nil {
		t.Fatal(err)
	}
	form.Close()
	answer, err := http.Post(s.url+s.link(signedlink.Subscriptions), form.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !slices.Equal(s.acts, []string{"leave"}) {
		t.Errorf("answers %d, did %q", answer.StatusCode, s.acts)
	}
}

func TestReaderUnsubscribesAndSubscribesAgain(t *testing.T) {
	s := newSite(t, nil)
	link := s.link(signedlink.Subscriptions)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Subscriptions of l***@example.org", "Alerts of hk-policy/urgent", "this mail belongs to it · subscribed", "required", "Ask to unsubscribe", "Your team requires some of them", `lang="en"`)
	form := func(do, what string) url.Values { return url.Values{"do": {do}, "what": {what}} }
	s.wants(http.MethodPost, link, form("leave", "hk-policy/urgent/legal"), http.StatusOK, "You are unsubscribed.", "· unsubscribed", ">Subscribe again<")
	s.wants(http.MethodPost, link, form("return", "hk-policy/urgent/legal"), http.StatusOK, "You are subscribed again.", "· subscribed")
	s.wants(http.MethodPost, link, form("leave", "hk-policy/audit"), http.StatusOK, "Your request was recorded", "required")
	s.wants(http.MethodPost, link, form("leave-all", ""), http.StatusOK, "everything except what your team requires")
	want := []string{"leave hk-policy/urgent/legal", "return hk-policy/urgent/legal", "leave hk-policy/audit", "leave-all"}
	if diff := cmp.Diff(want, s.acts); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}

func TestPageOffersToUnsubscribeFromAllIfThereAreSeveral(t *testing.T) {
	s := newSite(t, nil)
	s.subscriptions = []app.MailSubscription{{Name: "hk-policy/urgent/legal"}, {Name: "weekly"}, {Name: "health/legal", Mandatory: true}}
	link := s.link(signedlink.Subscriptions)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Alerts of hk-policy/urgent", "Digest weekly", "Messages about failing sources", ">Unsubscribe from all<")
	s.subscriptions[1].Unsubscribed = true
	if text := s.wants(http.MethodGet, link, nil, http.StatusOK); strings.Contains(text, ">Unsubscribe from all<") {
		t.Error("the page offers to unsubscribe from all, and only one is left")
	}
}

func TestUnknownActionIsRefused(t *testing.T) {
	s := newSite(t, nil)
	link := s.link(signedlink.Subscriptions)
	for _, form := range []url.Values{
		{"do": {"leave"}, "what": {"default/boss"}},
		{"do": {"drop"}, "what": {"hk-policy/urgent/legal"}},
		{},
		{"List-Unsubscribe": {"Two-Clicks"}},
	} {
		s.wants(http.MethodPost, link, form, http.StatusBadRequest)
	}
	if len(s.acts) > 0 {
		t.Errorf("did %q", s.acts)
	}
}

func TestPagesAreInTheLanguageOfTheMail(t *testing.T) {
	for language, want := range map[string]string{"zh-Hant": "的訂閱", "zh-Hans": "的订阅", "": "Subscriptions of"} {
		s := newSite(t, func(m *app.Mail) { m.Language = language })
		s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusOK, want)
	}
}

func TestEveryTextIsInEveryLanguage(t *testing.T) {
	for _, w := range []words{traditional, simplified} {
		if diff := cmp.Diff(empty(english), empty(w)); diff != "" {
			t.Errorf("%s lacks words that English has (-en +%s):\n%s", w.Lang, w.Lang, diff)
		}
	}
}
