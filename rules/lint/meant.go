package lint

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/rules"
	"regwatch/rules/syntax"
)

// What a new rule has until somebody writes it.
const (
	PlaceholderWhy     = "Write in one sentence why readers should care."
	PlaceholderExample = "An article about something else"
)

// placeholders reports what nobody has written yet. An example that says nothing about the topic proves nothing.
func (l *linter) placeholders(r *rules.Rule) {
	if r.Why == PlaceholderWhy {
		l.report(r.IDPos, "why is still the placeholder, which every alert shows", "say why readers should care, or delete why")
	}
	for _, e := range r.Examples {
		if e.Title == PlaceholderExample {
			l.report(e.Pos, "the example is still the placeholder, so it proves nothing", "replace it by a headline with words of the rule that the rule must not match")
		}
	}
}

// exampleLanguages reports languages of examples that no article has.
func (l *linter) exampleLanguages(r *rules.Rule) {
	for _, e := range r.Examples {
		what, _ := conditions.Check(conditions.Language, e.Lang)
		switch {
		case e.Lang == "":
		case e.Lang == "zh":
			l.report(e.Pos, `lang "zh" leaves open in which script the example is`, "use zh-Hant or zh-Hans")
		case what != "" || e.Lang == "*":
			l.report(e.Pos, diag.Textf("lang %q is not a language tag", e.Lang), "use en, zh-Hant or zh-Hans")
		}
	}
}

// wideCommas are the full-width signs that separate words in Chinese, and never entries in YAML or a query.
const wideCommas = "，、；"

var (
	referenceForm = regexp.MustCompile(`^\$[\p{L}\p{N}_-]+$`)
	conditionForm = regexp.MustCompile(`^(source|role|language|jurisdiction|kind|rule|deadline|effective):\s*([^\s"]+)$`)
)

// meantOtherwise returns what in a phrase probably means something that phrases do not have, and what to write instead.
func (l *linter) meantOtherwise(e syntax.Entry, inline bool) (what, want diag.Text) {
	s := strings.TrimSpace(e.Phrase)
	isOtherRule := func(r rules.Rule) bool { return r.ID == s && r.File != e.Pos.File }
	switch m := conditionForm.FindStringSubmatch(s); {
	case m != nil:
		return "is read as words, because a condition is not a text here", diag.Textf("write {%s: %s}", m[1], m[2])
	case referenceForm.MatchString(s):
		return "is read as a word, because $ names a list only in a query", diag.Textf("write {terms: %s}", s[1:])
	case inline && strings.Contains(s, "-") && slices.ContainsFunc(l.rules, isOtherRule):
		return "is read as words, and is the id of a rule", diag.Textf("to use the rule, write {rule: %s}", s)
	case strings.ContainsAny(s, wideCommas):
		parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(wideCommas, r) })
		for i, part := range parts {
			parts[i] = strings.TrimSpace(part)
		}
		sign, _ := utf8.DecodeRuneInString(s[strings.IndexAny(s, wideCommas):])
		return diag.Textf("is one phrase, because %c separates no entries", sign), diag.Textf("write %s with a half-width comma, in a query with OR; if it is one phrase, write it with a space", strings.Join(parts, ", "))
	}
	if a := syntax.MeantAmount(s); a != nil && isMoney(s, a) {
		return "finds the amount only in this spelling", diag.Textf("to find amounts in every spelling, use %s or, in a query, %s", a.InKeys(), a.InQuery())
	}
	return "", ""
}

// isMoney reports whether a text states a number of money, and not a bare number or a unit such as 億港元.
func isMoney(s string, a *syntax.Amount) bool {
	return strings.ContainsFunc(s, unicode.IsDigit) && (a.Currency != "" || strings.ContainsAny(s, "$¥萬万億亿"))
}
