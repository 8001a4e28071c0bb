package notifier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
)

// A Condition is what a route takes. Each of what it asks for must be met, by
// any one of the values. The zero value is always met.
type Condition struct {
	Severity      models.Severity // at least
	Roles         []models.Role
	Jurisdictions []string // of the source or of the event, but for case and width
	Languages     []string // basic language ranges (RFC 4647): zh takes zh-Hant
	Topics        []string
	Rules         []string
	Sources       []string // ids, with * for any part of one
}

// String says what the condition asks for; nothing if that is nothing.
func (w Condition) String() string {
	var parts []string
	if w.Severity != "" {
		parts = append(parts, "severity at least "+string(w.Severity))
	}
	roles := make([]string, len(w.Roles))
	for i, role := range w.Roles {
		roles[i] = string(role)
	}
	for _, part := range []struct {
		kind   string
		values []string
	}{
		{"role", roles}, {"jurisdiction", w.Jurisdictions}, {"language", w.Languages}, {"topic", w.Topics}, {"rule", w.Rules}, {"source", w.Sources},
	} {
		if len(part.values) > 0 {
			parts = append(parts, part.kind+" "+strings.Join(part.values, " or "))
		}
	}
	return strings.Join(parts, "; ")
}

// check says in words which parts of the condition a match of a change meets
// and which not.
func (w Condition) check(m models.Match, c models.Change) (met, unmet []string) {
	say := func(ok bool, yes, no string) {
		if ok {
			met = append(met, yes)
		} else {
			unmet = append(unmet, no)
		}
	}
	// is judges one kind of thing: what the match has of it, and what is asked for.
	is := func(kind string, has, wanted []string, same func(has, wanted string) bool) {
		if len(wanted) == 0 {
			return
		}
		for _, h := range has {
			if slices.ContainsFunc(wanted, func(want string) bool { return h != "" && same(h, want) }) {
				met = append(met, kind+" "+h)
				return
			}
		}
		unmet = append(unmet, fmt.Sprintf("%s %s is not %s", kind, cmp.Or(strings.Join(has, ", "), "unknown"), strings.Join(wanted, " or ")))
	}
	equal := func(has, wanted string) bool { return has == wanted }
	if w.Severity != "" {
		say(m.Severity.Rank() >= w.Severity.Rank(),
			fmt.Sprintf("severity %s is at least %s", m.Severity, w.Severity),
			fmt.Sprintf("severity %s is below %s", m.Severity, w.Severity))
	}
	a := c.Article
	roles := make([]string, len(w.Roles))
	for i, role := range w.Roles {
		roles[i] = string(role)
	}
	is("role", []string{string(a.Source.Role)}, roles, equal)
	places := slices.Concat(a.Source.Jurisdictions, c.Event.Jurisdictions)
	slices.Sort(places)
	is("jurisdiction", slices.Compact(places), w.Jurisdictions, func(has, wanted string) bool { return text.Fold(has) == text.Fold(wanted) })
	is("language", []string{cmp.Or(a.Language, a.Source.Language)}, w.Languages, func(has, wanted string) bool { return text.InRange(wanted, has) })
	is("topic", []string{TopicOf(m)}, w.Topics, equal)
	is("rule", []string{m.RuleID}, w.Rules, equal)
	is("source", []string{cmp.Or(a.SourceID, a.Source.ID)}, w.Sources, func(has, wanted string) bool { return text.Wildcard(wanted, has) })
	return met, unmet
}

// TopicOf is what a match is about. Matches of earlier releases have no topic.
func TopicOf(m models.Match) string { return cmp.Or(m.Topic, m.RuleID) }
