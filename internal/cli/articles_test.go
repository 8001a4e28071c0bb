package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

func TestPrintArticleChange(t *testing.T) {
	first, second := app.ArticleRevision{Revision: 1}, app.ArticleRevision{Revision: 2}
	firstDeleted, secondDeleted := first, second
	firstDeleted.Deleted, secondDeleted.Deleted = true, true
	for _, tt := range []struct {
		name   string
		change app.ArticleChange
		want   string
	}{
		{"one text is deleted", app.ArticleChange{From: firstDeleted, To: second}, "The texts cannot be compared: the text of revision 1 was deleted by age (retention.text)."},
		{"both texts are deleted", app.ArticleChange{From: firstDeleted, To: secondDeleted}, "the text of revision 1 and of revision 2 was deleted by age"},
		{"a paragraph changed", app.ArticleChange{
			From: first, To: second, Compared: true, Removed: 1, Added: 1, Edits: []app.ArticleEdit{{Removed: []string{"One day."}, Added: []string{"Two days."}}},
		}, "Text: 1 paragraph removed, 1 new\n\n− One day.\n+ Two days."},
		{"white space changed", app.ArticleChange{From: first, To: second, Compared: true}, "Only white space is different."},
	} {
		var out bytes.Buffer
		sh := &shell{stdout: &out}
		sh.printArticleChange(tt.change, time.UTC)
		if !strings.Contains(out.String(), tt.want) {
			t.Errorf("%s: got\n%s\nwant: %s", tt.name, out.String(), tt.want)
		}
	}
}
