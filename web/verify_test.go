package web

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"regwatch/internal/signedlink"
	"regwatch/models"
)

func TestReaderConfirmsAnAddress(t *testing.T) {
	s := newSite(t, func(n *models.Notice) { n.Content.Language = "zh-Hans" })
	link := s.link(signedlink.Verify)
	s.wants(http.MethodGet, link, nil, http.StatusOK, "确认地址 l***@example.org", ">确认<")
	s.wants(http.MethodHead, link, nil, http.StatusOK)
	if len(s.verified) > 0 {
		t.Fatalf("reading the page confirmed %v", s.verified)
	}
	s.wants(http.MethodPost, link, url.Values{"do": {"take"}}, http.StatusBadRequest)
	s.wants(http.MethodPost, link, url.Values{"do": {"verify"}}, http.StatusOK, "地址已确认。")
	if want := []string{"mail:legal@example.org by mail:legal@example.org"}; !slices.Equal(s.verified, want) {
		t.Errorf("confirmed %v, want %v", s.verified, want)
	}
}

func TestOnlyItsOwnLinkConfirmsAnAddress(t *testing.T) {
	s := newSite(t, nil)
	forged := "/u/verify/" + s.link(signedlink.Subscriptions)[len("/u/"):]
	s.wants(http.MethodPost, forged, url.Values{"do": {"verify"}}, http.StatusNotFound)
	if len(s.verified) > 0 {
		t.Errorf("a link for something else confirmed %v", s.verified)
	}
}
