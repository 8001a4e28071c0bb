package events

import (
	"slices"
	"strings"

	"regwatch/internal/sanitize"
)

// maxStageQuote is the length in characters of the text that proves a stage.
const maxStageQuote = 300

// A stageProof is a stage with the sentence from which it was read.
type stageProof struct {
	stage    stage
	from, to int // offsets of the sentence
}

// A stageReader reads the stage of an article from its sentences, one after the other.
// The verbs of the headline come first, then those of the lead, then the points of all
// phrases, and last a draft that the headline names.
type stageReader struct {
	year     int   // of publication
	author   sense // authority, if an authority wrote the article
	headline stageProof
	lead     stageProof
	draft    stageProof
	scores   scores
	titled   [stages]int        // the scores of the title
	quotes   [stages]stageProof // the sentence that indicates each stage most
	weights  [stages]int        // of these sentences
	silent   bool               // the headline reports nothing: a question, an opinion, prices
	opinion  bool               // it is an opinion, or about prices
	public   bool               // title or lead name somebody who can make rules
	outsider bool               // the title names somebody who cannot
	product  bool               // the title is about a product
	dated    bool               // there is a day on which something takes effect
}

// readTitle reads a sentence of the title. Dated says that it has the day on which
// something takes effect.
func (r *stageReader) readTitle(s sentence, dated bool) {
	words := s.stageWords(r.author)
	opinion := words.isOpinion()
	r.opinion = r.opinion || opinion || words.isMarket()
	r.silent = r.silent || r.opinion || words.isQuestion()
	r.public = r.public || words.hasActor(public&^country) || words.hasSense(country, 0, 2)
	r.product = r.product || words.isProduct()
	r.outsider = r.outsider || words.hasActor(outsider)
	if st, rank := words.reportedStage(true); r.headline.stage == noStage && (!r.silent || !opinion && rank >= changing) {
		r.headline = s.proof(st)
	}
	if r.headline.stage == noStage && words.isGuideTitle() {
		r.headline = s.proof(guidance)
	}
	if words.namesDraft() && r.draft.stage == noStage {
		r.draft = s.proof(proposed)
		if words.hasSense(legislature, 0, len(s.tokens)) {
			r.draft = s.proof(introduced)
		}
	}
	if r.silent {
		r.add(s, dated, 1)
	} else {
		r.add(s, dated, titleWeight)
	}
	r.titled = r.scores.leading
}

// readBody reads a sentence of the body after a number of words.
func (r *stageReader) readBody(s sentence, dated bool, before int) {
	if before >= leadWords {
		r.add(s, dated, 0)
		return
	}
	if before < reportWords && !s.isPast(r.year) {
		words := s.stageWords(r.author)
		r.public = r.public || words.hasActor(public)
		st, rank := words.reportedStage(false)
		switch {
		case st == noStage:
		case before == 0 && rank >= changing && !words.isOpinion():
			r.lead = s.proof(st)
			if r.headline.stage == amended && rank > changing && st != guidance && st != consultation {
				r.headline = r.lead
			}
		case before > 0 && (st == licensing || st == enforcement): // often background
		default:
			r.addWeights(s, only(st), leadWeight)
			return
		}
	}
	r.add(s, dated, leadWeight)
}

func (r *stageReader) add(s sentence, dated bool, weight int) {
	weights := s.stageWeights(r.year)
	if s.isEarlier() {
		weights[licensing], weights[enforcement] = 0, 0
	}
	r.dated = r.dated || dated
	if dated {
		weights[inForce] = strong
	}
	r.addWeights(s, weights, weight)
}

// isEarlier reports whether a sentence begins with "previously": what follows is no news.
func (s sentence) isEarlier() bool {
	switch s.word(0) {
	case "previously", "earlier":
		return true
	case "此", "早", "先":
		return s.word(1) == "前"
	}
	return false
}

// addWeights counts a sentence; weight 0 means one of the rest.
func (r *stageReader) addWeights(s sentence, weights [stages]int, weight int) {
	if weight > 0 {
		r.scores.add(weights, weight)
	} else {
		weights = r.scores.addRest(weights)
	}
	for st, w := range weights {
		if w *= max(weight, 1); w > r.weights[st] {
			r.weights[st], r.quotes[st] = w, s.proof(stage(st))
		}
	}
}

// result returns the stage, or noStage.
func (r *stageReader) result() stageProof {
	switch {
	case r.headline.stage != noStage:
		return r.headline
	case r.lead.stage != noStage && !r.opinion:
		return r.lead
	}
	best := r.scores.best()
	powerless := r.outsider && !r.public
	switch {
	case best == enforcement && r.titled[best] == 0: // an arrest in the text only is background
		return stageProof{}
	case r.silent, best.isOfRule() && r.product, best == proposed && !r.public, best == inForce && powerless && !r.dated:
		return stageProof{}
	case best != noStage:
		return r.quotes[best]
	case powerless:
		return stageProof{}
	}
	return r.draft
}

// isGuideTitle reports whether an authority's release is entitled as a guide that it
// publishes: "Guidelines on custody", 託管操作指引.
func (s sentence) isGuideTitle() bool {
	if s.isQuestion() || s.hasSense(draft|plan|consults, 0, len(s.tokens)) {
		return false
	}
	if s.author == 0 { // "SEC interpretation of custody rules"
		return slices.ContainsFunc(s.matches, func(m phraseMatch) bool {
			return m.phrase.senses&guide != 0 && s.follows(m, authority) && m.first <= 4 && !m.isHan()
		})
	}
	return slices.ContainsFunc(s.matches, func(m phraseMatch) bool {
		return m.phrase.senses&guide != 0 && (m.isHan() && m.end == len(s.tokens) || !m.isHan() && m.first == 0)
	})
}

// hasActor reports whether a sentence names an actor of some kind.
func (s sentence) hasActor(any sense) bool {
	return s.author&any != 0 || s.hasSense(any, 0, len(s.tokens))
}

// proof returns the sentence as the proof of a stage.
func (s sentence) proof(st stage) stageProof {
	span := s.span()
	return stageProof{st, span[0], span[1]}
}

// quote returns the sentence, cut to the length of a quote.
func (p stageProof) quote(src string) string {
	if p.stage == noStage {
		return ""
	}
	text := strings.Join(strings.Fields(src[p.from:p.to]), " ")
	return sanitize.Truncate(text, maxStageQuote)
}
