package sanitize

import (
	"net/url"
	"strings"
	"testing"
)

func TestLink(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "https://news.example/a?b=c&d=e#f", "https://news.example/a?b=c&d=e#f"},
		{"spaces around", "  https://news.example/ ", "https://news.example/"},
		{"port", "http://news.example:8080/", "http://news.example:8080/"},
		{"escapes stay", "https://news.example/a%20b?q=%E6%96%B0%2B", "https://news.example/a%20b?q=%E6%96%B0%2B"},
		{"IPv6", "https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"},
		{"IPv6 without a port", "https://[2001:db8::1]/x", "https://[2001:db8::1]/x"},
		{"host in another script", "https://新聞.example/a", "https://xn--efvv70d.example/a"},
		{"host in upper case", "https://News.Example/A", "https://news.example/A"},
		{"underscore in a host", "https://my_host.example/", "https://my_host.example/"},
		{"path in another script", "https://news.example/新聞", "https://news.example/%E6%96%B0%E8%81%9E"},
		{"query in another script", "https://news.example/?q=新", "https://news.example/?q=%E6%96%B0"},
		{"quotes and brackets in a query", `https://news.example/?q="<b>' x`, "https://news.example/?q=%22%3Cb%3E'%20x"},
		{"pipe in a query", "https://news.example/?q=a|b", "https://news.example/?q=a%7Cb"},
		{"a % that begins no escape", "https://news.example/?q=5%&r=1", "https://news.example/?q=5%25&r=1"},
		{"direction mark in a query", "https://news.example/?q=\u202efdp", "https://news.example/?q=%E2%80%AEfdp"},
		{"quotes in a path", `https://news.example/"<x>`, "https://news.example/%22%3Cx%3E"},

		{"password", "https://user:pw@host.example/", ""},
		{"user", "https://user@host.example/", ""},
		{"empty user", "https://@host.example/", ""},
		{"a host that poses as another", "https://bank.example@evil.example/", ""},
		{"escaped user", "https://bank.example%2Flogin@evil.example/", ""},
		{"backslash", `https://good.example\@evil.example/`, ""},
		{"script", "javascript:alert(1)", ""},
		{"data", "data:text/html,x", ""},
		{"file", "file:///etc/passwd", ""},
		{"no host", "https:///a", ""},
		{"only a port", "https://:80/", ""},
		{"opaque", "https:news.example/a", ""},
		{"relative", "/a", ""},
		{"no scheme", "//news.example/a", ""},
		{"control character", "https://news.example/\x1b[2J", ""},
		{"line end in a host", "https://news\n.example/", ""},
		{"space in a host", "https://news example/", ""},
		{"zone of an interface", "https://[fe80::1%25eth0]/", ""},
		{"too long", "https://news.example/" + strings.Repeat("x", maxLinkBytes), ""},
		{"too long once escaped", "https://news.example/?" + strings.Repeat("新", maxLinkBytes/8), ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		if got := Link(tt.in); got != tt.want {
			t.Errorf("%s: Link(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{"https://news.example/a?b=c&d=e#f", "https://user:pw@host/", "https://新聞.example/\"?q=<%5>#新", "http://[::1%25a]:80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		link := Link(s)
		if link == "" {
			return
		}
		u, err := url.Parse(link)
		if err != nil || u.User != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
			t.Errorf("Link(%q) = %q, which is no web address: %v", s, link, err)
		}
		for _, c := range []byte(link) {
			if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\`{|}", c) >= 0 {
				t.Errorf("Link(%q) = %q has the character %q", s, link, c)
			}
		}
		if again := Link(link); again != link {
			t.Errorf("Link(%q) = %q, and of that %q", s, link, again)
		}
	})
}
