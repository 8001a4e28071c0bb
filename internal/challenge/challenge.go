// Package challenge detects the pages with which bot protections ask for a browser.
//
// Start with [Marked].
package challenge

import (
	"regexp"
	"strings"
)

// Marked reports whether a page has a mark of the pages with which bot
// protections ask for a browser.
func Marked(body []byte) bool {
	start := strings.ToLower(string(body[:min(len(body), 32<<10)]))
	for _, mark := range []string{
		"<title>just a moment...</title>", "cf-browser-verification",
		"_incapsula_resource", "request unsuccessful. incapsula", "captcha-delivery.com", "px-captcha",
		"awswaf.com", "ddos-guard", "enable javascript and cookies to continue",
	} {
		if strings.Contains(start, mark) {
			return true
		}
	}
	// The same folder has the script with which Cloudflare detects bots on ordinary
	// pages.
	for _, m := range challengeFolder.FindAllStringSubmatch(start, -1) {
		if m[1] != "scripts" {
			return true
		}
	}
	return false
}

var challengeFolder = regexp.MustCompile(`challenge-platform/h/\w+/(\w+)`)
