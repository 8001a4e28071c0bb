package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// conflict is the page about a draft whose file has changed meanwhile.
type conflict struct {
	ID, Text, Base string
	Merge          app.RuleMerge
	At             moment
	Rows           []diffRow
	Gone           bool
}

func (c *Console) showConflict(w http.ResponseWriter, v *visit, id string, text []byte, base string) error {
	m, err := c.engine.MergeRule(v.Context(), id, text, base, "")
	if err != nil {
		return err
	}
	page := conflict{ID: id, Text: string(text), Base: base, Merge: m, At: v.when(m.ChangedAt), Rows: diffRows(app.RuleDifference(m.Current.Text, string(text))), Gone: m.Current.Hash == ""}
	c.show(w, v, http.StatusConflict, "rules-conflict", v.T("The file was changed"), page)
	return nil
}

// mergeRule shows both versions joined as a draft of the present file. Nothing is saved.
func (c *Console) mergeRule(w http.ResponseWriter, v *visit) error {
	id, base := v.PathValue("id"), v.PostForm.Get("base")
	text, err := c.engine.SentRule(v.Context(), id, base, v.PostForm.Get("text"))
	if err != nil {
		return err
	}
	m, err := c.engine.MergeRule(v.Context(), id, text, base, v.PostForm.Get("side"))
	if err != nil {
		return err
	}
	if !m.Known || m.Text == "" {
		return c.showConflict(w, v, id, text, base)
	}
	return c.showDraft(w, v, http.StatusOK, id, []byte(m.Text), m.Current.Hash, nil)
}

// A trial is what a draft makes of a text.
type trial struct {
	Title, Body []segment
	Matches     bool
	Mention     bool
	Places      []hit
	WhyNot      string
	Problem     string
	Lang        string
}

// A segment is a piece of a text, marked or not.
type segment struct {
	Text string
	Hit  bool
}

func (c *Console) try(v *visit, page *ruleEditor) *trial {
	t, err := c.engine.TryRule(v.Context(), page.ID, []byte(page.Text), page.Try)
	if err != nil {
		return &trial{Problem: v.errorLine(err)}
	}
	shown := &trial{WhyNot: v.text(t.Said), Lang: languageOf(t.Article.Title + t.Article.Body)}
	var title, body []models.Hit
	if len(t.Matches) > 0 {
		m := t.Matches[0]
		shown.Matches, shown.Mention = true, m.Strength == models.Mention
		for _, h := range m.Hits {
			place := v.T("in the title")
			if h.Field == models.InBody {
				body = append(body, h)
				place = v.T("¶%d", h.Paragraph)
			} else {
				title = append(title, h)
			}
			shown.Places = append(shown.Places, hit{h.Text, place})
		}
	}
	shown.Title, shown.Body = segments(t.Article.Title, title), segments(t.Article.Body, body)
	return shown
}

// segments marks the hits of a text.
func segments(text string, hits []models.Hit) []segment {
	slices.SortFunc(hits, func(a, b models.Hit) int { return a.Start - b.Start })
	var all []segment
	at := 0
	for _, h := range hits {
		if h.Start < at || h.End > len(text) {
			continue // within the one before
		}
		if h.Start > at {
			all = append(all, segment{text[at:h.Start], false})
		}
		all = append(all, segment{text[h.Start:h.End], true})
		at = h.End
	}
	return append(all, segment{text[at:], false})
}

// fillEffect counts the effect of a valid text; otherwise it shows the last one, as an old one.
func (c *Console) fillEffect(v *visit, page *ruleEditor, count bool) error {
	key := v.Name + "\x00" + page.ID
	last := c.effects.of(key)
	if last != nil && last.Text == page.Text && !count {
		page.Effect = last
		return nil
	}
	if !count {
		return nil
	}
	if !page.Valid {
		page.Effect, page.Stale = last, true
		return nil
	}
	b, err := c.engine.BacktestRule(v.Context(), app.BacktestRequest{RuleID: page.ID, Draft: []byte(page.Text), DraftName: page.File, Since: v.effectSince(), Newest: 5, Within: effectWithin})
	if _, mistake := errors.AsType[diag.Problems](err); mistake { // the saved rule has mistakes
		page.Effect, page.Stale = last, true
		return nil
	}
	if err != nil {
		return err
	}
	page.Effect = v.effect(page.Text, b)
	c.effects.keep(key, page.Effect)
	return nil
}

// enoughMarks is how many events with feedback the precision of a draft needs; before, words say how many there are.
const enoughMarks = 10

func (v *visit) effect(text string, b app.Backtest) *ruleEffect {
	e := &ruleEffect{Text: text, Articles: b.Read, Events: b.Draft.Events, Clock: v.Now.In(v.Zone).Format("15:04:05"), Empty: !b.Stored, Gained: len(b.Gained), Lost: len(b.Lost)}
	if b.Draft.PerWeekMeasured {
		e.PerWeek = oneDecimal(b.Draft.PerWeek)
	}
	if p := b.Draft.Precision; p != nil {
		if e.Marks = p.Relevant + p.Irrelevant; e.Marks >= enoughMarks {
			e.Precision = v.rate(p.Rate)
		}
	}
	var saved []app.BacktestWeek
	if b.Saved != nil {
		e.Compared, e.EventsSaved, saved = true, b.Saved.Events, b.Saved.Weeks
		if b.Saved.PerWeekMeasured {
			e.PerWeekSaved = oneDecimal(b.Saved.PerWeek)
		}
	}
	e.Bars = v.bars(b.Draft.Weeks, saved)
	if b.Stopped || b.Cut {
		e.Partial = v.day(b.From.In(v.Zone))
	}
	add := func(events []app.BacktestEvent, gained bool) {
		for _, p := range events {
			change := effectChange{Gained: gained, Silent: p.Silent, Title: p.Title, Link: sanitize.Link(p.Link), Source: p.Source, At: p.SeenAt, Day: v.when(p.SeenAt), Words: p.Words}
			if !gained {
				change.Why = v.text(p.WhyNot)
			}
			e.Changes = append(e.Changes, change)
		}
	}
	add(b.Gained, true)
	add(b.Lost, false)
	slices.SortStableFunc(e.Changes, func(a, b effectChange) int { return b.At.Compare(a.At) })
	e.More = max(0, len(e.Changes)-maxShownChanges)
	for _, hit := range b.Newest {
		h := effectHit{Title: hit.Title, Source: hit.Source, Mention: hit.Strength == models.Mention, Day: v.when(cmp.Or(hit.PublishedAt, hit.SeenAt))}
		for _, found := range hit.Hits {
			if len(h.Words) < maxHits && !slices.Contains(h.Words, found.Text) {
				h.Words = append(h.Words, found.Text)
			}
		}
		e.Newest = append(e.Newest, h)
	}
	return e
}

// FirstChanges are those that are shown at once.
func (e *ruleEffect) FirstChanges() []effectChange { return e.Changes[:len(e.Changes)-e.More] }

// MoreChanges are the others.
func (e *ruleEffect) MoreChanges() []effectChange { return e.Changes[len(e.Changes)-e.More:] }
