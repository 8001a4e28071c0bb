package events

import (
	"cmp"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// The senses of verbs and nouns that together report a stage: "passes" and "bill". They
// have a lexicon of their own, because its phrases are cut in other places, and so their
// bits are those of other senses there.
const (
	alone       sense = 1 << iota // reports the stage of the phrase, whatever the other words
	passes                        // adopts a law
	introduces                    // brings a draft before a parliament
	issues                        // publishes a document
	postpones                     // moves a start
	prolongs                      // moves an end
	undoes                        // ends a rule, or gives up a plan
	voids                         // ends a rule, if a court does it
	rejects                       // decides against a draft
	restates                      // says again that a rule stands
	amends                        // changes a rule
	warns                         // warns of somebody
	orders                        // orders somebody to do something
	draft                         // a law that is not passed
	plan                          // any other plan
	rule                          // a rule that may be in force
	prohibition                   // a rule that forbids
	stance                        // what an authority holds
	guide                         // a document that explains a rule
	finalRule                     // the last version of a rule
	launch                        // a start, or what starts
	term                          // a period or its end
	firm                          // somebody who is supervised
	illicit                       // what somebody does without a licence, or a fraud
	authority                     // somebody who supervises
	court                         // a court
	challenge                     // a case against a rule
	modal                         // what follows is planned or asked for
	decides                       // "to" after it is no plan
	hedges                        // makes the rest of a clause background
	consults                      // an invitation to comment
	applies                       // takes effect
	begins                        // starts to apply a rule
	widens                        // makes a rule apply to more
	shuts                         // closes somebody down
	forbids                       // forbids somebody to do something
	keeps                         // leaves a prohibition as it is
	without                       // what follows did not happen: 未經總統簽署
	fines                         // punishes, or a punishment
	obliges                       // orders many to do something
	accuses                       // takes somebody to court
	settles                       // ends a case by agreement
	probes                        // investigates
	lists                         // puts somebody on a list
	stops                         // stops a firm
	halt                          // what somebody is ordered to do
	opens                         // starts a consultation
	obtains                       // gets a licence
	seeksPermit                   // asks for a licence
	grants                        // gives a licence
	permit                        // a licence, or what leads to one
	approves                      // lets a firm do something
	wonApproval                   // was approved: a draft, or a firm
	clarifies                     // says how a rule is meant
	regulates                     // what rules do: allows, requires
	sets                          // makes a rule
	committee                     // part of a parliament
	advances                      // helps a draft on
	lawmaker                      // a parliament, a government or one of its members
	country                       // that does something: Spain bans
	outsider                      // somebody without the power to make rules
	says                          // an opinion, if somebody private has it
	market                        // prices and trading
	product                       // what firms and networks make

	skipped sense = 0 // a word that contains another, which then is not read
)

// public are those who can make rules or enforce them.
const public = authority | court | lawmaker | country | committee

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
	{wonApproval, 0, 0, licensing},
	{undoes, 0, rule | prohibition | guide, repealed},
	{undoes, 0, draft | plan, rejected},
	{voids, 0, rule | prohibition, repealed},
	{rejects, lawmaker, draft | plan | prohibition | rule | challenge, rejected},
	{rejects, 0, draft | plan | prohibition | rule, rejected},
	{restates, 0, rule | prohibition | stance, restated},
	{amends, 0, rule | prohibition | guide, amended},
	{approves, authority, 0, licensing},
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
	s.matches, s.author = appendMatches(nil, stageLexicon, s.tokens), author
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
	if s.isDenied(m) || s.isQuestion() {
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
		case st == amended, v.verb == applies, v.verb == regulates, v.verb&(forbids|shuts) != 0 && m.isHan():
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
		case v.verb != modal && st != licensing && st != consultation && s.isPlanned(m, first):
			if st == enforcement || actor&outsider != 0 {
				return noStage, 0
			}
			st, rank = proposed, planned
		case s.isBackground(m):
			if rank = 0; isHeadline && v.verb != applies && !s.isMarket() {
				rank = subordinate
			}
		}
		return st, rank
	}
	return noStage, 0
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
		return slices.ContainsFunc(s.tokens[max(0, m.first-3):m.first], func(t text.Token) bool { return t.Text == "face" || t.Text == "faces" })
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

