package rules

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/amounts"
	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/textkind"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// A DateReader returns the day on which an article was published, where its source is, and the key dates that the article
// states. The day is 2006-01-02, or empty if it is unknown.
type DateReader func(models.Article) (day string, dates []models.KeyDate)

// WithDates returns the set with a reader of key dates, for its conditions deadline and effective. Without one they are
// never met. The reader must depend on the article alone.
func (s *Set) WithDates(read DateReader) *Set {
	if s == nil {
		return nil
	}
	with := s.clone()
	with.dates = read
	with.exceptions = s.exceptions.withDates(read)
	return with
}

// values are what conditions on values read of an article. They are read when a condition first asks for them, which is
// after the words of its rule were found.
type values struct {
	article models.Article
	part    models.Article // the selected part of it

	hasAmounts bool
	amounts    []amounts.Amount // of the whole article; the words of the body follow those of the title
	hasKind    bool
	kind       textkind.Result // of the whole article
	hasDates   bool
	day        string // of the selected part
	dates      []models.KeyDate
}

// reset prepares the values of an article, all of which is selected.
func (v *values) reset(a models.Article) {
	*v = values{article: a, part: a, amounts: v.amounts[:0]}
}

// selectPart sets the part of the article that conditions on dates read.
func (v *values) selectPart(title, body string) {
	v.part, v.hasDates = v.article, false
	v.part.Title, v.part.Body = title, body
}

// allAmounts returns the amounts of the whole article.
func (ev *evaluator) allAmounts() []amounts.Amount {
	if ev.hasAmounts {
		return ev.amounts
	}
	ev.hasAmounts, ev.amounts = true, ev.amounts[:0]
	offset := 0
	for _, src := range []string{ev.title, ev.body} {
		words := text.Tokens(src)
		for _, a := range amounts.Find(src, words) {
			a.First, a.End = a.First+offset, a.End+offset
			if !slices.Contains(ev.boilerplate[a.First:a.End], true) {
				ev.amounts = append(ev.amounts, a)
			}
		}
		offset += len(words)
	}
	return ev.amounts
}

// amountOf returns the amount of a hit. Instead of a phrase the hit has the number of the amount, from -1 down.
func (ev *evaluator) amountOf(h span) amounts.Amount { return ev.amounts[-1-h.phrase] }

// amountHits returns the amounts of the selected part that meet a condition; if it is nil, all of them.
func (ev *evaluator) amountHits(c *syntax.Amount) []span {
	start := len(ev.arena)
	for i, a := range ev.allAmounts() {
		if ev.start <= a.First && a.End <= ev.end && (c == nil || c.Meets(a)) {
			ev.arena = append(ev.arena, span{start: a.First, end: a.End, name: "amount", phrase: int32(-1 - i)})
		}
	}
	return ev.arena[start:len(ev.arena):len(ev.arena)]
}

// textKind returns the kind of the article.
func (ev *evaluator) textKind() textkind.Result {
	if !ev.hasKind {
		a := ev.article
		ev.hasKind, ev.kind = true, textkind.Of(a.Title, a.Body, len(splitRoundup(a.Title, a.Body)) > 0)
	}
	return ev.kind
}

// keyDates returns the day of the article and the key dates of the selected part.
func (ev *evaluator) keyDates() (day string, dates []models.KeyDate) {
	if !ev.hasDates {
		ev.hasDates, ev.day, ev.dates = true, "", nil
		if ev.set.dates != nil {
			ev.day, ev.dates = ev.set.dates(ev.part)
		}
	}
	return ev.day, ev.dates
}

// meetsCondition reports whether the article meets a condition on where it comes from, or on its kind.
func (ev *evaluator) meetsCondition(c *syntax.Condition) bool {
	if c.Kind != conditions.TextKind {
		return c.Match(ev.attributes)
	}
	kind := ev.textKind().Kind
	return slices.ContainsFunc(c.Values, func(v syntax.Ident) bool { return v.Name == kind })
}

// dateFor returns a key date that meets a condition.
func (ev *evaluator) dateFor(c *syntax.Days) (models.KeyDate, bool) {
	today, dates := ev.keyDates()
	i := slices.IndexFunc(dates, func(d models.KeyDate) bool { return d.Kind == c.Kind && c.Window.Contains(d.Day, today) })
	if i < 0 || today == "" {
		return models.KeyDate{}, false
	}
	return dates[i], true
}

// note returns from what a condition on the article as a whole was found to be met, or "".
func (ev *evaluator) note(e *syntax.Expr) string {
	switch {
	case e.Op == syntax.OpCondition && e.Condition.Kind == conditions.TextKind:
		return ev.textKind().Why
	case e.Op == syntax.OpDays:
		if d, ok := ev.dateFor(e.Days); ok {
			return fmt.Sprintf("%s, from %q", d.Day, d.Quote)
		}
	}
	return ""
}

// whyNotKind returns why the article has none of the wanted kinds.
func (ev *evaluator) whyNotKind(c *syntax.Condition) diag.Text {
	kind := ev.textKind()
	return diag.Textf("the article is %s, as %s, and %s is required", kind.Kind, kind.Why, strings.TrimPrefix(c.String(), c.Kind+" "))
}

// whyNotDays returns why no key date of the article meets a condition.
func (ev *evaluator) whyNotDays(c *syntax.Days) diag.Text {
	today, dates := ev.keyDates()
	if today == "" {
		return diag.Textf("the day of the article is unknown; an example states it with published: %s", exampleDay)
	}
	for _, d := range dates {
		if d.Kind == c.Kind {
			return diag.Textf("the article of %s states the %s %s (%q), which is not %s", today, c.Kind, d.Day, d.Quote, c.Window)
		}
	}
	if c.Kind == conditions.Deadline {
		return "the article states no deadline"
	}
	return "the article does not state when something takes effect"
}

const exampleDay = "2026-12-31"

// whyNoAmount returns why no amount of a region meets a condition, and a score.
func (ev *evaluator) whyNoAmount(c *syntax.Amount, in syntax.Region) (reason diag.Text, score float64) {
	if elsewhere := ev.amountHits(c); len(elsewhere) > 0 {
		return ev.whyElsewhere(elsewhere[0], in), scoreRejected
	}
	all := ev.inRegion(ev.amountHits(nil), in)
	if len(all) == 0 {
		return diag.Textf("no amount was found%s", place(in)), 0
	}
	best := all[0]
	for _, h := range all { // one in the right currency says more
		if ev.amountOf(h).IsIn(c.Currency) {
			best = h
			break
		}
	}
	switch a := ev.amountOf(best); {
	case !a.IsIn(c.Currency):
		return diag.Textf("%s is in %s, and %s is required", ev.quote(best), a.Currency, c.Currency), scoreSimilar
	case a.High < c.Low():
		return diag.Textf("%s is below %s", ev.quote(best), amounts.Format(c.Low())), scoreRejected
	default:
		return diag.Textf("%s is above %s", ev.quote(best), amounts.Format(c.High())), scoreRejected
	}
}
