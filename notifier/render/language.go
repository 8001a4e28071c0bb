package render

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
)

// A Language is that of the words of ours around what is quoted, as BCP 47
// writes it.
type Language string

const (
	English            Language = "en"
	TraditionalChinese Language = "zh-Hant" // as Hong Kong writes it
	SimplifiedChinese  Language = "zh-Hans"
)

// Languages are the ones that notices can be written in.
func Languages() []string {
	return []string{string(English), string(TraditionalChinese), string(SimplifiedChinese)}
}

func languages() []Language { return []Language{English, TraditionalChinese, SimplifiedChinese} }

// LanguageOf returns a language by its name, and English for any other.
func LanguageOf(name string) Language {
	if slices.Contains(languages(), Language(name)) {
		return Language(name)
	}
	return English
}

// Say returns a phrase in the language, filled in. One that does not exist is
// its own name; a test sees to it that none of ours is.
func (l Language) Say(name string, args ...any) string {
	p, known := i18n.Find(name)
	if !known {
		return name
	}
	form := p.In(string(l))
	if one, many, two := strings.Cut(form, "|"); two {
		form = many
		if i := slices.IndexFunc(args, func(a any) bool { _, whole := a.(int); return whole }); i >= 0 && args[i] == 1 {
			form = one
		}
	}
	if len(args) == 0 {
		return form
	}
	return fmt.Sprintf(form, args...)
}

// label returns a phrase as it stands before what it names: "Why: ".
func (l Language) label(name string) string { return l.Say("label", l.Say(name)) }

// list joins names as the language does, leaving out those that are empty.
func (l Language) list(parts ...string) string { return join(l.Say("comma"), parts...) }

// named returns what a value of ours is called, such as a stage or the kind of
// a date; one that has no name in the table is shown as it is.
func (l Language) named(kind, value string) string {
	if value == "" {
		return ""
	}
	name := kind + "_" + strings.ToLower(strings.NewReplacer(" ", "_", "-", "_").Replace(value))
	if _, known := i18n.Find(name); known {
		return l.Say(name)
	}
	return sanitize.Truncate(sanitize.Line(value), MaxNameRunes)
}

// join joins what is not empty.
func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == "" }), sep)
}
