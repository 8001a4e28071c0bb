package web

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"regwatch/app"
	"regwatch/internal/signedlink"
)

func TestReaderConfirmsAnAddress(t *testing.T) {
	s := newSite(t, func(m *app.Mail) { m.Language = "zh-Hans" })
	link := s.link(signedlink.Verify)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "确认地址 l***@example.org", ">确认<")
	s.wants(http.MethodHead, link, nil, http.StatusOK)
	if len(s.acts) > 0 {
		t.Fatalf("reading the page confirmed %v", s.acts)
	}
	s.wants(http.MethodPost, link, url.Values{"do": {"take"}}, http.StatusBadRequest)
	s.wants(http.MethodPost, link, url.Values{"do": {"verify"}}, http.StatusOK, "地址已确认。")
	if want := []string{"verify mail:legal@example.org by mail:legal@example.org"}; !slices.Equal(s.acts, want) {
		t.Errorf("confirmed %v, want %v", s.acts, want)
	}
}

func TestOnlyItsOwnLinkConfirmsAnAddress(t *testing.T) {
	s := newSite(t, nil)
	forged := "/u/verify/" + s.link(signedlink.Subscriptions)[len("/u/"):]
	s.wants(http.MethodPost, forged, url.Values{"do": {"verify"}}, http.StatusNotFound)
	if len(s.acts) > 0 {
		t.Errorf("a link for something else confirmed %v", s.acts)
	}
}
