package site_test

import (
	"testing"

	"regwatch/internal/site"
)

func TestOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/1":                      "example.com",
		"https://www.example.com/1":                  "example.com",
		"https://crypto.markets.example.com:8443/a?": "example.com",
		"HTTPS://News.Example.COM./1":                "example.com",
		"https://news.example.co.uk/1":               "example.co.uk",
		"https://other.co.uk":                        "other.co.uk",
		"https://www.info.gov.hk/gia/1.htm":          "info.gov.hk",
		"https://apps.sfc.hk/1":                      "sfc.hk",
		"https://finance.sina.com.cn/1":              "sina.com.cn",
		"https://one.github.io/post":                 "one.github.io",
		"https://two.github.io/post":                 "two.github.io",
		"https://www.gov.uk/news":                    "gov.uk",
		"https://localhost:8080/feed":                "localhost",
		"https://192.0.2.7/feed":                     "",
		"https://[2001:db8::1]/feed":                 "",
		"not an address":                             "",
		"%zz":                                        "",
		"":                                           "",
	} {
		if got := site.Of(address); got != want {
			t.Errorf("Of(%q) = %q, want %q", address, got, want)
		}
		if again := site.OfHost(site.Of(address)); again != want {
			t.Errorf("the site of the site of %q is %q, want %q", address, again, want)
		}
	}
}
