package app

import (
	"io/fs"
	"net/url"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestUsualFeedsOfAPage(t *testing.T) {
	tests := map[string][]string{
		"https://r.example": {"https://r.example/feed/", "https://r.example/rss.xml", "https://r.example/feed.xml", "https://r.example/atom.xml", "https://r.example/index.xml"},
		"https://r.example/en/news.html?page=2": {
			"https://r.example/en/feed/", "https://r.example/en/rss.xml", "https://r.example/en/feed.xml",
			"https://r.example/feed/", "https://r.example/rss.xml", "https://r.example/feed.xml", "https://r.example/atom.xml", "https://r.example/index.xml",
		},
	}
	for page, want := range tests {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, usualFeeds(u)); diff != "" {
			t.Errorf("usualFeeds(%s) mismatch (-want +got):\n%s", page, diff)
		}
	}
}

func TestFolderWithOneMoreFile(t *testing.T) {
	folder := withFiles{fstest.MapFS{"a.yaml": {Data: []byte("a")}, "c.yaml": {Data: []byte("c")}}, map[string][]byte{"b.yaml": []byte("b")}}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, e := range entries {
		content, err := fs.ReadFile(folder, e.Name())
		if err != nil || e.IsDir() {
			t.Fatal(e, err)
		}
		text += e.Name() + "=" + string(content) + " "
	}
	if want := "a.yaml=a b.yaml=b c.yaml=c "; text != want {
		t.Errorf("the folder has %q, want %q", text, want)
	}
}
