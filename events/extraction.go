package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// A extraction is what one article says of how far a rule change is and which days
// matter.
type extraction struct {
	stage stage
	dates []models.KeyDate
}

// tell sets down in its place what the article says of stage and dates. What
// merely mentions a topic in passing tells of another matter's.
func (f features) setExtraction(place *models.EventArticle, now time.Time) {
	if place.Strength != models.Subject {
		return
	}
	result := f.extract()
	if place.ToldAt.IsZero() || place.Stage != result.stage.String() || !slices.Equal(place.Dates, result.dates) {
		place.Stage, place.Dates, place.ToldAt = result.stage.String(), result.dates, now
	}
}

// extraction reads the stage and the dates from the article's text.
func (f features) extract() extraction {
	var (
		publishedOn = dayOf(f.Article)
		body        = len(f.src)
		bodyRead    int
		lastYear    int // the last year that was written
		result      extraction
		scores      scores
	)
	if f.body < len(f.tokens) {
		body = f.tokens[f.body].Start
	}
	sentences(f.src, f.tokens, func(s sentence) {
		dates := s.keyDates(publishedOn, lastYear)
		weights := s.stageWeights(publishedOn.Year())
		if len(datesOfKind(dates, effective)) > 0 {
			weights[inForce] = strong
		}
		switch {
		case s.tokens[0].Start < body:
			scores.add(weights, titleWeight)
		case bodyRead < leadWords:
			scores.add(weights, leadWeight)
		default:
			scores.addRest(weights)
		}
		if s.tokens[0].Start >= body {
			bodyRead += s.length()
		}
		if len(result.dates) < maxDates {
			result.dates = mergeDates(result.dates, dates)
		}
		lastYear = cmp.Or(s.year(), lastYear)
	})
	result.dates = result.dates[:min(len(result.dates), maxDates)]
	result.stage = scores.best()
	return result
}

// dayOf returns the day on which an article was published where its source is,
// as midnight in UTC.
func dayOf(a models.Article) time.Time {
	t := timestamp(a).UTC()
	if a.Source.Zone != "" {
		if zone, err := time.LoadLocation(a.Source.Zone); err == nil {
			t = t.In(zone)
		}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// aggregate sets the event's stage and dates from what its articles say. The word
// of an authority stands before that of the press. The stage is the furthest
// that was told. Of one kind of date the latest word counts, with the dates of
// others that agree with it in one day at least: those of articles that tell of
// other days only have been overtaken.
func aggregate(e *models.Event) {
	byAuthority := slices.Clone(e.Articles)
	slices.SortStableFunc(byAuthority, func(a, b models.EventArticle) int {
		return cmp.Or(cmp.Compare(authorityRank(b), authorityRank(a)), b.ToldAt.Compare(a.ToldAt))
	})
	e.Stage, e.Dates = "", nil
	for _, a := range byAuthority {
		if a.Stage == "" || e.Stage != "" && authorityRank(a) < authorityRank(byAuthority[0]) {
			continue
		}
		e.Stage = stage(max(stageOf(e.Stage), stageOf(a.Stage))).String()
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

// authorityRank is 1 for the word of an authority.
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
