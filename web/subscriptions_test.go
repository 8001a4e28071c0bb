package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
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

func TestAMailProgramLeavesByItself(t *testing.T) {
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
func TestAMailProgramMayPostParts(t *testing.T) {
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

func TestAReaderLeavesAndReturns(t *testing.T) {
	s := newSite(t, nil)
	link := s.link(signedlink.Subscriptions)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "What reaches l***@example.org", "Alerts of hk-policy/urgent", "reaches you", "required", "Ask to leave", "What your team requires you leave by asking", `lang="en"`)
	press := func(do, what string) url.Values { return url.Values{"do": {do}, "what": {what}} }
	s.wants(http.MethodPost, link, press("leave", "hk-policy/urgent/legal"), http.StatusOK, "You have left.", "you have left", ">Return<")
	s.wants(http.MethodGet, link, nil, http.StatusOK, "you have left")
	s.wants(http.MethodPost, link, press("return", "hk-policy/urgent/legal"), http.StatusOK, "You are back.", "reaches you")
	if len(s.outs) != 0 {
		t.Errorf("after the return: %v", s.outs)
	}
	s.wants(http.MethodPost, link, press("leave", "hk-policy/audit"), http.StatusOK, "Your wish was recorded", "required")
	if len(s.outs) != 0 || len(s.asked) != 1 {
		t.Errorf("left %v, asked %v; want to have asked", s.outs, s.asked)
	}
}

// A link is for what its mail came by; nobody leaves for others with it.
func TestALinkIsForItsOwnMail(t *testing.T) {
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
	s.wants(http.MethodGet, link, nil, http.StatusOK, "Digest weekly", "you have left")
	s.wants(http.MethodPost, link, url.Values{"do": {"return"}, "what": {"weekly"}}, http.StatusOK, "You are back.")
	if diff := cmp.Diff([]string{"weekly mail:boss@example.org"}, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("still left (-want +got):\n%s", diff)
	}
}

func TestAnOptOutBeforeItWasMandatoryDoesNotCount(t *testing.T) {
	s := newSite(t, nil)
	s.outs = []models.OptOut{{Subscription: "hk-policy/audit", Address: "mail:legal@example.org"}}
	s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusOK, "required", "Ask to leave")
	s.outs[0].Forced = true
	s.wants(http.MethodGet, s.link(signedlink.Subscriptions), nil, http.StatusOK, "you have left", ">Return<")
}

func TestPagesSpeakTheLanguageOfTheMail(t *testing.T) {
	for language, want := range map[string]string{"zh-Hant": "所接收的內容", "zh-Hans": "接收的内容", "": "What reaches"} {
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
	s.wants(http.MethodGet, link, nil, http.StatusOK, "What reaches l***@example.org", "Digest weekly", "hk-policy/urgent/legal · you have left")
	s.wants(http.MethodPost, link, url.Values{"do": {"return"}, "what": {"weekly"}}, http.StatusOK, "You are back.")
	if diff := cmp.Diff([]string{"hk-policy/urgent/legal mail:LEGAL@example.org"}, subscriptionsOf(s.outs)); diff != "" {
		t.Errorf("still left (-want +got):\n%s", diff)
	}
}
