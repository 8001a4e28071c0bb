package sources

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func watched(w models.Watch) models.Source {
	return models.Source{ID: "guidance", Name: "Guidance", Kind: KindPage, URL: "https://r.example/guidance", Watch: w, Pages: models.PagesAuto}
}

// guidance is a page with a menu, a box of other news and a counter.
func guidance(paragraphs ...string) string {
	var b strings.Builder
	b.WriteString(`<html><head><title>R | Guidance</title></head><body><nav><a href="/">Home</a></nav><main><h1>Guidance for issuers</h1>`)
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", p)
	}
	b.WriteString(`</main><footer>© R</footer></body></html>`)
	return b.String()
}

// TestWatchedPage reads one version after the other, each with what is
// remembered of the one before.
func TestWatchedPage(t *testing.T) {
	const reserve, audit, redeem = "Issuers hold reserve assets.", "Auditors look at them each year.", "Coins are redeemed within one day."
	for _, tt := range []struct {
		name     string
		settings models.Watch
		versions []string
		want     []string // what is told, by title and text
		kept     int      // versions
	}{
		{"nothing changes", models.Watch{}, []string{guidance(reserve, audit), guidance(reserve, audit)}, nil, 1},
		{
			"a paragraph comes",
			models.Watch{},
			[]string{guidance(reserve, audit), guidance(reserve, redeem, audit)},
			[]string{"Guidance for issuers: Coins are redeemed within one day.\n+ Coins are redeemed within one day."},
			2,
		},
		{
			"a paragraph goes",
			models.Watch{},
			[]string{guidance(reserve, redeem, audit), guidance(reserve, audit)},
			[]string{"Guidance for issuers: − Coins are redeemed within one day.\n− Coins are redeemed within one day."},
			2,
		},
		{
			"a word changes",
			models.Watch{},
			[]string{guidance(reserve, redeem, audit), guidance(reserve, "Coins are redeemed within two days.", audit)},
			[]string{"Guidance for issuers: Coins are redeemed within two days.\n− Coins are redeemed within one day.\n\n+ Coins are redeemed within two days."},
			2,
		},
		{
			"furniture changes",
			models.Watch{},
			[]string{
				guidance(reserve, audit, "Last updated: 1 August 2026", "Views: 1,204"),
				strings.ReplaceAll(guidance("ISSUERS  hold reserve assets.", audit, "Last updated: 2 August 2026", "瀏覽次數 1,205"), "Home", "Start"),
			},
			nil, 1,
		},
		{"paragraphs change places", models.Watch{}, []string{guidance(reserve, audit, redeem), guidance(redeem, reserve, audit)}, nil, 1},
		{
			"a notice that the site is down is not told",
			models.Watch{},
			[]string{guidance(reserve, audit, redeem), `<h1>R</h1><p>We are carrying out maintenance.`, guidance(reserve, audit, redeem)},
			nil, 1,
		},
		{
			"a page that stays another is told",
			models.Watch{},
			[]string{guidance(reserve, audit, redeem), `<h1>R</h1><p>This page has been withdrawn.`, `<h1>R</h1><p>This page has been withdrawn.`},
			[]string{"Guidance: R\n− Guidance for issuers\n\n− Issuers hold reserve assets.\n\n− Auditors look at them each year.\n\n− Coins are redeemed within one day.\n\n+ R\n\n+ This page has been withdrawn."},
			2,
		},
		{
			"only what is selected counts",
			models.Watch{Select: ".rules", Ignore: []string{".new"}},
			[]string{
				`<div class=rules><p>One rule.</p><p class=new>Hot!</p></div><p>Weather: rain.</p>`,
				`<div class=rules><p>One rule.</p><p class=new>Cold!</p></div><p>Weather: sun.</p>`,
				`<div class=rules><p>One rule.</p><p>Two rules.</p></div>`,
			},
			[]string{"Guidance: Two rules.\n+ Two rules."},
			2,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var told []string
			versions := make(map[string]bool)
			var memory string
			for _, page := range tt.versions {
				r := Open(watched(tt.settings), nil)
				u, k, err := r.open(r.src.URL)
				if err != nil {
					t.Fatal(err)
				}
				batch, err := r.batch(t.Context(), k, answer{url: u, body: []byte(page), memory: memory}, models.Cursor{})
				if err != nil {
					t.Fatal(err)
				}
				memory = batch.Cursor.Memory
				if warned := strings.Join(batch.Warnings, "; "); strings.Contains(warned, "share") {
					t.Errorf("a page and its change warn of each other: %s", warned)
				}
				for _, a := range batch.Articles {
					if a.BodyState == models.BodyVersion {
						versions[a.FeedHash] = true
						if !a.Baseline {
							t.Error("a version may alert")
						}
						continue
					}
					told = append(told, a.Title+"\n"+a.Body)
				}
			}
			if diff := cmp.Diff(tt.want, told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if len(versions) != tt.kept {
				t.Errorf("%d versions are kept; want %d", len(versions), tt.kept)
			}
		})
	}
}

// The same change is the same article however often it is read, the way back
// another.
func TestIdentityOfChanges(t *testing.T) {
	read := func(memory, page string) (change models.Article, after string) {
		r := Open(watched(models.Watch{}), nil)
		u, k, err := r.open(r.src.URL)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := r.batch(t.Context(), k, answer{url: u, body: []byte(page), memory: memory}, models.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		return batch.Articles[len(batch.Articles)-1], batch.Cursor.Memory
	}
	one, two := guidance("A rule.", "Of one kind."), guidance("A rule.", "Of two kinds.")
	_, first := read("", one)
	there, second := read(first, two)
	again, _ := read(first, two)
	back, _ := read(second, one)
	if there.Identity != again.Identity {
		t.Error("a change that is read twice is two articles")
	}
	if there.Identity == back.Identity {
		t.Error("a change and the way back are one article")
	}
}

func TestWatchedPageFaults(t *testing.T) {
	for page, want := range map[string]string{
		"":                                "no readable text",
		"<script>render()</script>":       "built by scripts",
		"<title>Just a moment...</title>": "challenge page",
	} {
		if _, err := Open(watched(models.Watch{}), nil).Read(t.Context(), []byte(page), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", page, err, want)
		}
	}
	_, err := Open(watched(models.Watch{Select: "#gone"}), nil).Read(t.Context(), []byte(guidance("A rule.")), nil)
	if err == nil || !strings.Contains(err.Error(), "changed the shape") {
		t.Errorf("a selector that finds nothing: %v", err)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("a\n\nb", "a\n\nc")
	f.Fuzz(func(t *testing.T, before, after string) {
		if d := watching().Of(before, before); len(d) > 0 {
			t.Errorf("a text differs from itself: %v", d)
		}
		if d := watching().Of(before, after); len(d) > 0 {
			_, _ = titleOfChange("T", d), summaryOfChange(d)
		}
	})
}
