package notifier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
)

// checkCondition says in words which parts of the condition a match of a change meets
// and which not.
func checkCondition(w models.Condition, m models.Match, c models.Change) (met, unmet []string) {
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
