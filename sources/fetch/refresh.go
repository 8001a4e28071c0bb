package fetch

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"regwatch/internal/htmltext"
	"regwatch/internal/weblink"
)

const (
	maxRefreshDelay = 10       // seconds; a page that is to be read first stays longer
	maxRefreshBytes = 64 << 10 // of a page that are searched
	maxStubText     = 600      // bytes of text of a page that only leads elsewhere
)

// refreshTarget returns where a response of little text leads although it is no redirect: by a
// Refresh header, or by <meta http-equiv="refresh">, as the links of news alerts do. It returns
// nil if there is no such place, or if it was visited before.
func refreshTarget(resp Response, path []*url.URL) *url.URL {
	base, link := resp.URL, parseRefresh(resp.Header.Get("Refresh"))
	if link == "" {
		base, link = metaRefresh(resp)
	}
	if link == "" || len(htmltext.Plain(string(resp.Body))) > maxStubText {
		return nil // a page with a text of its own is what was asked for
	}
	to, err := url.Parse(weblink.Resolve(base, link))
	if err != nil || to.Host == "" {
		return nil
	}
	to.Fragment = ""
	for _, seen := range append(path, resp.URL) {
		if seen.String() == to.String() {
			return nil
		}
	}
	return to
}

// refreshContent matches "0; url=/there" in the forms that the HTML standard allows.
var refreshContent = regexp.MustCompile(`(?is)^\s*(\d+|\.)[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(?:'([^']*)|"([^"]*)|(.*))`)

// parseRefresh returns the link of a refresh that happens soon; empty if it has none.
func parseRefresh(content string) string {
	m := refreshContent.FindStringSubmatch(content)
	if m == nil {
		return ""
	}
	if delay, err := strconv.Atoi(m[1]); m[1] != "." && (err != nil || delay > maxRefreshDelay) {
		return ""
	}
	return strings.TrimSpace(m[2] + m[3] + m[4])
}

// metaRefresh returns the link of <meta http-equiv="refresh">, and what it is relative to.
func metaRefresh(resp Response) (base *url.URL, link string) {
	base = resp.URL
	kind := http.DetectContentType(resp.Body)
	if !strings.HasPrefix(kind, "text/html") && !strings.Contains(resp.ContentType, "html") {
		return base, ""
	}
	start := resp.Body[:min(len(resp.Body), maxRefreshBytes)]
	if !bytes.Contains(bytes.ToLower(start), []byte("refresh")) {
		return base, ""
	}
	z := html.NewTokenizer(bytes.NewReader(start))
	for link == "" {
		kind := z.Next()
		if kind == html.ErrorToken {
			return base, ""
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		tag := z.Token()
		attr := make(map[string]string)
		for _, a := range tag.Attr {
			attr[a.Key] = a.Val
		}
		switch {
		case tag.Data == "noscript":
			z.NextIsNotRawText() // regwatch runs no scripts
		case tag.Data == "base" && attr["href"] != "":
			if u, err := url.Parse(weblink.Resolve(resp.URL, attr["href"])); err == nil && u.Host != "" {
				base = u
			}
		case tag.Data == "meta" && strings.EqualFold(strings.TrimSpace(attr["http-equiv"]), "refresh"):
			link = parseRefresh(attr["content"])
		}
	}
	return base, link
}