// isOpinion reports whether a headline tells what somebody without the power to decide
// says: "Executive says bill will pass", "Bill will pass: analyst".
func (s sentence) isOpinion() bool {
	for _, m := range s.matches {
		if m.phrase.senses&says != 0 {
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

// allows reports whether the other words of a clause allow the reading of a verb.
func (s sentence) allows(m phraseMatch, v stageVerb, first, end int, isHeadline bool) bool {
	if v.verb&(shuts|forbids|lists|stops|probes|approves) != 0 && !isHeadline {
		return false
	}
	switch v.verb {
	case regulates: // a noun, unless something precedes: "to ban"
		return isHeadline && (m.isHan() || m.end-m.first > 1 || strings.HasSuffix(m.words[0], "s") || s.word(m.first-1) == "to" || s.word(m.first-1) == "will")
	case introduces:
		if strings.HasPrefix(m.words[0], "propose") { // "lawmakers propose bill", but not "draft rules"
			return v.objects&draft != 0 && s.actorBefore(m)&(lawmaker|authority) == lawmaker && slices.ContainsFunc(s.tokens[m.end:min(end, m.end+objectReach)], func(t text.Token) bool { return t.Text == "bill" || t.Text == "bills" })
		}
		return v.objects&draft != 0 || !s.hasSense(draft|plan|consults, first, end)
	case accuses | probes: // 中國指控美國 is no case
		return s.actorBefore(m)&(authority|court|lawmaker) != 0 || m.words[0] == "sues" || m.words[0] == "charges" || m.phrase.senses&probes != 0
	case fines:
		return s.isFine(m)
	case restates: // "court backs rule", but not "senator backs rule"
		return m.phrase.senses&says == 0 || s.actorBefore(m)&court != 0
	case begins: // a rule with a date
		return isHeadline && s.hasTime(m.end, end)
	case settles:
		return s.hasSense(authority, 0, len(s.tokens))
	case applies: // in the text, what the sentence is about
		return isHeadline || !slices.Contains(s.commas[1:m.first+1], true) && s.word(m.first-1) != "that" && s.hasSense(rule, 0, m.first)
	case forbids: // a verb and no noun
		if m.isHan() {
			return !s.hasSense(draft|plan, 0, len(s.tokens)) && !s.hasSense(modal, 0, m.first) && s.word(m.end) != "的"
		}
		return s.word(m.first-1) != "to" && slices.ContainsFunc(s.tokens[m.end:end], func(t text.Token) bool { return t.Text == "from" })
	case voids:
		return s.hasSense(court, first, end)
	case issues:
		return !s.hasSense(draft|plan|consults, first, end) && (v.stage != guidance || !s.hasSense(prohibition, first, end))
	}
	return true
}

// clause returns the tokens between the commas around a match.
func (s sentence) clause(m phraseMatch) (first, end int) {
	first, end = m.first, m.end
	for first > 0 && !s.commas[first] {
		first--
	}
	for end < len(s.tokens) && !s.commas[end] {
		end++
	}
	return first, end
}

// hasObject reports whether a verb has one of its objects: the nearest noun after it,
// or if there is none one before it. In Chinese the last word of a noun decides:
// 提出禁止代幣的法案. A warning or an order may have other nouns before its object.
func (s sentence) hasObject(m phraseMatch, v stageVerb, first, end int) bool {
	if v.objects == 0 {
		return true
	}
	reach := objectReach
	if m.isHan() {
		reach = hanObjectReach
	}
	nouns := consults | draft | plan | rule | prohibition | stance | guide | finalRule | launch | term | v.objects
	if v.verb&(warns|orders|shuts|lists) != 0 {
		nouns = v.objects
	}
	if v.verb&(restates|warns) != 0 && m.isHan() {
		first, end = 0, len(s.tokens) // 重申：…, 警告公眾，…
	}
	var after []phraseMatch
	for _, n := range s.matches {
		if n.phrase.senses&nouns != 0 && n.first >= m.end && n.end <= end && n.first-m.end < reach {
			after = append(after, n)
		}
	}
	isObject := func(n phraseMatch) bool { return n.phrase.senses&v.objects != 0 }
	switch {
	case len(after) == 0:
	case m.isHan() && v.verb == undoes:
		return isObject(after[len(after)-1])
	case m.isHan():
		return slices.ContainsFunc(after, isObject)
	case isObject(after[0]) || after[0].phrase.senses&(consults|plan) == 0 && s.isCompound(after[0], v.objects):
		return true
	case v.verb != issues:
		return false
	}
	if v.verb&(warns|orders|shuts|lists|modal|obtains) != 0 && !s.isPassive(m) && !(m.isHan() && v.verb&(warns|lists) != 0) || !m.isHan() && !m.mayFollowObject() || v.verb == voids && !m.isHan() && s.word(m.end) != "by" && m.words[0] != "struck" {
		return false
	}
	return slices.ContainsFunc(s.matches, func(n phraseMatch) bool {
		return isObject(n) && n.first >= first && n.end <= m.first && m.first-n.end < 2*reach && (v.verb != passes || m.isHan() || n.phrase.senses&draft != 0 || s.endsPassive(m, end))
	})
}

// mayFollowObject reports whether an English verb may follow what it acts on: "bill
// rejected" and "bill passes", but not "bill tables".
func (m phraseMatch) mayFollowObject() bool {
	switch w := m.words[0]; w {
	case "passes", "clears", "wins", "fails", "dies", "ends", "stays", "remains", "slips", "sets":
		return true
	default:
		return !strings.HasSuffix(w, "s")
	}
}

// endsPassive reports whether a verb ends its clause or names who acts: "ban approved
// by parliament", but not "restrictions that required approved validation".
func (s sentence) endsPassive(m phraseMatch, end int) bool {
	switch s.word(m.end) {
	case "by", "in", "on", "at", "after":
		return true
	}
	return m.end >= end
}

// isFine reports whether somebody is fined: "watchdog fines firm", "30m in fines", but
// not "fines for late filings".
func (s sentence) isFine(m phraseMatch) bool {
	switch s.word(m.first - 1) {
	case "in", "pay", "pays", "record", "with":
		return m.words[0] != "sanctions"
	}
	switch s.word(m.end) {
	case "", "for", "as", "of", "and", "on", "under", "to", "in", "against":
		return false
	}
	if m.words[0] == "fines" {
		return s.actorBefore(m)&public != 0
	}
	// "Fine" and "sanctions" are also nouns: "authorities fine firm", "agency sanctions
	// banks".
	if s.isAnnounced(m) {
		return m.words[0] == "fine"
	}
	return s.follows(m, public&^country) && !s.hasSense(rule|draft|plan, m.end, min(len(s.tokens), m.end+2)) ||
		s.follows(m, country) && s.hasSense(firm|outsider, m.end, min(len(s.tokens), m.end+3))
}

// follows reports whether the word before a verb has one of some senses.
func (s sentence) follows(m phraseMatch, any sense) bool {
	return slices.ContainsFunc(s.matches, func(n phraseMatch) bool { return n.end == m.first && n.phrase.senses&any != 0 })
}

// hasTime reports whether there is a day or "next month" between two tokens.
func (s sentence) hasTime(from, to int) bool {
	for i := from; i < to; i++ {
		switch next := s.word(i + 1); {
		case s.word(i) == "next" && (next == "month" || next == "week"), s.word(i) == "下" && (next == "月" || next == "周"):
			return true
		}
	}
	return slices.ContainsFunc(s.days, func(d day) bool { return d.first >= from && d.end <= to })
}

// isPassive reports whether a Chinese verb follows what it acts on: 平台被責令.
func (s sentence) isPassive(m phraseMatch) bool {
	switch s.word(m.first - 1) {
	case "被", "遭", "获":
		return true
	}
	return false
}

// isQuestion reports whether a headline asks something.
func (s sentence) isQuestion() bool {
	switch s.word(0) {
	case "is", "are", "does", "why", "how", "what", "will", "can", "could", "should", "would":
		return true
	case "do": // also a name: "Do Kwon sentenced"
		return slices.Contains([]string{"you", "we", "they", "i", "regulators", "banks"}, s.word(1))
	}
	if last := s.tokens[len(s.tokens)-1]; strings.HasPrefix(s.src[last.End:], "?") || strings.HasPrefix(s.src[last.End:], "？") {
		return true
	}
	return s.word(len(s.tokens)-1) == "吗" || s.word(0) == "为" && s.word(1) == "何" || s.word(0) == "为" && s.word(1) == "什"
}

// isCompound reports whether a noun is the first of several: "start of rules",
// 條例的修訂, "ban bill".
func (s sentence) isCompound(n phraseMatch, any sense) bool {
	end := min(len(s.tokens), n.end+3)
	for _, h := range s.matches {
		if h.phrase.senses&hedges != 0 && h.first >= n.end {
			end = min(end, h.first)
		}
	}
	return s.hasSense(any, n.end, end)
}

// isDenied reports whether a verb is denied.
func (s sentence) isDenied(m phraseMatch) bool {
	if s.hasSense(without, max(0, m.first-7), m.first) || s.isAttribute(m) {
		return true
	}
	for i := max(0, m.first-3); i < m.first; i++ {
		switch s.word(i) {
		case "not", "never", "no", "won", "didn", "doesn", "hasn", "cannot", "without", "neither", "fail", "fails", "failing", "不", "未", "沒", "没", "否":
			return true
		case "yet":
			if s.word(i+1) == "to" {
				return true
			}
		}
	}
	return false
}

// isAttribute reports whether a verb only describes a noun: "in updated rules",
// 其查獲的代幣.
func (s sentence) isAttribute(m phraseMatch) bool {
	if m.isHan() {
		return s.word(m.end) == "的" && (m.phrase.senses&shuts != 0 || m.phrase.stage() == enforcement)
	}
	if !strings.HasSuffix(m.words[0], "ed") || m.end-m.first > 1 {
		return false
	}
	switch s.word(m.first - 1) {
	case "in", "under", "with", "of", "for", "by":
		return true
	}
	return false
}

// isPlanned reports whether a verb is planned or asked for. A headline with "to" is a
// plan, unless somebody decided it; a start that is to be delayed is delayed.
func (s sentence) isPlanned(m phraseMatch, first int) bool {
	if s.word(m.first-1) == "will" && m.phrase.senses&(passes|introduces|rejects) != 0 {
		return true // others decide it
	}
	if m.isHan() && m.phrase.senses&(undoes|amends|passes|introduces|rejects) != 0 && slices.ContainsFunc(s.tokens[max(first, m.first-2):m.first], func(t text.Token) bool { return t.Text == "将" }) {
		return true
	}
	from := max(first, m.first-modalReach)
	if m.isHan() {
		from = max(first, m.first-2*modalReach)
		if m.phrase.senses&(regulates|forbids) != 0 {
			from = first
		}
	}
	for _, n := range s.matches {
		// "Plans to quickly repeal", but not "plan to ban kiosks passes".
		infinitive := n.words[len(n.words)-1] == "to" && m.first-n.end > 1
		if n.phrase.senses&modal != 0 && !infinitive && n.first >= from && n.end <= m.first {
			return true
		}
	}
	if s.word(m.first-1) != "to" || m.phrase.senses&(postpones|prolongs|applies|begins|settles) != 0 {
		return false
	}
	return !s.hasSense(decides, max(0, m.first-2), m.first-1)
}

// isBackground reports whether a verb is in a subordinate clause, which ends at a
// comma.
func (s sentence) isBackground(m phraseMatch) bool {
	switch next := s.word(m.end); {
	case !m.isHan():
	case s.word(m.first-1) == "月": // 5月通過
		return true
	case next == "后", next == "前", next == "时", next == "以" && s.word(m.end+1) == "来":
		return true
	}
	first, _ := s.clause(m)
	return s.hasSense(hedges, first, m.first)
}

// appendMatches appends the phrases of a lexicon in some tokens. They do not overlap,
// so the 止 of 禁止 is not one.
func appendMatches(matches []phraseMatch, l lexicon, tokens []text.Token) []phraseMatch {
	for i := 0; i < len(tokens); {
		p, ok := l.match(tokens[i:])
		if !ok {
			i++
			continue
		}
		matches = append(matches, phraseMatch{p, i, i + len(p.words)})
		i += len(p.words)
	}
	return matches
}

// namesDraft reports whether a sentence names a law that is not passed.
func (s sentence) namesDraft() bool {
	for _, m := range s.matches {
		// Bill may be a name at the start.
		if m.phrase.senses&draft != 0 && m.first > 0 {
			return true
		}
	}
	return false
}
