package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// What retention has deleted is said to be deleted, and no text is made up from
// what is left.
func TestDeletedTextsAreSaidToBe(t *testing.T) {
	text := func(n int, body string) models.ArticleRevision {
		return models.ArticleRevision{ArticleID: "01A", Revision: n, Title: "Coin rules", Body: body, Hash: models.HashOf("Coin rules", body)}
	}
	gone := func(n int, body string) models.ArticleRevision {
		r := text(n, body)
		r.Body = ""
		return r
	}
	for _, tt := range []struct {
		name          string
		before, after models.ArticleRevision
		want          string
	}{
		{"one text", gone(1, "One day."), text(2, "Two days."), "The text of revision 1 was deleted by age (retention.text)"},
		{"both texts", gone(1, "One day."), gone(2, "Two days."), "The text of revision 1 and of revision 2 was deleted by age"},
		{"none", text(1, "One day."), text(2, "Two days."), "− One day.\n+ Two days."},
		{"a text that came", text(1, ""), text(2, "Two days."), "Text: 0 paragraphs gone, 1 new\n\n+ Two days."},
		{"white space", text(1, "Two days."), text(2, "Two  days."), "Nothing but white space is different."},
	} {
		var out bytes.Buffer
		sh := &shell{stdout: &out}
		sh.printChange(reportChange(models.Article{ID: "01A", Title: "Coin rules"}, tt.before, tt.after), time.UTC)
		if !strings.Contains(out.String(), tt.want) {
			t.Errorf("%s reads:\n%s\nwant: %s", tt.name, out.String(), tt.want)
		}
		if strings.Contains(tt.want, "deleted") && strings.Contains(out.String(), "days.") {
			t.Errorf("%s compares with what is not there:\n%s", tt.name, out.String())
		}
	}
}
