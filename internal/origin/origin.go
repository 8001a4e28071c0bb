// Package origin has the conditions on where an article comes from: its source, who
// speaks there, the language and the jurisdiction. Rules and routes ask for them in the
// same words, and both are answered here.
package origin

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"regwatch/internal/text"
	"regwatch/internal/wildcard"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The kinds of condition.
const (
	Source       = "source"       // a source's ID; * stands for any part of one
	Role         = "role"         // who speaks in the source
	Language     = "language"     // of the article: a basic language range of RFC 4647
	Jurisdiction = "jurisdiction" // one of the source's, but for case and width
)

// An Origin is what is known of where an article comes from.
type Origin struct {
	source, role, language string
	jurisdictions          []string
}

// Of returns the origin of an article.
func Of(a models.Article) Origin {
	return Origin{
		source:        cmp.Or(a.SourceID, a.Source.ID),
		role:          string(a.Source.Role),
		language:      cmp.Or(a.Language, a.Source.Language),
		jurisdictions: a.Source.Jurisdictions,
	}
}

// Values returns what is known of a kind; nothing if it is not known.
func (o Origin) Values(kind string) []string {
	if kind == Jurisdiction {
		return o.jurisdictions
	}
	if one := o.one(kind); one != "" {
		return []string{one}
	}
	return nil
}

func (o Origin) one(kind string) string {
	switch kind {
	case Source:
		return o.source
	case Role:
		return o.role
	default:
		return o.language
	}
}

// Meets reports whether what is known of a kind has the wanted value. What is not known
// meets none.
func (o Origin) Meets(kind, wanted string) bool {
	if kind != Jurisdiction {
		return Same(kind, o.one(kind), wanted)
	}
	return slices.ContainsFunc(o.jurisdictions, func(has string) bool { return Same(kind, has, wanted) })
}

// Same reports whether a value of a kind is one that is wanted.
func Same(kind, has, wanted string) bool {
	switch {
	case has == "":
		return false
	case kind == Source:
		return wildcard.Match(wanted, has)
	case kind == Language:
		return text.InRange(wanted, has)
	case kind == Jurisdiction:
		return text.Fold(has) == text.Fold(wanted)
	}
	return has == wanted
}

const (
	// SourcePattern has the letters of a source's ID, and * among them.
	SourcePattern = `^[a-z0-9*]+(-[a-z0-9*]+)*$`
	// LanguagePattern is a language range. A primary subtag of more than three letters is
	// in no use, and words such as "chinese" would pass for one.
	LanguagePattern = `^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|\*)$`
)

var (
	sourcePattern = regexp.MustCompile(SourcePattern)
	languageRange = regexp.MustCompile(LanguagePattern)
)

// Roles are the values of [Role].
func Roles() []string {
	return []string{string(models.Regulator), string(models.Government), string(models.Press)}
}

// Fault says what is wrong with a value that somebody asks for, and what would be
// right. What is empty if nothing is wrong.
func Fault(kind, value string) (what, want string) {
	roles := Roles()
	switch {
	case value == "":
		return kind + " is empty", "want a value"
	case kind == Source && !sourcePattern.MatchString(value):
		return fmt.Sprintf("source %q", value), "want the id of a source, such as hkma-press, or a part of it with *, such as hkma-*"
	case kind == Role && !slices.Contains(roles, value):
		want = "want " + yamlnode.Or(roles)
		if near := yamlnode.Nearest(value, roles); near != "" {
			want = fmt.Sprintf("did you mean %q? %s", near, want)
		}
		return fmt.Sprintf("role %q", value), want
	case kind == Language && !languageRange.MatchString(value):
		return fmt.Sprintf("language %q", value), "want a language tag such as en, zh-Hant, zh-Hans, or zh for both"
	case kind == Jurisdiction && text.Fold(value) == "":
		return fmt.Sprintf("jurisdiction %q has no letter", value), "want it as sources write it, such as Hong Kong"
	}
	return "", ""
}
