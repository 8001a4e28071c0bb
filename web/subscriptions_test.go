package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/signedlink"
	"regwatch/models"
)

func subscriptionsOf(outs []models.OptOut) []string {
	var names []string
	for _, o := range outs {
		names = append(names, o.Subscription+" "+o.Address)
	}
	return names
}

func TestOneClickUnsubscribesFromTheListsOfTheMail(t *testing.T) {
	s := newSite(t, nil)
	s.wants(http.MethodPost, s.link(signedlink.Subscriptions), url.Values{"List-Unsubscribe": {"One-Click"}}, http.StatusOK)
	if diff := cmp.Diff([]string{"hk-policy/urgent/legal mail:legal@example.org"}, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	// Of the mandatory one it has asked, and whoever hears of health is told.
	if diff := cmp.Diff([]string{"hk-policy/audit mail:legal@example.org"}, subscriptionsOf(s.asked)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if len(s.notices) != 1 || s.notices[0].Recipient != "admin" || len(s.notices[0].Deliveries) != 1 {
		t.Errorf("told %+v, want the admin", s.notices)
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
	if answer.StatusCode != http.StatusOK || len(s.outs) != 1 {
		t.Errorf("answers %d, left %v", answer.StatusCode, s.outs)
	}
}

func TestReaderUnsubscribesAndSubscribesAgain(t *testing.T) {
	s := newSite(t, nil)
	link := s.link(signedlink.Subscriptions)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Subscriptions of l***@example.org", "Alerts of hk-policy/urgent", "this mail belongs to it · subscribed", "required", "Ask to unsubscribe", "Your team requires some of them", `lang="en"`)
	press := func(do, what string) url.Values { return url.Values{"do": {do}, "what": {what}} }
	s.wants(http.MethodPost, link, press("leave", "hk-policy/urgent/legal"), http.StatusOK, "You are unsubscribed.", "· unsubscribed", ">Subscribe again<")
	s.wants(http.MethodGet, link, nil, http.StatusOK, "· unsubscribed")
	s.wants(http.MethodPost, link, press("return", "hk-policy/urgent/legal"), http.StatusOK, "You are subscribed again.", "· subscribed")
	if len(s.outs) != 0 {
		t.Errorf("after the return: %v", s.outs)
	}
	s.wants(http.MethodPost, link, press("leave", "hk-policy/audit"), http.StatusOK, "Your request was recorded", "required")
	if len(s.outs) != 0 || len(s.asked) != 1 {
		t.Errorf("left %v, asked %v; want to have asked", s.outs, s.asked)
	}
}

func TestReaderUnsubscribesFromOneListOrAll(t *testing.T) {
	s := newSite(t, nil)
	s.others = []string{"hk-policy/urgent/legal", "default/legal", "weekly", "health/legal"}
	s.links.Mandatory = func(name string) bool { return name == "hk-policy/audit" || name == "health/legal" }
	link := s.link(signedlink.Subscriptions)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Alerts of hk-policy/urgent", "Alerts of default", "Digest weekly", "Messages about failing sources", ">Unsubscribe from all<")
	s.wants(http.MethodPost, link, url.Values{"do": {"leave"}, "what": {"weekly"}}, http.StatusOK, "You are unsubscribed.")
	if diff := cmp.Diff([]string{"weekly mail:legal@example.org"}, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("one list (-want +got):\n%s", diff)
	}
	s.wants(http.MethodPost, link, url.Values{"do": {"leave-all"}}, http.StatusOK, "everything except what your team requires", "Ask to unsubscribe")
	want := []string{"weekly mail:legal@example.org", "hk-policy/urgent/legal mail:legal@example.org", "default/legal mail:legal@example.org"}
	if diff := cmp.Diff(want, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("all lists (-want +got):\n%s", diff)
	}
	if len(s.asked) != 0 {
		t.Errorf("asked for %v; nobody asked for what is required", subscriptionsOf(s.asked))
	}
	if text := s.wants(http.MethodGet, link, nil, http.StatusOK); strings.Contains(text, ">Unsubscribe from all<") {
		t.Error("the page offers to unsubscribe from all, and nothing is left to")
	}
}

// A link is for its own address; nobody unsubscribes others with it.
func TestLinkIsForItsOwnAddress(t *testing.T) {
	s := newSite(t, nil)
	s.outs = []models.OptOut{{Subscription: "weekly", Address: "mail:legal@example.org"}, {Subscription: "weekly", Address: "mail:boss@example.org"}}
	link := s.link(signedlink.Subscriptions)
	for _, form := range []url.Values{
		{"do": {"leave"}, "what": {"default/boss"}},
		{"do": {"drop"}, "what": {"hk-policy/urgent/legal"}},
		{},
		{"List-Unsubscribe": {"Two-Clicks"}},
	} {
		s.wants(http.MethodPost, link, form, http.StatusBadRequest)
	}
	if s.changes != 0 {
		t.Errorf("%d changes", s.changes)
	}
	// What the address left before, by another mail, is there to return to.
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Digest weekly", "· unsubscribed")
	s.wants(http.MethodPost, link, url.Values{"do": {"return"}, "what": {"weekly"}}, http.StatusOK, "You are subscribed again.")
	if diff := cmp.Diff([]string{"weekly mail:boss@example.org"}, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("still left (-want +got):\n%s", diff)
	}
}

func TestOptOutBeforeItWasMandatoryDoesNotCount(t *testing.T) {
	s := newSite(t, nil)
	s.outs = []models.OptOut{{Subscription: "hk-policy/audit", Address: "mail:legal@example.org"}}
	s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusOK, "required", "Ask to unsubscribe")
	s.outs[0].Forced = true
	s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusOK, "· unsubscribed", ">Subscribe again<")
}

func TestPagesSpeakTheLanguageOfTheMail(t *testing.T) {
	for language, want := range map[string]string{"zh-Hant": "的訂閱", "zh-Hans": "的订阅", "": "Subscriptions of"} {
		s := newSite(t, func(n *models.Notice) { n.Content.Language = language })
		s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusOK, want)
	}
}

// Every text is there in every language.
func TestNoWordIsMissing(t *testing.T) {
	for _, w := range []words{traditional, simplified} {
		if diff := cmp.Diff(empty(english), empty(w)); diff != "" {
			t.Errorf("%s lacks words that English has (-en +%s):\n%s", w.Lang, w.Lang, diff)
		}
	}
}

// A mail may have been sent to another spelling of the address than the one that left.
func TestThePageShowsWhatAnAddressLeftByAnotherSpelling(t *testing.T) {
	s := newSite(t, nil)
	link := s.link(signedlink.Subscriptions)
	s.outs = []models.OptOut{{Subscription: "weekly", Address: "mail:Legal@Example.org"}, {Subscription: "hk-policy/urgent/legal", Address: "mail:LEGAL@example.org"}}
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Subscriptions of l***@example.org", "Digest weekly", "hk-policy/urgent/legal · this mail belongs to it · unsubscribed")
	s.wants(http.MethodPost, link, url.Values{"do": {"return"}, "what": {"weekly"}}, http.StatusOK, "You are subscribed again.")
	if diff := cmp.Diff([]string{"hk-policy/urgent/legal mail:LEGAL@example.org"}, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("still left (-want +got):\n%s", diff)
	}
}
