package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// A stand is what one article says of how far a rule change is and which days
// matter.
type stand struct {
	stage stage
	dates []models.KeyDate
}

// tell sets down in its place what the article says of stage and dates. What
// merely mentions a topic in passing tells of another matter's.
func (f reading) tell(place *models.EventArticle, now time.Time) {
	if place.Strength != models.Subject {
		return
	}
	says := f.stand()
	if place.StatedAt.IsZero() || place.Stage != says.stage.String() || !slices.Equal(place.Dates, says.dates) {
		place.Stage, place.Dates, place.StatedAt = says.stage.String(), says.dates, now
	}
}

// stand reads the stage and the dates from the article's text.
func (f reading) stand() stand {
	var (
		told     = dayOf(f.Article)
		body     = len(f.src)
		bodyRead int
		carried  int // the last year that was written
		says     stand
		scores   scores
	)
	if f.body < len(f.tokens) {
		body = f.tokens[f.body].Start
	}
	sentences(f.src, f.tokens, func(s sentence) {
		dates := s.datesOf(told, carried)
		speaks := s.stages(told.Year())
		if len(ofKind(dates, effective)) > 0 {
			speaks[inForce] = certain
		}
		switch {
		case s.tokens[0].Start < body:
			scores.add(speaks, titleWeight)
		case bodyRead < leadWords:
			scores.add(speaks, leadWeight)
		default:
			scores.addFurther(speaks)
		}
		if s.tokens[0].Start >= body {
			bodyRead += s.length()
		}
		if len(says.dates) < mostDates {
			says.dates = merged(says.dates, dates)
		}
		carried = cmp.Or(s.year(), carried)
	})
	says.dates = says.dates[:min(len(says.dates), mostDates)]
	says.stage = scores.best()
	return says
}

// dayOf returns the day on which an article was published where its source is,
// as midnight in UTC.
func dayOf(a models.Article) time.Time {
	t := when(a).UTC()
	if a.Source.Zone != "" {
		if zone, err := time.LoadLocation(a.Source.Zone); err == nil {
			t = t.In(zone)
		}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// settle sets the event's stage and dates from what its articles say. The word
// of an authority stands before that of the press. The stage is the furthest
// that was told. Of one kind of date the latest word counts, with the dates of
// others that agree with it in one day at least: those of articles that tell of
// other days only have been overtaken.
func settle(e *models.Event) {
	byWord := slices.Clone(e.Articles)
	slices.SortStableFunc(byWord, func(a, b models.EventArticle) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), b.StatedAt.Compare(a.StatedAt))
	})
	e.Stage, e.Dates = "", nil
	for _, a := range byWord {
		if a.Stage == "" || e.Stage != "" && rank(a) < rank(byWord[0]) {
			continue
		}
		e.Stage = stage(max(stageOf(e.Stage), stageOf(a.Stage))).String()
	}
	for _, kind := range []string{effective, deadline} {
		var dates []models.KeyDate
		speaks := -1
		for _, a := range byWord {
			says := ofKind(a.Dates, kind)
			switch {
			case len(says) == 0:
			case speaks < 0:
				speaks, dates = rank(a), says
			case rank(a) == speaks && slices.ContainsFunc(says, func(d models.KeyDate) bool { return containsDay(dates, d) }):
				dates = merged(dates, says)
			}
		}
		e.Dates = merged(e.Dates, dates)
	}
}

// rank is 1 for the word of an authority.
func rank(a models.EventArticle) int {
	if a.Role.Official() {
		return 1
	}
	return 0
}

func ofKind(dates []models.KeyDate, kind string) []models.KeyDate {
	var some []models.KeyDate
	for _, d := range dates {
		if d.Kind == kind {
			some = append(some, d)
		}
	}
	return some
}

func containsDay(dates []models.KeyDate, d models.KeyDate) bool {
	return slices.ContainsFunc(dates, func(o models.KeyDate) bool { return o.Day == d.Day })
}
