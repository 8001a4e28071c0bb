package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func revision(n int, body string) models.ArticleRevision {
	return models.ArticleRevision{ArticleID: "01A", Revision: n, Title: "Coin rules", Body: body, Hash: models.HashOf("Coin rules", body)}
}

func TestCompareRevisionsComparesNoDeletedText(t *testing.T) {
	deleted := func(n int, body string) models.ArticleRevision {
		r := revision(n, body)
		r.Body = ""
		return r
	}
	for _, tt := range []struct {
		name          string
		before, after models.ArticleRevision
		compared      bool
		edits         []ArticleEdit
	}{
		{"one text is deleted", deleted(1, "One day."), revision(2, "Two days."), false, []ArticleEdit{}},
		{"both texts are deleted", deleted(1, "One day."), deleted(2, "Two days."), false, []ArticleEdit{}},
		{"no text is deleted", revision(1, "One day."), revision(2, "Two days."), true, []ArticleEdit{{[]string{"One day."}, []string{"Two days."}}}},
		{"there was no text before", revision(1, ""), revision(2, "Two days."), true, []ArticleEdit{{[]string{}, []string{"Two days."}}}},
		{"only white space changed", revision(1, "Two days."), revision(2, "Two  days."), true, []ArticleEdit{}},
	} {
		c := compareRevisions(models.Article{ID: "01A"}, tt.before, tt.after)
		if c.Compared != tt.compared {
			t.Errorf("%s: compared is %v, want %v", tt.name, c.Compared, tt.compared)
		}
		if diff := cmp.Diff(tt.edits, c.Edits); diff != "" {
			t.Errorf("%s: edits (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestPickRevisions(t *testing.T) {
	all := []models.ArticleRevision{revision(1, "One."), revision(2, "Two."), revision(3, "Three.")}
	for _, tt := range []struct {
		from, to         int
		wantFrom, wantTo int
		wantErr          string
	}{
		{0, 0, 2, 3, ""},
		{0, 2, 1, 2, ""},
		{1, 0, 1, 3, ""},
		{2, 1, 2, 1, ""},
		{0, 1, 0, 0, "revision 1 is the first, so there is none before it; name both revisions to compare"},
		{9, 0, 0, 0, "article 01A has no revision 9; it has revisions 1 to 3"},
		{3, 0, 0, 0, "both revisions to compare are revision 3"},
	} {
		before, after, err := pickRevisions("01A", all, tt.from, tt.to)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if before.Revision != tt.wantFrom || after.Revision != tt.wantTo || got != tt.wantErr {
			t.Errorf("pickRevisions(%d, %d) = %d, %d, %q; want %d, %d, %q", tt.from, tt.to, before.Revision, after.Revision, got, tt.wantFrom, tt.wantTo, tt.wantErr)
		}
	}
}
