package relevance

import (
	"math"
	"slices"

	"regwatch/internal/diag"
)

// The fewest samples that Refit learns from: in all, and of each kind.
const (
	LeastMarks  = 10
	LeastOfKind = 3
)

// A TooFewError means that there are too few samples for a refit, in all or of one kind.
type TooFewError struct{ Relevant, Irrelevant int }

// Error says what there is and what is needed.
func (e *TooFewError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *TooFewError) Text() diag.Text {
	return diag.Textf("%d relevant and %d irrelevant; a refit needs at least %d, of them %d of each kind", e.Relevant, e.Irrelevant, LeastMarks, LeastOfKind)
}

// EnoughMarks returns a [*TooFewError] if there are too few samples for a refit.
func EnoughMarks(relevant, irrelevant int) error {
	if relevant+irrelevant < LeastMarks || min(relevant, irrelevant) < LeastOfKind {
		return &TooFewError{relevant, irrelevant}
	}
	return nil
}

// The shares of the relevant samples that the thresholds keep as alerts, and in alerts and digest.
const (
	keptAsAlert = 0.95
	keptInAll   = 0.99
)

// Refit fits the weights of a model to what people marked, and sets its thresholds. The base is the model whose weights
// it starts from; nil: it learns from the samples alone. The same samples in the same order give the same file. The error
// is a [*TooFewError] if there are too few.
//
// The thresholds of the base stay, because scores stay comparable with it, unless the samples contradict them: then
// they fall so far that the wanted share of the relevant samples is above them. A model without thresholds of a
// base gets the highest ones that keep these shares. Each sample is scored by a model that has not seen it.
func Refit(base *File, samples []Sample) (File, error) {
	relevant := 0
	for _, s := range samples {
		if s.Relevant {
			relevant++
		}
	}
	if err := EnoughMarks(relevant, len(samples)-relevant); err != nil {
		return File{}, err
	}
	f := Fit(samples, refitOptions(base))
	f.Alert, f.Digest = refitThresholds(base, heldOutScores(base, samples))
	own := scoresOfRelevant(f.weights(), samples)
	f.Alert = min(f.Alert, lowest(own, keptAsAlert)) // whatever the held-out scores say, the marks alert
	f.Digest = min(f.Digest, lowest(own, keptInAll), f.Alert)
	if base != nil && base.Mention > 0 {
		f.Mention = max(base.Mention, f.Alert)
	}
	return f, nil
}

// refitOptions are those of a fit to few samples; docs/measurements/relevance.md has how they were chosen.
func refitOptions(base *File) Options {
	if base != nil {
		return Options{L2: 2, MinWords: 3, Prior: base}
	}
	return Options{L2: 4, MinWords: 3}
}

// maxParts is the number of parts of the cross-validation of a refit. Up to so many samples, each is left out alone.
const maxParts = 50

// heldOutScores returns the scores of the relevant samples, each by a model that has not seen it, the lowest first.
func heldOutScores(base *File, samples []Sample) []float64 {
	parts := min(maxParts, len(samples))
	var scores []float64
	for part := range parts {
		var known, unread []Sample
		for i, s := range samples {
			if i%parts == part {
				unread = append(unread, s)
			} else {
				known = append(known, s)
			}
		}
		if slices.ContainsFunc(unread, func(s Sample) bool { return s.Relevant }) {
			scores = append(scores, scoresOfRelevant(Fit(known, refitOptions(base)).weights(), unread)...)
		}
	}
	slices.Sort(scores)
	return scores
}

// scoresOfRelevant returns the scores of the relevant samples, the lowest first.
func scoresOfRelevant(m *Model, samples []Sample) []float64 {
	var scores []float64
	for _, s := range samples {
		if s.Relevant {
			scores = append(scores, m.Score(s.Features).Score)
		}
	}
	slices.Sort(scores)
	return scores
}

// digestShare is the most that the lower threshold of a model without a base is of the upper one. Few marks cannot
// show where the last hundredth of the relevant matches is; in the shipped models it is about there.
const digestShare = 0.25

// refitThresholds returns the thresholds of a refit, by the scores of relevant samples, the lowest first.
func refitThresholds(base *File, scores []float64) (alert, digest float64) {
	alert, digest = lowest(scores, keptAsAlert), lowest(scores, keptInAll)
	if base != nil && base.Alert > 0 {
		alert = min(alert, base.Alert)
		return alert, min(digest, base.Digest, alert)
	}
	return alert, min(digest, roundDown(digestShare*alert))
}

// lowest returns the highest threshold that keeps a share of the scores.
func lowest(scores []float64, kept float64) float64 {
	return roundDown(scores[int(float64(len(scores))*(1-kept))])
}

// roundDown keeps three digits.
func roundDown(x float64) float64 { return math.Floor(x*1000) / 1000 }
