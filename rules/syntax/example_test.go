package syntax_test

import (
	"fmt"

	"regwatch/rules/syntax"
)

// All mistakes of a rule are reported at once, each with its position.
func ExampleParse() {
	_, problems := syntax.Parse("ban.yaml", []byte(`
id: ban
titel: Bans
severity: hihg
when: {any: [ban]}
`))
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// ban.yaml:3:1: unknown key "titel"; did you mean "title"? a rule has id, title, why, status, severity, deliver, topic, routes, owner, review_by, references, vocabulary, relevance, terms, define, when, mention, mention_alerts, tags, examples
	// ban.yaml:4:11: severity "hihg" is unknown; use low, medium, high or critical
}

// A rule in YAML can be written as a query.
func ExampleRule_Query() {
	rule, _ := syntax.Parse("ban.yaml", []byte(`
id: ban
title: Bans
severity: low
terms: {coin: [bitcoin, stablecoin]}
when: {all: [{any: [ban, curb]}, {terms: coin, in: title}]}
`))
	// Resolve connects the name coin with its list.
	if _, problems := syntax.Resolve([]*syntax.Rule{rule}, syntax.Shared{}); len(problems) > 0 {
		fmt.Println(problems.Error())
		return
	}
	query, _ := rule.Query()
	fmt.Println(query)
	// Output:
	// (ban OR curb) AND title:($coin)
}
