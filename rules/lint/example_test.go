package lint_test

import (
	"fmt"
	"testing/fstest"

	"regwatch/rules"
	"regwatch/rules/lint"
)

// Check warns about rules that are valid but probably not what their author meant.
func ExampleCheck() {
	set, problems := rules.Load(fstest.MapFS{"ban.yaml": {Data: []byte(`
id: ban
title: Bans
severity: low
terms:
  ban: [ban, ban on trading]
when: {terms: ban}
examples:
  match: [A ban]
`)}})
	if len(problems) > 0 {
		fmt.Println(problems.Error())
		return
	}
	for _, warning := range lint.Check(set) {
		fmt.Println(warning)
	}
	// Output:
	// ban.yaml:2:5: the rule has no example under ignore; add one that contains its words but is about something else
	// ban.yaml:6:14: phrase "ban on trading" is redundant: "ban" in the same list matches wherever it does; keep one of them
}
