package syntax_test

import (
	"regexp"
	"strings"
	"testing"

	"regwatch/rules/syntax"

	"github.com/google/go-cmp/cmp"
)

// A message about something that people type says what to write with what they typed in it.
func TestMessageSaysWhatWasMeant(t *testing.T) {
	const fine = "when: {any: [fine], "
	for _, tt := range []struct{ rule, want string }{
		{`when: 'fine AND amount:"80 million EUR"'`, `query at character 17: amount "80 million EUR" has no comparison; write amount:">=80m EUR"`},
		{`when: 'fine AND amount:">=EUR 80m"'`, `query at character 17: amount ">=EUR 80m" is not understood; write amount:">=80m EUR"`},
		{`when: 'fine AND amount:"<=HK$2.5m"'`, `query at character 17: amount "<=HK$2.5m" is not understood; write amount:"<=2.5m HKD"`},
		{`when: 'fine AND amount:">=8000萬日圓"'`, `query at character 17: amount ">=8000萬日圓" is not understood; write amount:">=80m JPY"`},
		{`when: 'fine AND amount:"US$5-10 million"'`, `query at character 17: amount "US$5-10 million" has no comparison; write amount:"5m..10m USD"`},
		{`when: 'fine AND amount:">80m EUR"'`, `query at character 17: amount ">80m EUR" has a limit that is not in the range; write amount:">=80m EUR", as a limit always belongs to the range`},
		{`when: 'fine AND amount:"large"'`, `query at character 17: currency "large" is unknown; ` + `write amount:">=10m HKD", amount:"<=500k", amount:"5m..10m USD" or amount:HKD`},
		{`when: fine AND amount>80m`, `query at character 10: phrase "amount>80m" looks like a comparison, which no phrase can be; to compare amounts of money, use amount: {min: 80m} or, in a query, amount:>=80m`},
		{`when: fine AND amount<=¥3bn`, `query at character 10: phrase "amount<=¥3bn" looks like a comparison, which no phrase can be; to compare amounts of money, use amount: {max: 3bn} or, in a query, amount:<=3bn`},
		{`when: fine AND amount > 80m EUR`, `query at character 17: "> 80m EUR" looks like a comparison, which no word can be; to compare amounts of money, use amount: {min: 80m, currency: EUR} or, in a query, amount:">=80m EUR"`},
		{`when: {any: [fine, Amount ≥ 80m SGD]}`, `phrase "Amount ≥ 80m SGD" looks like a comparison, which no phrase can be; to compare amounts of money, use amount: {min: 80m, currency: SGD} or, in a query, amount:">=80m SGD"`},
		{fine + `amount: 80 million EUR}`, `amount is not a mapping; write amount: {min: 80m, currency: EUR}`},
		{fine + `amount: "<= 5億港元"}`, `amount is not a mapping; write amount: {max: 500m, currency: HKD}`},
		{fine + `amount: much}`, `amount is not a mapping; use min, max and currency, such as amount: {min: 10m, currency: HKD}`},
		{fine + `amount: {min: 8000萬美元}}`, `min "8000萬美元" is not a number; write min: 80m, and add currency: USD`},
		{fine + `amount: {max: $80m}}`, `max "$80m" is not a number; write max: 80m, and add currency: AUD, CAD, HKD, NZD, SGD, TWD or USD`},
		{fine + `amount: {min: ">80m"}}`, `min ">80m" is not a number; write min: 80m`},
		{fine + `amount: {min: a lot}}`, `min "a lot" is not a number; use a number with a scale, such as 10m, 500k, 1.5bn, 10000000, 1000萬 or 10億`},
		{fine + `amount: {currency: Swiss francs}}`, `currency "Swiss francs" is unknown; did you mean CHF?`},
		{fine + `amount: {currency: 人民幣}}`, `currency "人民幣" is unknown; did you mean CNY?`},
		{fine + `amount: {currency: ¥}}`, `currency "¥" may be several; use CNY or JPY, or leave out currency`},
		{`when: {near: [a, b], within: 9 words}`, `within is "9 words"; write 9`},
		{`when: {near: [a, b], within：9}`, `unknown key "within：9"; ： is full-width: write within: 9; an expression has KEYS`},
		{fine + `deadline: {within: 3 weeks}}`, `deadline: unit "weeks" is unknown; write 3w`},
		{fine + `effective: 20 days}`, `effective: unit "days" is unknown; write 20d`},
		{fine + `deadline: {until: 2027-06-31}}`, `deadline: until "2027-06-31" is not a date; 2027-06 has 30 days`},
		{fine + `amount: {above: 3m}}`, `unknown key "above"; did you mean "min"? amount has min, max, currency`},
		{fine + `amount: {min: 3,500,000, currency: USD}}`, `3,500,000 is split at its comma, because a comma between braces begins the next key; write 3500000, or put quotes around it: "3,500,000"`},
		{"term: {fine: [fine]}\nwhen: {near: [fine, fine], within: 3}", `unknown key "term"; did you mean "terms"? a rule has KEYS`},
		{"when: {any: [fine]}\ndeliver: {digest: {role: press}}", `deliver has no conditions; write deliver: digest, and for the articles that shall alert a second rule with a condition such as role: regulator`},
		{"when: {any: [fine]}\nreview_by: 3 May 2027", `review_by "3 May 2027" is not a date; write 2027-05-03`},
		{"when: {any: [fine]}\nexamples: {match: [{title: A fine, published: 2026/11/3}]}", `published "2026/11/3" is not a date; write 2026-11-03`},
	} {
		if diff := cmp.Diff(tt.want, problems(tt.rule)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.rule, diff)
		}
	}
}

// keyNames are the names of many keys in a message.
var keyNames = regexp.MustCompile(` has (?:\w+, ){8}.*`)

// problems returns what is wrong with a rule, without the places.
func problems(body string) string {
	_, found := syntax.Parse("r.yaml", []byte("id: r\ntitle: T\nseverity: low\n"+body+"\n"))
	var lines []string
	for _, p := range found {
		p.File, p.Line, p.Col = "", 0, 0
		lines = append(lines, keyNames.ReplaceAllString(p.String(), " has KEYS"))
	}
	return strings.Join(lines, "\n")
}
