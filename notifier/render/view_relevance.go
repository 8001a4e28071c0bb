package render

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// Relevance returns how relevant a match is and why, in a language: "likely (the title
// refers to a ban; against it: the text refers to prices)". It is empty for a match that
// no model scored.
func Relevance(r models.Relevance, lang string) string { return LanguageOf(lang).relevance(&r) }

func (l Language) relevance(r *models.Relevance) string {
	if r == nil || !r.Scored() {
		return ""
	}
	level := l.Say("relevance_less_certain")
	switch {
	case r.Level == models.Likely:
		level = l.Say("relevance_likely")
	case r.Kept == models.KeptOfficial, r.Kept == models.KeptCritical:
		level = l.Say("relevance_"+string(r.Kept), level)
	}
	if why := l.relevanceReasons(*r); why != "" {
		level += l.Say("gloss", why)
	}
	return sanitize.Truncate(level, 2*MaxErrorRunes)
}

// relevanceReasons returns the reasons for and against a match. Those that agree with its
// level come first.
func (l Language) relevanceReasons(r models.Relevance) string {
	agree := r.Level == models.Likely
	favor, against := l.clauses(r.Reasons, true), l.clauses(r.Reasons, false)
	if favor != "" && !agree {
		favor = l.Say("relevance_for", favor)
	}
	if against != "" {
		against = l.Say("relevance_against", against)
	}
	if agree {
		return join(l.Say("semicolon"), favor, against)
	}
	return join(l.Say("semicolon"), against, favor)
}

// FeatureText says in English what a feature of a relevance model is.
func FeatureText(feature string) string {
	return English.clauses([]models.RelevanceReason{{Feature: feature, For: true}}, true)
}

// A clause is a phrase and the words that complete it.
type clause struct {
	phrase string
	words  []string
}

// clauses returns the reasons of one side as clauses, in their order. What is said of
// title and text alike is said once.
func (l Language) clauses(all []models.RelevanceReason, favor bool) string {
	features := make(map[string]bool)
	for _, r := range all {
		features[r.Feature] = features[r.Feature] || r.For == favor
	}
	var found []clause
	add := func(phrase, words string) {
		i := slices.IndexFunc(found, func(c clause) bool { return c.phrase == phrase })
		if i < 0 {
			i, found = len(found), append(found, clause{phrase: phrase})
		}
		if !slices.Contains(found[i].words, words) {
			found[i].words = append(found[i].words, words)
		}
	}
	for _, r := range all {
		if r.For != favor {
			continue
		}
		phrase, words, known := i18n.Feature(r.Feature)
		word, isWord := strings.CutPrefix(r.Feature, "word.")
		region, group, _ := strings.Cut(r.Feature, ".")
		switch {
		case isWord:
			add("relevance_word", l.Say("quote", sanitize.Truncate(sanitize.Line(word), quoteRunes)))
		case !known:
			add(sanitize.Truncate(sanitize.Line(r.Feature), MaxNameRunes), "") // of an older or newer release
		case words == "":
			add(l.Say(phrase), "")
		case region != "subject" && features["title."+group] && features["lead."+group]:
			add("relevance_both", l.Say(words))
		default:
			add(phrase, l.Say(words))
		}
	}
	parts := make([]string, len(found))
	for i, c := range found {
		parts[i] = c.phrase
		if c.words[0] != "" {
			parts[i] = l.Say(c.phrase, l.and(c.words))
		}
	}
	return join(l.Say("pause"), parts...)
}

// and lists names with "and" before the last one.
func (l Language) and(names []string) string {
	last := len(names) - 1
	return join(l.Say("and"), l.list(names[:last]...), names[last])
}

// sentence returns a text with a capital letter at its start.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// leadingRelevance returns the relevance of the first rule of an alert that a model scored;
// nil: none.
func leadingRelevance(a models.Alert) *models.Relevance {
	for _, f := range a.Why {
		if f.Relevance != nil && f.Relevance.Scored() {
			return f.Relevance
		}
	}
	return nil
}

// stageRunes limits the sentence that shows the stage.
const stageRunes = 160

// stageQuote returns the sentence that shows the stage of an alert, in quotation marks. It
// is empty if the reader sees it anyway.
func stageQuote(a models.Alert, l Language) string {
	q := sanitize.Line(a.StageQuote)
	if q == "" || a.Stage == "" || q == sanitize.Line(a.Title) || strings.Contains(sanitize.Line(a.Excerpt.Text), q) {
		return ""
	}
	return l.Say("quote", sanitize.Truncate(q, stageRunes))
}
