package lint

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"regwatch/events"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/syntax"
	"regwatch/rules/syntax/syntaxtest"
)

// If covers says that one expression matches wherever another does, all articles agree.
func TestCoversHoldsForEveryArticle(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	m := syntaxtest.NewExprMaker(random)
	days, dates := make(map[string]string), make(map[string][]models.KeyDate) // by title
	articles := syntaxtest.Articles(random, 40)
	covered, matched := 0, 0
	for range 300 {
		e := m.Expr(2)
		narrow := *e
		if narrow.In == 0 && narrow.Op != syntax.OpCondition && narrow.Op != syntax.OpDays {
			narrow.In = syntax.RegionTitle
		}
		related := []*syntax.Expr{
			e, &narrow, m.Expr(1),
			{Op: syntax.OpAny, Sub: []*syntax.Expr{e, m.Expr(1)}},
			{Op: syntax.OpAll, Sub: []*syntax.Expr{e, m.Expr(1)}},
			{Op: syntax.OpAny, Sub: []*syntax.Expr{e}, In: syntax.RegionBody},
			{Op: syntax.OpNone, Sub: []*syntax.Expr{e}},
			{Op: syntax.OpNone, Sub: []*syntax.Expr{{Op: syntax.OpAny, Sub: []*syntax.Expr{e, m.Expr(1)}}}},
		}
		src := syntaxtest.Header + "{terms: a}\n"
		for i, r := range related {
			written, err := (&syntax.Rule{}).FormatYAML(r)
			if err != nil {
				t.Fatal(err)
			}
			src += fmt.Sprintf("  t%d:\n%s", i, syntaxtest.Indent(written))
		}
		set, problems := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(src)}})
		if len(problems) > 0 {
			continue // an in excludes the one within it
		}
		set = set.WithDates(func(a models.Article) (string, []models.KeyDate) {
			if _, ok := days[a.Title]; !ok {
				days[a.Title], dates[a.Title] = events.KeyDates(a)
			}
			return days[a.Title], dates[a.Title]
		})
		tags := set.Rules()[0].Tags
		met := metBy(set, tags, articles)
		for i, weak := range tags {
			for j, strong := range tags {
				if i == j || !covers(scopedExpr{weak.Expr, syntax.Everywhere}, scopedExpr{strong.Expr, syntax.Everywhere}) {
					continue
				}
				covered++
				for k, a := range articles {
					if !met[k][j] {
						continue
					}
					matched++
					if !met[k][i] {
						t.Fatalf("covers(%s, %s) is true, but only the latter matches %q / %q\n%s", weak.Expr, strong.Expr, a.Title, a.Body, src)
					}
				}
			}
		}
	}
	if covered < 300 || matched < 3000 {
		t.Errorf("%d pairs, met %d times, are too few", covered, matched)
	}
}

// metBy returns, for each article, whether it meets the expression of each tag.
func metBy(set *rules.Set, tags []syntax.Tag, articles []models.Article) [][]bool {
	var buf rules.Buffer
	met := make([][]bool, len(articles))
	for i, a := range articles {
		set.Probe(&buf, a, func(p rules.Probe) {
			for _, tag := range tags {
				met[i] = append(met[i], p.Meets(tag.Expr, syntax.Everywhere))
			}
		})
	}
	return met
}
