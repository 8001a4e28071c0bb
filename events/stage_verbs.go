package events

import (
	"cmp"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// A stageVerb is a kind of verb with the subject and objects that it needs and the
// stage that they report.
type stageVerb struct {
	verb    sense
	subject sense // the nearest actor before the verb must have one of them; 0: none needed
	objects sense // the nearest noun must have one of them; 0: none needed
	stage   stage // noStage: that of the phrase
}

// stageVerbs are the verbs that report a stage. Of several verbs in a sentence its place decides; for a verb with
// several senses, the first row that fits.
var stageVerbs = []stageVerb{
	{alone, 0, 0, noStage},
	{advances, committee, draft | rule, introduced},
	{passes, 0, draft | rule | prohibition | finalRule, passed},
	{issues, 0, finalRule, passed},
	{introduces, 0, draft, introduced},
	{introduces, lawmaker, rule, introduced},
	{introduces, country | authority, rule | prohibition, inForce},
	{issues, 0, guide, guidance},
	{obtains, 0, guide, guidance},
	{opens, 0, consults, consultation},
	{postpones, 0, launch | rule | draft | prohibition | finalRule | term, postponed},
	{prolongs, 0, term, postponed},
	{rejects | undoes, court, challenge, restated},
	{undoes | stops | rejects, 0, permit, licensing},
	{obtains | seeksPermit | grants, 0, permit, licensing},
	{undoes, 0, rule | prohibition | guide, repealed},
	{undoes, 0, draft | plan, rejected},
	{voids, 0, rule | prohibition, repealed},
	{rejects, lawmaker, draft | plan | prohibition | rule | challenge, rejected},
	{voids, lawmaker, draft, rejected},
	{rejects, 0, draft | plan | prohibition | rule, rejected},
	{restates, 0, rule | prohibition | stance, restated},
	{amends, authority, stance, amended},
	{amends, 0, rule | prohibition | guide | finalRule, amended},
	{approves, authority, 0, licensing},
	{asks, authority, firm, guidance},
	{warns, authority | court | lawmaker, illicit | firm, enforcement},
	{obliges, authority, rule | prohibition, inForce},
	{orders, 0, firm, enforcement},
	{orders, public, halt, enforcement},
	{orders, authority | court | country, 0, enforcement},
	{shuts, 0, firm | illicit, enforcement},
	{fines, 0, 0, enforcement},
	{accuses | probes, public, 0, enforcement},
	{settles, 0, 0, enforcement},
	{lists, public, illicit, enforcement},
	{stops, authority | court, 0, enforcement},
	{clarifies, authority | country, 0, guidance},
	{says, authority, 0, guidance},
	{begins, 0, rule | prohibition, inForce},
	{widens, 0, prohibition, inForce},
	{applies, 0, 0, inForce},
	{forbids, 0, 0, inForce},
	{regulates, public, 0, inForce},
	{sets, public, rule | prohibition, inForce},
	{keeps, 0, prohibition, restated},
	{modal, public, draft | plan | rule | prohibition | term, proposed},
}

// How far a noun may be from its verb, in tokens.
const (
	objectReach    = 7
	hanObjectReach = 24
	modalReach     = 5
)

// maxVerbs is how many verbs and nouns of a sentence are compared with the others. A
// headline has fewer.
const maxVerbs = 32

// reportedStage returns the stage that the verbs of a sentence report, or noStage. A
// verb of the main clause comes before one that is planned. In a headline, a verb of a
// subordinate clause counts if there is no other.
func (s sentence) reportedStage(isHeadline bool) (best stage, rank int) {
	for _, m := range s.matches[:min(len(s.matches), maxVerbs)] {
		if st, r := s.stageOfVerb(m, isHeadline); r > rank {
			best, rank = st, r
		}
	}
	return best, rank
}

// stageWords returns the sentence with the words of stages instead of those of dates.
func (s sentence) stageWords(author sense) sentence {
	s.matches, s.author = appendMatches(nil, stageLexicon(), s.tokens), author
	return s
}

// The ranks of a verb. A changed rule is often just the object of another verb: an
// amended bill passes.
const (
	subordinate = iota + 1
	planned
	changing
	reported
)

// stageOfVerb returns the stage that a verb reports and its rank, or 0.
func (s sentence) stageOfVerb(m phraseMatch, isHeadline bool) (st stage, rank int) {
	first, end := s.clause(m)
	if s.isDenied(m) || s.isPartOfName(m) || s.isQuestion() {
		return noStage, 0
	}
	actor := s.actorBefore(m)
	for _, v := range stageVerbs {
		if m.phrase.senses&v.verb == 0 || !s.hasSubject(m, v, actor) || !s.hasObject(m, v, first, end) || !s.allows(m, v, first, end, isHeadline) {
			continue
		}
		st, rank = cmp.Or(v.stage, m.phrase.stage()), reported
		switch {
		case v.verb == modal:
			rank = planned
		case v.verb == rejects && actor&lawmaker == 0 && s.hasSense(challenge, first, end):
			st = restated
		case st == passed && v.verb == issues && s.hasSense(amends, m.end, end): // 公布修改后的办法
			st, rank = amended, changing
		case st == passed && (!m.isHan() && s.hasSense(committee, m.end, end) || s.isSubmitted(m)): // "bill clears House committee"
			st = introduced
		case st == amended, v.verb == applies, v.verb == asks, v.verb == regulates, v.verb&(forbids|shuts) != 0 && m.isHan():
			rank = changing
		}
		switch {
		case st.isOfRule() && s.isProduct():
			return noStage, 0
		case v.verb&(passes|rejects|undoes|restates|amends|alone) != 0 && st != licensing && st != postponed && st != guidance && m.isActive() && actor&(outsider|public) == outsider:
			return noStage, 0 // a firm rejects, not a parliament
		case v.verb&(regulates|forbids|sets) != 0 && s.hasSense(draft|plan, 0, m.first):
			st, rank = proposed, planned // the bill bans
		case st == enforcement && s.isAnnounced(m):
		case v.verb != modal && st != licensing && st != consultation && !(v.verb == alone && st == rejected) && s.isPlanned(m, first):
			if st == enforcement || actor&outsider != 0 {
				return noStage, 0
			}
			st, rank = proposed, planned
		case s.isBackground(m):
			if rank = 0; isHeadline && v.verb != applies && !s.isMarket() {
				rank = subordinate
			}
		}
		if st == proposed && s.isBeforeParliament(m) {
			st = introduced
		}
		return st, rank
	}
	return noStage, 0
}

// isSubmitted reports whether a cabinet that passes a draft submits it to a parliament:
// 政院通過草案 將送立院審議.
func (s sentence) isSubmitted(m phraseMatch) bool {
	return m.isHan() && slices.ContainsFunc(s.matches, func(n phraseMatch) bool {
		return n.first >= m.end && n.phrase.senses&alone != 0 && n.phrase.stage() == introduced
	})
}

// isBeforeParliament reports whether what is planned concerns a bill that a parliament
// has, and is not that somebody will bring one.
func (s sentence) isBeforeParliament(m phraseMatch) bool {
	if m.words[0] == "strike" || m.words[0] == "reach" { // a deal about it
		return false
	}
	end := len(s.tokens)
	for _, n := range s.matches {
		if n.first >= m.end && n.words[0] == "if" { // "ready to write rules if parliament rejects bill"
			end = n.first
			break
		}
	}
	return m.phrase.senses&introduces == 0 && s.hasSense(draft, 0, end) && s.hasSense(legislature, 0, end) &&
		!s.hasSense(introduces, m.end, len(s.tokens))
}

// hasSubject reports whether the actor of a verb can do what it says. A bill is subject
// enough for what rules do.
func (s sentence) hasSubject(m phraseMatch, v stageVerb, actor sense) bool {
	switch {
	case v.subject == 0, actor&v.subject != 0:
		return true
	case v.verb == regulates:
		return s.hasSense(draft|plan, 0, m.first)
	case v.verb == lists: // "firm lands on alert list"
		last := m.words[len(m.words)-1]
		return (last == "on" || last == "to") && slices.ContainsFunc(s.tokens[m.end:], func(t text.Token) bool { return t.Text == "list" || t.Text == "blacklist" })
	case v.verb == accuses|probes: // "exchanges face new probes"
		return s.isFaced(m) || s.isTakenToCourt(m)
	}
	return false
}

// isActive reports whether an English verb is not passive.
func (m phraseMatch) isActive() bool { return !m.isHan() && !strings.HasSuffix(m.words[0], "ed") }

// actorBefore returns the senses of the actor of a verb, or 0: the last that the sentence
// names before it. In Chinese it is the first of the clause, because objects precede
// the verb too: 對平台罰款.
func (s sentence) actorBefore(m phraseMatch) sense {
	first, _ := s.clause(m)
	actor, from, end := s.author, -1, 0
	for _, n := range s.matches {
		if n.end > m.first {
			break
		}
		is := n.phrase.senses & (public | outsider)
		switch {
		case is == 0:
			continue
		case from >= 0 && n.first == end: // 美國監管機構, former regulator
			actor |= is
		case from < 0 || !m.isHan() || from < first && n.first >= first:
			actor, from = is, n.first
		default:
			continue
		}
		end = n.end
	}
	return actor
}

// isOfRule reports whether only a rule has a stage, and not a product.
func (s stage) isOfRule() bool {
	switch s {
	case proposed, introduced, passed, amended, postponed, rejected, repealed:
		return true
	}
	return false
}

// isProduct reports whether a headline is about something that a firm or a network
// makes: "exchange delays token launch".
func (s sentence) isProduct() bool {
	return s.hasSense(product, 0, len(s.tokens)) && !s.hasSense(public|rule|draft|prohibition|finalRule|stance, 0, len(s.tokens))
}

// isAnnounced reports whether somebody in power has decided to do something: "agency to
// fine firm".
func (s sentence) isAnnounced(m phraseMatch) bool {
	return s.word(m.first-1) == "to" && !s.hasSense(modal, 0, m.first) && slices.ContainsFunc(s.matches, func(n phraseMatch) bool {
		return n.end == m.first-1 && n.phrase.senses&public != 0 && n.phrase.senses&modal == 0
	})
}

// isMarket reports whether a headline is about prices.
func (s sentence) isMarket() bool { return s.hasSense(market, 0, len(s.tokens)) }

// isNoun reports whether a preposition precedes a word that is a verb elsewhere: "over
// support of".
func (s sentence) isNoun(m phraseMatch) bool {
	switch s.word(m.first - 1) {
	case "over", "of", "for", "with", "without", "in":
		return !m.isHan()
	}
	return false
}

// isOpinion reports whether a headline tells what somebody without the power to decide
// says: "Executive says bill will pass", "Bill will pass: analyst".
func (s sentence) isOpinion() bool {
	for _, m := range s.matches {
		if m.phrase.senses&says != 0 && !s.isNoun(m) {
			if s.commas[m.first] && len(s.tokens)-m.end <= 4 && s.hasSense(outsider, m.end, len(s.tokens)) && !s.hasSense(outsider, 0, m.first) {
				return true // ", says analyst"
			}
			actor := s.actorBefore(m)
			return actor&outsider != 0 || actor == 0 && (m.first <= 3 || !s.hasSense(public, 0, len(s.tokens)))
		}
	}
	// The first words before a colon and the last after one may name who says it.
	for i := 1; i < min(7, len(s.tokens)); i++ {
		if strings.ContainsAny(s.separator(i), ":：") && s.hasSense(outsider, 0, i) && !s.hasSense(public, 0, i) {
			return true
		}
	}
	last := len(s.tokens) - 1
	for last > 0 && !s.commas[last] {
		last--
	}
	return last > 0 && len(s.tokens)-last <= 4 && strings.ContainsAny(s.separator(last), ":：—–") && s.hasSense(outsider, last, len(s.tokens))
}
