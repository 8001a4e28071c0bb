package render

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
)

// A Language is the BCP 47 tag of the text around quotations.
type Language string

const (
	English            Language = "en"
	TraditionalChinese Language = "zh-Hant" // Hong Kong usage
	SimplifiedChinese  Language = "zh-Hans"
)

// Languages returns the supported languages.
func Languages() []string {
	return []string{string(English), string(TraditionalChinese), string(SimplifiedChinese)}
}

func languages() []Language { return []Language{English, TraditionalChinese, SimplifiedChinese} }

// LanguageOf returns the language with a tag, and English for an unknown one.
func LanguageOf(name string) Language {
	if slices.Contains(languages(), Language(name)) {
		return Language(name)
	}
	return English
}

// Say returns a phrase in the language, with its arguments filled in. An unknown phrase
// returns its own name; a test checks that all names exist.
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

// label returns a phrase with its colon: "Why: ".
func (l Language) label(name string) string { return l.Say("label", l.Say(name)) }

// list joins names with the language's separator, without empty ones.
func (l Language) list(parts ...string) string { return join(l.Say("comma"), parts...) }

// named returns the name of a value, such as a stage or a kind of date. A value without a
// phrase is shown as it is.
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

// join joins the parts that are not empty.
func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == "" }), sep)
}
