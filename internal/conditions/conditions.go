// Package conditions tests an article as a whole: where it comes from (its source, the source's role, its language and
// its jurisdiction), the kind of its text, and its key dates. Rules and routes use the same conditions.
//
// Start with [Of] and [Attributes.Match]. [Check] validates a value that a person wrote, and [ReadDays] and [ParseDays]
// read conditions on key dates.
package conditions

import (
	"cmp"
	"regexp"
	"slices"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/textkind"
	"regwatch/internal/wildcard"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The kinds of condition.
const (
	Source       = "source"       // the ID of the source; * stands for any part of it
	Role         = "role"         // the role of the source
	Language     = "language"     // of the article: a basic language range of RFC 4647
	Jurisdiction = "jurisdiction" // one of the source's, without regard to case and width
	TextKind     = "kind"         // of the text, by package textkind; only rules have it
)

// Attributes holds what is known of where an article comes from.
type Attributes struct {
	source, role, language string
	jurisdictions          []string
}

// Of returns the attributes of an article.
func Of(a models.Article) Attributes {
	return Attributes{
		source:        cmp.Or(a.SourceID, a.Source.ID),
		role:          string(a.Source.Role),
		language:      cmp.Or(a.Language, a.Source.Language),
		jurisdictions: a.Source.Jurisdictions,
	}
}

// Values returns the values for a kind of condition; none if they are unknown.
func (a Attributes) Values(kind string) []string {
	if kind == Jurisdiction {
		return a.jurisdictions
	}
	if value := a.value(kind); value != "" {
		return []string{value}
	}
	return nil
}

// value returns the value for a kind that has only one.
func (a Attributes) value(kind string) string {
	switch kind {
	case Source:
		return a.source
	case Role:
		return a.role
	case Language:
		return a.language
	}
	return ""
}

// Match reports whether one of the values for a kind of condition is the wanted one. An unknown
// value matches nothing.
func (a Attributes) Match(kind, wanted string) bool {
	if kind != Jurisdiction {
		return Match(kind, a.value(kind), wanted)
	}
	return slices.ContainsFunc(a.jurisdictions, func(value string) bool { return Match(kind, value, wanted) })
}

// Match reports whether a value meets a condition of a kind.
func Match(kind, value, wanted string) bool {
	switch {
	case value == "":
		return false
	case kind == Source:
		return wildcard.Match(wanted, value)
	case kind == Language:
		return text.MatchLanguage(wanted, value)
	case kind == Jurisdiction:
		return text.Fold(value) == text.Fold(wanted)
	}
	return value == wanted
}

const (
	// SourcePattern is the regular expression for the ID of a source in which * may stand for
	// parts.
	SourcePattern = `^[a-z0-9*]+(-[a-z0-9*]+)*$`
	// LanguagePattern is the regular expression for a language range. It allows only two or three
	// letters for the language: longer ones do not exist, and words such as "chinese" would pass.
	LanguagePattern = `^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|\*)$`
)

var (
	sourcePattern   = regexp.MustCompile(SourcePattern)
	languagePattern = regexp.MustCompile(LanguagePattern)
)

// Roles returns the values that a condition on the role may have.
func Roles() []string {
	return []string{string(models.Regulator), string(models.Government), string(models.Press)}
}

// Check returns what is wrong with a value that a person wrote into a condition, and how to fix
// it. If nothing is wrong, what is empty.
func Check(kind, value string) (what, want diag.Text) {
	roles := Roles()
	switch {
	case value == "":
		return diag.Textf("%s is empty", kind), "add a value"
	case kind == Source && !sourcePattern.MatchString(value):
		return diag.Textf("source %q is not an id", value), "use the id of a source, such as hkma-press, or a pattern, such as hkma-*"
	case kind == Role && !slices.Contains(roles, value):
		return unknown(kind, value, roles)
	case kind == TextKind && !slices.Contains(textkind.Kinds(), value):
		return unknown(kind, value, textkind.Kinds())
	case kind == Language && !languagePattern.MatchString(value):
		return diag.Textf("language %q is not a language tag", value), "use a tag such as en, zh-Hant or zh-Hans; zh stands for both"
	case kind == Jurisdiction && text.Fold(value) == "":
		return diag.Textf("jurisdiction %q contains no letter", value), "write it as the sources do, such as Hong Kong"
	}
	return "", ""
}

func unknown(kind, value string, known []string) (what, want diag.Text) {
	want = diag.Textf("use %s", yamlnode.OrText(known))
	if near := yamlnode.Nearest(value, known); near != "" {
		want = diag.Textf("did you mean %q? %s", near, want)
	}
	return diag.Textf("%s %q is unknown", kind, value), want
}
