package rules_test

import (
	"fmt"
	"testing/fstest"

	"regwatch/models"
	"regwatch/rules"
)

// A rule says what to look for; a match says where it was found.
func Example() {
	folder := fstest.MapFS{"yuan-stablecoin.yaml": {Data: []byte(`
id: yuan-stablecoin
title: Yuan-pegged stablecoins
severity: high
terms:
  yuan: [yuan, {gloss: renminbi, any: [人民幣]}]
  coin: [stablecoin, {gloss: stablecoin, any: [穩定幣]}]
when: {near: [yuan, coin], within: 5}
examples:
  match: [A yuan-backed stablecoin]
  ignore: [A dollar-backed stablecoin]
`)}}
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		fmt.Println(problems.Error())
		return
	}
	for _, title := range []string{"Bank plans a yuan-backed stablecoin", "央行谈人民币稳定币", "Yuan falls"} {
		for _, m := range set.Match(models.Article{Title: title}) {
			fmt.Printf("%s: %s, %q\n", m.RuleTitle, m.Strength, m.Hits[0].Text)
		}
	}
	// Output:
	// Yuan-pegged stablecoins: subject, "yuan-backed stablecoin"
	// Yuan-pegged stablecoins: subject, "人民币稳定币"
}

// Search compiles a query that is not saved as a rule.
func ExampleSearch() {
	set, problems := rules.Search(`yuan NEAR/5 stablecoin NOT "digital yuan"`)
	if len(problems) > 0 {
		fmt.Println(problems.Error())
		return
	}
	fmt.Println(len(set.Match(models.Article{Title: "A stablecoin for the yuan"})))
	fmt.Println(len(set.Match(models.Article{Title: "The digital yuan is no stablecoin"})))
	// Output:
	// 1
	// 0
}

// Explain shows why an article does not match.
func ExampleSet_Explain() {
	set, _ := rules.Search(`ban AND title:crypto`)
	fmt.Print(set.Explain(models.Article{Title: "A ban", Body: "On crypto trading."})[0])
	// Output:
	// search does not match
	//   no when: all of ("ban"; "crypto" in title)
	//     yes "ban" → "ban" title
	//     no "crypto" in title
}

// A rule proves itself with its examples.
func ExampleSet_Test() {
	set, _ := rules.Load(fstest.MapFS{"ban.yaml": {Data: []byte(`
id: ban
title: Bans
severity: low
when: {any: [ban, prohibit*]}
examples:
  match: [Regulator prohibits trading, Regulator forbids trading]
  ignore: [A bank opens]
`)}})
	for _, failed := range set.Test() {
		fmt.Println(failed)
	}
	// Output:
	// ban.yaml:7: "Regulator forbids trading" should match this rule as a subject but doesn't: none of "ban", "prohibit*" was found (line 5)
}
