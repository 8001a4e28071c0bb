package sources

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/page"
)

// Each entry is a link, with the line before it and the line after it.
func TestSiblingTextOfLinks(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       []string
	}{
		{
			"separate lines, with an empty line between entries",
			`<h1>News</h1>Filed 2 March<br><a href=1>One</a><br>First court<br><br>Filed 1 March<br>
			<a href=2>Two</a><br>
			Second court<br>`,
			[]string{"Filed 2 March | One | First court", "Filed 1 March | Two | Second court"},
		},
		{
			"dates before, on the line of the link",
			`2 March <a href=1>One</a><br>1 March <b><a href=2>Two</a></b><br>28 February <a href=3>Three</a>`,
			[]string{"2 March | One | ", "1 March | Two | ", "28 February | Three | "},
		},
		{
			"dates after, on the line of the link",
			`<p><a href=1>One</a> (<i>2 March</i>)<br/><a href=2>Two</a> (1 March)</p><p><a href=3>Three</a></p>28 February`,
			[]string{" | One | (2 March)", " | Two | (1 March)", " | Three | "},
		},
		{
			"preformatted",
			"<pre>\n<b>[ 2 March ]</b><br><br>\n<a href=1>1.pdf</a>  02/03/26  One\n   Case 1\n\n<a href=2>2.pdf</a>  02/03/26  Two\n\n</pre>",
			[]string{" | 1.pdf | 02/03/26 One", " | 2.pdf | 02/03/26 Two"},
		},
		{
			"no line breaks",
			`<div>2 March <a href=1>One</a> 1 March <a href=2>Two</a></div><table><tr><td>x</td><td><a href=3>Three</a></td></tr></table>`,
			[]string{"2 March | One | 1 March", "1 March | Two | ", " | Three | "},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := models.Source{Kind: KindListing, Listing: models.Listing{
				Articles: "a", Title: models.Extractor{Select: "a"}, Author: models.Extractor{Text: page.Before}, Summary: models.Extractor{Text: page.After},
			}}
			batch, err := readKind(t.Context(), src, tt.page, "text/html")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range batch.Articles {
				got = append(got, fmt.Sprintf("%s | %s | %s", a.Author, a.Title, a.Summary))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("sibling text (-want +got):\n%s", diff)
			}
		})
	}
}

// Sibling text also works within an article.
func TestSiblingTextOfArticleElement(t *testing.T) {
	src := models.Source{Kind: KindListing, Listing: models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}, Summary: models.Extractor{Select: "a", Text: page.After}}}
	batch, err := readKind(t.Context(), src, `<ul><li>x<a href=1>One</a> first<br>more</li><li><a href=2>Two</a></li></ul>`, "text/html")
	if err != nil || len(batch.Articles) != 2 || batch.Articles[0].Summary != "first" || batch.Articles[1].Summary != "" {
		t.Errorf("%+v, %v", batch.Articles, err)
	}
}

// Elements without text between links are not searched again for each link.
func TestSiblingTextWithManyElements(t *testing.T) {
	markup := "<html><body>" + strings.Repeat("<b></b>", 20_000) + "end</body></html>"
	src := models.Source{Kind: KindListing, Listing: models.Listing{Articles: "body", Title: models.Extractor{Select: "b", Text: page.After}, Link: models.Extractor{Select: "i"}}}
	batch, err := readKind(t.Context(), src, markup, "text/html")
	if err != nil || len(batch.Articles) != 1 || batch.Articles[0].Title != "end" {
		t.Errorf("%+v, %v", batch.Articles, err)
	}
}
