package events

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

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
	case alone: // an account that is frozen in passing, and 罰款上限
		switch m.phrase.stage() {
		case postponed: // "team wants more time to talk"
			return s.hasActor(public | rule | draft | prohibition | guide | finalRule | term | permit)
		case enforcement:
		default:
			return true
		}
		return (isHeadline || s.hasActor(public)) && !(m.isHan() && s.hasSense(prohibition, m.end, min(len(s.tokens), m.end+2)))
	case accuses | probes: // 中國指控美國 is no case
		if m.words[0] == "probe" && len(m.words) == 1 { // also a noun
			return s.follows(m, public) && s.word(m.first-2) != "seek" || strings.HasSuffix(s.word(m.first-1), "ly") || s.isFaced(m)
		}
		return s.actorBefore(m)&(authority|court|lawmaker) != 0 || s.isTakenToCourt(m) || m.words[0] == "sues" || m.words[0] == "charges" || m.phrase.senses&probes != 0
	case fines:
		return s.isFine(m)
	case restates: // "court backs rule", but not "senator backs rule"
		return m.phrase.senses&says == 0 || s.actorBefore(m)&court != 0
	case begins: // a rule with a date
		return isHeadline && s.hasTime(m.end, end)
	case settles: // a case and not a trade
		return s.hasSense(authority|court, 0, len(s.tokens)) && (m.isHan() || m.words[len(m.words)-1] != "settle" || s.hasSense(challenge|fines|accuses, 0, len(s.tokens)))
	case applies: // in the text, what the sentence is about; a product goes live too
		if m.words[len(m.words)-1] == "live" && !s.hasSense(rule|draft|prohibition|finalRule|guide, 0, m.first) {
			return false
		}
		return isHeadline || !slices.Contains(s.commas[1:m.first+1], true) && s.word(m.first-1) != "that" && s.hasSense(rule, 0, m.first)
	case forbids: // a verb and no noun
		if m.isHan() {
			return !s.hasSense(draft|plan, 0, len(s.tokens)) && !s.hasSense(modal, 0, m.first) && s.word(m.end) != "的"
		}
		return s.word(m.first-1) != "to" && slices.ContainsFunc(s.tokens[m.end:end], func(t text.Token) bool { return t.Text == "from" })
	case rejects: // "share declines"
		return !strings.HasPrefix(m.words[0], "decline") || s.actorBefore(m)&court != 0
	case warns:
		return !strings.HasPrefix(m.words[0], "warn") || s.addresses(m, v.objects)
	case shuts: // a bank closes an account
		return !m.isActive() || s.hasActor(public)
	case amends: // a firm raises its limits
		if m.isAmount() && s.actorBefore(m)&public == 0 {
			return false
		}
		return m.words[0] != "新" || m.words[1] != "版" || s.hasSense(guide, m.end, min(len(s.tokens), m.end+4))
	case says: // "authority says banks can hold coins", but not "says coins may drain banks"
		return isHeadline && slices.ContainsFunc(s.matches, func(n phraseMatch) bool {
			return n.phrase.senses&firm != 0 && n.first >= m.end && n.end <= m.end+4 && slices.Contains([]string{"can", "must", "need", "may"}, s.word(n.end))
		})
	case clarifies: // in a text in passing
		return isHeadline || s.author != 0
	case asks: // the public is warned, somebody is warned of firms, and a parliament is asked for a law
		return (isHeadline || s.author != 0) && m.end < end && s.word(m.end) != "of" && s.addresses(m, firm) && !s.hasSense(illicit, m.end, min(end, m.end+4)) && !s.hasSense(lawmaker|draft|court|accuses, m.end, end)
	case obliges: // 要求 is also a noun
		return m.end < end
	case voids: // a court a rule, a parliament a bill
		return s.hasSense(court, first, end) || v.stage == rejected
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
		if !m.isHan() && v.verb&(issues|obtains) == 0 && s.endsClause(m) {
			break // "rule repealed as governor signs bill"
		}
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
	case "passes", "clears", "wins", "fails", "dies", "ends", "stays", "remains", "stands", "slips", "sets":
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

// endsClause reports whether a passive verb ends what a headline says of its object.
func (s sentence) endsClause(m phraseMatch) bool {
	switch s.word(m.end) {
	case "as", "after", "amid", "following", "by", "while", "despite":
		return strings.HasSuffix(m.words[0], "ed") || m.words[0] == "withdrawn" || m.words[0] == "overturned"
	}
	return false
}

