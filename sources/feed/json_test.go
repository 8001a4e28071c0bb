package feed

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseJSONFeedWithOddField gives the second of three items a field of another type than
// the format has.
func TestParseJSONFeedWithOddField(t *testing.T) {
	const first, third = `{"id":"1","title":"One","url":"/1"}`, `{"id":"3","title":"Three","url":"/3"}`
	tests := []struct {
		name, field string
		want        Item // besides id, title and link
	}{
		{"tags in a text", `"tags":"a,b"`, Item{}},
		{"author in a text", `"author":"Bob"`, Item{Authors: []string{"Bob"}}},
		{"authors in an object", `"authors":{"name":"Bob"}`, Item{Authors: []string{"Bob"}}},
		{"authors in texts", `"authors":["Bob","Ann"]`, Item{Authors: []string{"Bob", "Ann"}}},
		{"date in seconds", `"date_published":1796090400`, Item{Dates: []string{"2026-12-01T02:00:00Z", ""}}},
		{"date in milliseconds", `"date_modified":1796090400000`, Item{Dates: []string{"", "2026-12-01T02:00:00Z"}}},
		{"attachments in an object", `"attachments":{"url":"/a.pdf"}`, Item{}},
		{"summary in an object", `"summary":{"rendered":"Text"}`, Item{Summary: "Text"}},
		{"text in a list", `"content_text":["Text"]`, Item{Content: "Text"}},
		{"no image", `"image":false`, Item{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse(fmt.Appendf(nil, `{"version":"https://jsonfeed.org/version/1.1","items":[%s,{"id":2,"title":"Two","url":"/2",%s},%s]}`, first, tt.field, third), "")
			if err != nil || len(f.Items) != 3 || len(f.Warnings) != 0 {
				t.Fatalf("items %v, warnings %q, %v; want three without a warning", f.Items, f.Warnings, err)
			}
			want := tt.want
			want.GUID, want.Title, want.Links = "2", "Two", []string{"/2", "/2", ""}
			if want.Dates == nil {
				want.Dates = []string{"", ""}
			}
			if diff := cmp.Diff(want, f.Items[1]); diff != "" {
				t.Errorf("second item (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseJSONFeedAfterJSONFeed(t *testing.T) {
	doc := func(id string) string {
		return `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"` + id + `","title":"T"}]}`
	}
	for text, want := range map[string]struct {
		items   int
		warning string
	}{
		doc("1"): {1, ""},
		doc("1") + "\n" + doc("2") + "\x1e" + doc("3"):             {3, "3 JSON documents"},
		doc("1") + `{"error":"none"}`:                              {1, "skipped other text"},
		doc("1") + "<!-- cached -->":                               {1, "skipped other text"},
		`{"items":{"0":{"id":"1"},"1":{"id":"2"}},"title":"News"}`: {2, ""},
	} {
		f, err := Parse([]byte(text), "")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		warnings := strings.Join(f.Warnings, "; ")
		if len(f.Items) != want.items || !strings.Contains(warnings, want.warning) || want.warning == "" && warnings != "" {
			t.Errorf("%s: %d items, warnings %q; want %d, %q", text, len(f.Items), warnings, want.items, want.warning)
		}
	}
}
