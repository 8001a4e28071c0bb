package feed

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseReadsItemsAfterUnclosedSection leaves out the end of a section in the second of
// four items.
func TestParseReadsItemsAfterUnclosedSection(t *testing.T) {
	item := func(n int, fields string) string {
		return fmt.Sprintf("<item><guid>%d</guid>%s</item>", n, fields)
	}
	cdata := func(n int) string {
		return item(n, fmt.Sprintf("<title><![CDATA[Notice %d]]></title><description><![CDATA[<p>Text %d</p><!-- x -->]]></description>", n, n))
	}
	plain := func(n int) string {
		return item(n, fmt.Sprintf("<title>Notice %d</title><description>Text %d</description>", n, n))
	}
	tests := []struct {
		name  string
		other func(int) string
		item  string // the second
	}{
		{"CDATA of a title", cdata, item(2, "<title><![CDATA[Notice 2</title><description><![CDATA[Text 2]]></description>")},
		{"CDATA of the last field", cdata, item(2, "<title><![CDATA[Notice 2]]></title><description><![CDATA[Text 2</description>")},
		{"CDATA, and no other section", plain, item(2, "<title>Notice 2</title><description><![CDATA[Text 2</description>")},
		{"CDATA without an end of its element", cdata, item(2, "<title>Notice 2</title><description><![CDATA[Text 2")},
		{"comment", plain, item(2, "<title>Notice 2</title><!-- checked <description>Text 2</description>")},
		{"comment, and later ones", cdata, item(2, "<title>Notice 2</title><!-- checked <description>Text 2</description>")},
		{"comment between items", cdata, "<!-- the older ones " + plain(2)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse([]byte(`<rss version="2.0"><channel><title>News</title>`+tt.other(1)+tt.item+tt.other(3)+tt.other(4)+`</channel></rss>`), "")
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, it := range f.Items {
				titles = append(titles, it.Title)
			}
			if diff := cmp.Diff([]string{"Notice 1", "Notice 2", "Notice 3", "Notice 4"}, titles); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
			if len(f.Warnings) == 0 || !strings.Contains(f.Warnings[0], "never ended") {
				t.Errorf("warnings %q; want one that a section never ended", f.Warnings)
			}
		})
	}
}

// TestCloseSectionsKeepsClosedOnes reads sections that look open and are not.
func TestCloseSectionsKeepsClosedOnes(t *testing.T) {
	for _, text := range []string{
		"<item><title><![CDATA[How to write <title> and </item>]]></title></item>",
		"<item><title><![CDATA[a <![CDATA[ b]]></title></item>",
		"<!-- <item><title>Old</title></item> --><item></item>",
		"<!-- one <!-- two --><item></item>",
		"<!-- each <item> is a notice --><item></item>",
		"<item><title><![CDATA[cut off",
	} {
		if got, n := closeSections(text); got != text || n != 0 {
			t.Errorf("closeSections(%q) = %q with %d", text, got, n)
		}
	}
}

func FuzzCloseSections(f *testing.F) {
	f.Add("<item><t><![CDATA[a</t></item><item><!-- <t><![CDATA[b]]></t>--></item><!--")
	f.Fuzz(func(t *testing.T, text string) {
		closed, _ := closeSections(text)
		if strip := func(s string) string {
			return strings.NewReplacer("]]>", "", "<!--", "").Replace(s)
		}; len(strip(closed)) > len(text) {
			t.Errorf("closeSections(%q) = %q has more text", text, closed)
		}
	})
}