// isFine reports whether somebody is fined: "watchdog fines firm", "30m in fines", but
// not "fines for late filings".
func (s sentence) isFine(m phraseMatch) bool {
	switch {
	case m.isHan(): // 美國制裁兩家交易所
		next := s.word(m.end)
		return s.actorBefore(m)&public != 0 && s.hasSense(firm|outsider|illicit, m.end, min(len(s.tokens), m.end+hanObjectReach)) && next != "名" && next != "的" && next != "法"
	case m.words[len(m.words)-1] == "pay":
		return s.isSum(m.end) && s.hasActor(authority|court) &&
			(!s.follows(m, public) || slices.ContainsFunc(s.tokens[:m.first], func(t text.Token) bool { return t.Text == "by" }))
	case s.isFaced(m):
		return m.words[0] != "sanctions" && !s.hasSense(rule|draft|prohibition, 0, len(s.tokens))
	}
	switch m.words[0] {
	case "penalty", "penalties", "charges":
		return false
	}
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

// addresses reports whether what follows an English verb is first somebody of some kind:
// "reminds banks", but not "warns coins may drain banks".
func (s sentence) addresses(m phraseMatch, any sense) bool {
	if m.isHan() {
		return true
	}
	for _, n := range s.matches {
		if n.first >= m.end && n.phrase.senses&(any|modal) != 0 {
			return n.phrase.senses&any != 0
		}
	}
	return false
}

// isAmount reports whether a verb changes an amount. Firms do that too.
func (m phraseMatch) isAmount() bool {
	switch w := m.words[0]; w {
	case "上", "下", "减", "调", "降", "压":
		return true
	default:
		return strings.HasPrefix(w, "rais") || strings.HasPrefix(w, "lower") || strings.HasPrefix(w, "cut") || strings.HasPrefix(w, "doubl") || strings.HasPrefix(w, "halve") ||
			strings.HasPrefix(w, "reduc") || strings.HasPrefix(w, "trim") || strings.HasPrefix(w, "adjust")
	}
}

// isFaced reports whether "faces" precedes a punishment or a case.
func (s sentence) isFaced(m phraseMatch) bool {
	return slices.ContainsFunc(s.tokens[max(0, m.first-3):m.first], func(t text.Token) bool {
		return t.Text == "face" || t.Text == "faces" || t.Text == "faced" || t.Text == "facing"
	})
}

// isTakenToCourt reports whether somebody in power takes somebody else to court.
func (s sentence) isTakenToCourt(m phraseMatch) bool {
	return m.words[0] == "to" && s.hasSense(public, 0, m.first) && slices.ContainsFunc(s.tokens[:m.first], func(t text.Token) bool {
		return t.Text == "takes" || t.Text == "took" || t.Text == "taken"
	})
}

// isSum reports whether a token starts a sum of money or a penalty.
func (s sentence) isSum(i int) bool {
	switch w := s.word(i); w {
	case "":
		return false
	case "a", "the", "nearly", "over", "more", "about", "almost", "up", "record", "back", "fine", "fines", "penalty", "penalties", "restitution", "damages":
		return w != "a" && w != "the" || strings.ContainsAny(s.word(i+1), "0123456789") || s.word(i+1) == "fine" || s.word(i+1) == "penalty"
	default: // but not "pay 82 % of rewards"
		return strings.ContainsAny(w, "0123456789$€£¥") && !strings.HasPrefix(strings.TrimLeft(s.src[s.tokens[i].End:], " "), "%")
	}
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
	if s.isAttribute(m) {
		return true
	}
	for i := max(0, m.first-7); i < m.first-1; i++ {
		if s.word(i) == "未" && s.word(i+1) == "经" {
			return true // 未經總統簽署
		}
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

// isPartOfName reports whether an English verb of one word belongs to a name: "collapse of Garnet
// Narrows Trust leads to ban". It and the word before it are capitalized, in a sentence
// that does not capitalize all its words.
func (s sentence) isPartOfName(m phraseMatch) bool {
	if m.isHan() || m.end-m.first > 1 || m.first == 0 || s.separator(m.first) != " " || !s.isCapitalized(m.first-1) || !s.isCapitalized(m.first) {
		return false
	}
	const long = 4 // letters; shorter words may be small in a title that capitalizes the others
	capitals, small := 0, 0
	for i, t := range s.tokens {
		switch {
		case len(t.Text) < long:
		case s.isCapitalized(i):
			capitals++
		default:
			small++
		}
	}
	return small >= 2 && 2*small >= capitals
}

// isCapitalized reports whether a token begins with a capital letter.
func (s sentence) isCapitalized(i int) bool {
	r, _ := utf8.DecodeRuneInString(s.src[s.tokens[i].Start:])
	return unicode.IsUpper(r)
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
		if m.phrase.senses&draft != 0 && (m.first > 0 || m.end > 1 && !m.isHan()) {
			return true
		}
	}
	return false
}
