package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

// An extraction is the stage and the key dates of one article.
type extraction struct {
	stage stage
	quote string // the text from which the stage was read
	dates []models.KeyDate
	cues  [][2]int // where in the text the stage and the dates stand
}

// setExtraction stores the stage and dates of the article in its entry of the event.
// Known are the keys of the event. A mere mention gets none, because the article
// describes another subject.
func (f features) setExtraction(place *models.EventArticle, e models.Event, known map[string]bool, now time.Time) {
	if place.Strength != models.Subject {
		place.Extract = f.extract(nil)
		return
	}
	read := f.reading()
	place.Extract = f.extract(read.cues)
	result := f.storedExtraction(read, e, known)
	if place.StatedAt.IsZero() || place.Stage != result.stage || !slices.Equal(place.Dates, result.dates) {
		place.Stage, place.StageQuote, place.Dates, place.StatedAt = result.stage, result.quote, result.dates, now
	}
}

// A stated is an extraction as an event stores it.
type stated struct {
	stage, quote string
	dates        []models.KeyDate
}

// storedExtraction returns the stage and dates of the article: those that the event
// stores for the same text, and otherwise what this program reads. A text that was
// read by another version of the program keeps what that version read.
func (f features) storedExtraction(read extraction, e models.Event, known map[string]bool) stated {
	result := stated{read.stage.String(), read.quote, read.dates}
	if !known[f.textKey] {
		return result
	}
	var stored *stated
	for _, a := range slices.Backward(e.Articles) {
		// An article whose text was revised since it joined may have had this text
		// only before.
		if a.Strength != models.Subject || a.Title != f.partArticle().Title || !a.StatedAt.Equal(a.JoinedAt) || !f.hasSignature(a.Signature) {
			continue
		}
		if a.Stage == result.stage && slices.Equal(a.Dates, result.dates) {
			return result
		}
		if stored == nil {
			stored = &stated{a.Stage, a.StageQuote, a.Dates}
		}
	}
	if stored != nil {
		return *stored
	}
	return result
}

// reading returns the stage and dates of the article, which are read once.
func (f features) reading() extraction {
	if *f.read == nil {
		x := f.readExtraction()
		*f.read = &x
	}
	return **f.read
}

// readExtraction reads the stage and dates from the text of the article.
func (f features) readExtraction() extraction {
	var (
		publishedOn = dayOf(f.Article)
		body        = len(f.src)
		bodyRead    int
		lastYear    int    // the last year in the text so far
		lastMonth   anchor // at the end of the sentence before
		found       []models.KeyDate
		cues        [][2]int
		reader      = stageReader{year: publishedOn.Year()}
	)
	if f.Article.Source.Role.Official() {
		reader.author = authority
	}
	if f.body < len(f.tokens) {
		body = f.tokens[f.body].Start
	}
	sentences(f.src, f.tokens, func(s sentence) {
		dates := s.keyDates(publishedOn, lastYear, lastMonth)
		takesEffect := len(datesOfKind(dates, effective)) > 0
		if s.tokens[0].Start < body {
			reader.readTitle(s, takesEffect)
		} else {
			reader.readBody(s, takesEffect, bodyRead)
			bodyRead += s.length()
		}
		if len(found) < maxDates {
			found = mergeDates(found, dates)
		}
		if len(dates) > 0 {
			cues = append(cues, s.span())
		}
		lastYear = cmp.Or(s.year(), lastYear)
		lastMonth = s.anchorBefore(len(s.tokens), publishedOn, anchor{})
	})
	proof := reader.result()
	if proof.stage != noStage {
		cues = append(cues, [2]int{proof.from, proof.to})
	}
	return extraction{proof.stage, proof.quote(f.src), found[:min(len(found), maxDates)], cues}
}

// KeyDates returns the day on which an article was published, where its source is, and the key dates that the article
// states. The day is 2006-01-02; it is empty, and there are no dates, if it is unknown. Both are those that [Assign]
// stores for an article of an event.
func KeyDates(a models.Article) (day string, dates []models.KeyDate) {
	if a.ReportedAt().IsZero() {
		return "", nil
	}
	return dayOf(a).Format(time.DateOnly), extractFeatures(Found{Article: a}).readExtraction().dates
}

// dayOf returns the local date of publication at the source, as midnight UTC.
func dayOf(a models.Article) time.Time {
	t := a.ReportedAt().In(timefmt.Zone(a.Source.Zone))
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// aggregate sets the stage and dates of an event from its articles. Authorities come
// before the press. The stage is the latest that an article has, with the quote of the
// newest such article. For each kind of date
// the newest article counts, with the dates of articles that agree on at least one
// day; articles with other days only are outdated.
func aggregate(e *models.Event) {
	byAuthority := slices.Clone(e.Articles)
	slices.SortStableFunc(byAuthority, func(a, b models.EventArticle) int {
		return cmp.Or(cmp.Compare(authorityRank(b), authorityRank(a)), b.StatedAt.Compare(a.StatedAt))
	})
	e.Stage, e.StageQuote, e.Dates = "", "", nil
	for _, a := range byAuthority {
		if a.Stage == "" || e.Stage != "" && authorityRank(a) < authorityRank(byAuthority[0]) {
			continue
		}
		if stageOf(a.Stage) > stageOf(e.Stage) || a.Stage == e.Stage && e.StageQuote == "" {
			e.Stage, e.StageQuote = a.Stage, a.StageQuote
		}
	}
	for _, kind := range []string{effective, deadline} {
		var dates []models.KeyDate
		bestRank := -1
		for _, a := range byAuthority {
			own := datesOfKind(a.Dates, kind)
			switch {
			case len(own) == 0:
			case bestRank < 0:
				bestRank, dates = authorityRank(a), own
			case authorityRank(a) == bestRank && slices.ContainsFunc(own, func(d models.KeyDate) bool { return containsDay(dates, d) }):
				dates = mergeDates(dates, own)
			}
		}
		e.Dates = mergeDates(e.Dates, dates)
	}
}

// authorityRank is 1 for an article of an authority and otherwise 0.
func authorityRank(a models.EventArticle) int {
	if a.Role.Official() {
		return 1
	}
	return 0
}

func datesOfKind(dates []models.KeyDate, kind string) []models.KeyDate {
	var selected []models.KeyDate
	for _, d := range dates {
		if d.Kind == kind {
			selected = append(selected, d)
		}
	}
	return selected
}

func containsDay(dates []models.KeyDate, d models.KeyDate) bool {
	return slices.ContainsFunc(dates, func(o models.KeyDate) bool { return o.Day == d.Day })
}
