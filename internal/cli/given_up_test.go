package cli

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/store"
)

// A page that is not read again because of what that takes is listed with its source until a person has it read again.
func TestSourcesListGivenUpPages(t *testing.T) {
	d := newDesk(t, "http://127.0.0.1:1", "127.0.0.1:1")
	d.write(t, "sources/own.yaml", "sources:\n  - {id: own, name: Own, url: \"https://own.example/feed\", role: regulator}\n")
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(d.dir, "regwatch.db")})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
	a := models.Article{
		ID: models.NewID(at, "own", "1"), SourceID: "own", Identity: "1", Title: "Circular 12", Link: "https://own.example/12.pdf", Body: "S", Revision: 1, SeenAt: at,
		BodyState: models.BodyFailed, GivenUp: true, Problem: "regwatch ended 3 times while it read the page.",
	}
	a.LinkKey, a.Hash = weblink.Key(a.Link), a.TextHash()
	if err := db.Commit(t.Context(), models.Scan{State: models.SourceState{SourceID: "own"}, Articles: []models.Article{a}, At: at}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if out := d.mustRun(t, "articles", "show", a.Link); !strings.Contains(out, "Text: a summary; the page could not be fetched\n      regwatch ended 3 times while it read the page.\n") {
		t.Errorf("regwatch articles show does not say why there is only a summary:\n%s", out)
	}
	out := d.mustRun(t, "sources")
	for _, want := range []string{"Pages that are not read again:", "own · given up 2026-11-30 03:00 UTC · https://own.example/12.pdf", "regwatch ended 3 times", "sources retry 01"} {
		if !strings.Contains(out, want) {
			t.Errorf("regwatch sources has no %q:\n%s", want, out)
		}
	}
	if out := d.mustRun(t, "sources", "--json"); !strings.Contains(out, `"given_up_at": "2026-11-30T03:00:00Z"`) || !strings.Contains(out, `"link": "https://own.example/12.pdf"`) {
		t.Errorf("regwatch sources --json does not have the page:\n%s", out)
	}
	if out := d.mustRun(t, "sources", "retry", a.Link, "--by", "mona"); !strings.Contains(out, "Circular 12\nThe next scan of own reads its page again.") {
		t.Errorf("regwatch sources retry:\n%s", out)
	}
	if out := d.mustRun(t, "sources"); strings.Contains(out, "not read again") {
		t.Errorf("the page is still listed:\n%s", out)
	}
	if out := d.mustRun(t, "audit", "--action", "article.page_retried"); !strings.Contains(out, "mona") {
		t.Errorf("the audit:\n%s", out)
	}
	if out, code := d.regwatch(t, "sources", "retry", a.ID[:12]); code == 0 || !strings.Contains(out, "there is nothing to try again") {
		t.Errorf("retried twice, it ends with %d:\n%s", code, out)
	}
}
