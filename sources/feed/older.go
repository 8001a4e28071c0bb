package feed

import (
	"encoding/json"
	"strings"

	"regwatch/internal/charset"
	"regwatch/internal/htmltext"
)

// Older returns the link of a feed to the page with the articles before its own, as it is
// written; empty if it has none. RFC 5005 calls it "prev-archive" or "next", JSON Feed 1.1
// "next_url".
func Older(body []byte, contentType string) string {
	content, _ := charset.Decode(body, contentType)
	content = strings.TrimLeft(content, " \t\r\n\ufeff\x00")
	if !strings.HasPrefix(content, "{") {
		return olderLink(headOf(content))
	}
	var feed struct {
		Next string `json:"next_url"`
	}
	if json.Unmarshal([]byte(content), &feed) != nil {
		return ""
	}
	return feed.Next
}

// headOf returns what stands before the first article of a feed.
func headOf(feed string) string {
	lower := htmltext.LowerASCII(feed)
	for _, item := range []string{"<item", "<entry"} {
		if i := strings.Index(lower, item); i >= 0 {
			lower = lower[:i]
		}
	}
	return feed[:len(lower)]
}

// olderLink returns the link of a feed to its next archive or page.
func olderLink(head string) string {
	lower := htmltext.LowerASCII(head)
	paged := ""
	for _, name := range []string{"link", "atom:link"} {
		for from := 0; ; {
			at, size := findTagFrom(head, lower, name, from)
			if at < 0 {
				break
			}
			tag := head[at : at+size]
			switch attribute(tag, "rel") {
			case "prev-archive":
				return attribute(tag, "href")
			case "next":
				paged = attribute(tag, "href")
			}
			from = at + size
		}
	}
	return paged
}
