package weblink

import "testing"

func TestKey(t *testing.T) {
	const want = "a.example/news/1?id=7&lang=en"
	for _, link := range []string{
		"https://a.example/news/1?id=7&lang=en",
		"http://www.a.example/news/1/?lang=en&id=7",
		"HTTPS://WWW.A.EXAMPLE:443/news/1?utm_source=rss&utm_medium=x&id=7&lang=en&fbclid=1#top",
		"https://a.example./news/1?id=7&gclid=2&lang=en&",
		"https://a.example/news/1?id=7&lang=en#",
		"https://a.example/news/1?id=7&lang=en#comments",
		"https://a.example/news/1?id=7&lang=en#comment-123",
		"https://a.example/news/1?id=7&lang=en#Respond",
		"https://a.example/news/1?id=7&lang=en#share",
		"https://a.example/news/1?id=7&lang=en#xtor=RSS-3208",
		"https://a.example/news/1?id=7&lang=en#utm_source=rss&utm_medium=feed",
		"https://a.example/news/1?id=7&lang=en#:~:text=stablecoin",
		"https://a.example/news/1;jsessionid=0A1B?id=7&lang=en",
		"https://a.example/%6eews/1?id=7&lang=en&PHPSESSID=x",
		"https://a.example/news/1?id=7&lang=en&t=1796090400",
		"https://a.example/news/1?id=7&lang=%65n&sid=0123456789abcdef01",
	} {
		if got := Key(link); got != want {
			t.Errorf("Key(%q) = %q, want %q", link, got, want)
		}
	}
	for a, b := range map[string]string{
		"https://a.example/news/1":                 "https://a.example/news/2",
		"https://a.example/?id=1":                  "https://a.example/?id=2",
		"https://a.example:8080/":                  "https://a.example/",
		"https://a.example/A":                      "https://a.example/a",
		"https://news.a.example/story":             "https://a.example/story",
		"https://a.example/new#july":               "https://a.example/new#june",
		"https://a.example/#/news/1":               "https://a.example/#/news/2",
		"https://a.example/?p=1#1":                 "https://a.example/?p=1",
		"https://a.example/x.php?t=1":              "https://a.example/x.php?t=2",
		"https://a.example/?sid=12345678901234567": "https://a.example/?sid=12345678901234568",
		"https://a.example/a%2Fb":                  "https://a.example/a/b",
	} {
		if Key(a) == Key(b) {
			t.Errorf("Key(%q) = Key(%q) = %q", a, b, Key(a))
		}
	}
}

func TestNamesArticle(t *testing.T) {
	for link, want := range map[string]bool{
		"https://a.example/news/17":                        true,
		"https://a.example/show?newsid=17":                 true,
		"https://a.example/bank-issues-final-coin-rules":   true,
		"https://a.example/list?channelid=5":               false,
		"https://a.example/latest?langId=1&siteid=2":       false,
		"https://a.example/figures":                        false,
		"https://a.example/2026":                           false,
		"https://a.example/show?column_id=3&article_id=44": true,
	} {
		if got := NamesArticle(link); got != want {
			t.Errorf("NamesArticle(%s) = %t, want %t", link, got, want)
		}
	}
}
