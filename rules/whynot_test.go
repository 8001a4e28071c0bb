package rules_test

import (
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

// An example that is not matched names the condition that fails, on the branch that comes closest.
func TestFailedExampleSaysWhy(t *testing.T) {
	const lists = "terms:\n" +
		"  kiosk: [crypto kiosk, bitcoin ATM, 比特幣自動櫃員機]\n" +
		"  acts: [ban, prohibit*, outlaw, 禁止]\n" +
		"  yuan: {any: [yuan], not_in: [digital yuan]}\n" +
		"  body: [=SFC, =HKMA]\n" +
		"  gift: [donation]\n" +
		"define:\n" +
		"  pair: {near: [kiosk, acts], within: 6}\n" // the condition is on line 12
	tests := []struct{ when, example, want string }{
		{"{terms: acts}", "Harbour opens", `no word of acts was found (line 12)`},
		{"{terms: acts}", "Prohib ition", `no word of acts was found; the nearest is "Prohib", for "prohibit*" (line 12)`},
		{"{terms: acts}", "City outlawed it", `no word of acts was found; the nearest is "outlawed", for "outlaw" (line 12)`},
		{"{terms: kiosk}", "A crypto machine", `no word of kiosk was found; the nearest is "crypto machine", for "crypto kiosk" (line 12)`},
		{"{terms: kiosk}", "加密貨幣自動櫃員機", `no word of kiosk was found; the nearest is "密貨幣自動櫃員機", for "比特幣自動櫃員機" (line 12)`},
		{"{any: [人 * 帳戶]}", "人民帳目", `"人 * 帳戶" was not found; the nearest is "人民帳目", for "人 * 帳戶" (line 12)`},
		{"{terms: acts, in: title}", "{title: News, text: They ban it.}", `"ban" is in the body, and only the title counts (line 12)`},
		{"{terms: yuan}", "The digital yuan", `"yuan" is part of "digital yuan", which not_in excludes (line 12)`},
		{"{terms: body}", "The sfc said", `"sfc" is not written as =SFC (line 12)`},
		{"{any: [Bitcoin ATM]}", "Bitcoin, ATM and bank", `"Bitcoin, ATM" has a comma or the end of a sentence within it (line 12)`},
		{"{terms: acts, in: body, min: 2}", "{title: News, text: They ban it.}", `"ban" was found once in the body, and min is 2 (line 12)`},
		{"{terms: acts, unless: {terms: gift, within: 3}}", "Donation ban", `unless excludes "ban", because of "Donation" (line 12)`},
		{"{terms: acts, none: [Singapore, {terms: gift}]}", "Ban in Singapore", `none excludes the article, because of "Singapore" (line 12)`},
		{"{terms: acts, role: [regulator, government]}", "{title: Ban, role: press}", `the role of the article is press, and regulator or government is required (line 12)`},
		{"{terms: acts, role: regulator}", "Ban", `the role of the article is unknown, and regulator is required (line 12)`},
		{"{all: [{terms: kiosk}, {terms: acts}]}", "Crypto kiosk opens", `no word of acts was found (line 12)`},
		{"{all: [{terms: kiosk}, {terms: acts}]}", "Harbour opens", `no word of kiosk was found; no word of acts was found (line 12)`},
		{"{all: [{all: [{terms: kiosk}, {terms: acts}]}, {terms: gift}]}", "Ferry", `no word of kiosk was found; no word of acts was found; 1 more condition is not met (line 12)`},
		{"{all: [{terms: kiosk}, {terms: acts}, {terms: gift}, {terms: yuan}]}", "Ferry", `no word of kiosk was found; no word of acts was found; 2 more conditions are not met (line 12)`},
		// Of several branches, the one that lacks least.
		{"{any: [{all: [{terms: gift}, {terms: acts}, {any: [ferry]}]}, {all: [{terms: gift}, {terms: kiosk}]}, {terms: yuan}]}", "Donation of a ferry", `no word of acts was found (line 12)`},
		{"{any: [{terms: gift}, {terms: acts}]}", "Harbour opens", `no word of gift, acts was found (line 12)`},
		{"{use: pair}", "Crypto kiosk opens", `no word of acts was found (line 11)`},
		{"{use: pair}", "Crypto kiosk one two three four five six seven ban", `"ban" is 8 words from "Crypto kiosk", and within is 6 (line 11)`},
		{"{near: [kiosk, acts], same: sentence}", "{text: A crypto kiosk opens. A ban follows.}", `"crypto kiosk" and "ban" are in different sentences (line 12)`},
		{"{near: [kiosk, acts], same: paragraph}", "{text: \"A crypto kiosk opens.\\n\\nA ban follows.\"}", `"crypto kiosk" and "ban" are in different paragraphs (line 12)`},
		{"{near: [kiosk, acts], within: 9}", "{title: A crypto kiosk, text: A ban.}", `"crypto kiosk" is in the title and "ban" in the body (line 12)`},
		{"{near: [kiosk, acts], within: 9, ordered: true}", "Ban on a crypto kiosk", `"Ban" is before "crypto kiosk", and with ordered it must be after (line 12)`},
		{"{near: [{any: [ban]}, acts], within: 9}", "A ban", `"ban" would be two parts, and one word is never two parts (line 12)`},
		{"{near: [{any: [kiosk ban]}, acts], within: 9}", "A kiosk ban", `"kiosk ban" and "ban" share words, and one word is never two parts (line 12)`},
		{"{near: [acts, {terms: kiosk, next: 3}]}", "Ban of one two three crypto kiosk", `"crypto kiosk" is 5 words after "Ban", and next is 3 (line 12)`},
		{"{near: [acts, {terms: kiosk, next: 3}]}", "Crypto kiosk ban", `"Crypto kiosk" is 1 word before "ban", and the part has no previous (line 12)`},
		{"{near: [acts, {terms: kiosk, next: 9, previous: 2}]}", "Crypto kiosk one two ban", `"Crypto kiosk" is 3 words before "ban", and previous is 2 (line 12)`},
		{"{near: [acts, {terms: kiosk, next: 1}]}", "Ban, crypto kiosk", `a comma stands between "Ban" and "crypto kiosk", and next is 1 (line 12)`},
		{"{near: [acts, {terms: kiosk, next: 9}]}", "{text: They ban it. A crypto kiosk opens.}", `"ban" and "crypto kiosk" are in different sentences (line 12)`},
		{"{near: [acts, {terms: kiosk, next: 9, without: {terms: gift}}]}", "Ban of a donation to a crypto kiosk", `"donation" stands between "Ban" and "crypto kiosk", which without excludes (line 12)`},
		// Of many choices, the one that fits for the most parts and lacks the fewest words.
		{"{near: [body, acts, kiosk], within: 3, ordered: true}", "SFC to ban one two three four crypto kiosk and SFC five six seven ban", `"crypto kiosk" is 5 words from "ban", and within is 3 (line 12)`},
		{"{near: [acts, {terms: kiosk, unless: {terms: gift, next: 1}}], within: 9}", "Ban of a crypto kiosk donation", `unless excludes "crypto kiosk", because of "donation" (line 12)`},
		{"{near: [acts, kiosk], within: 9, unless: {terms: gift, within: 5}}", "Ban of a crypto kiosk donation", `unless excludes "Ban of a crypto kiosk", because of "donation" (line 12)`},
		// The report of a roundup that comes closest.
		{"{all: [{terms: acts}, {terms: kiosk}]}", `{title: "Morning briefing: tolls and rain", text: "1. Port raises tolls\nShips pay more.\n\n2. A crypto kiosk\nIt opens.\n\n3. Rain\nThe north had rain."}`, `no word of acts was found (line 12)`},
		{`'title:"crypto kiosk" AND (ban NEAR/2 yuan)'`, "{title: \"Crypto kiosk: ban on the yuan\"}", `"yuan" is 3 words from "ban", and within is 2 (line 12)`},
	}
	for _, tt := range tests {
		set := rules.MustLoad(t, rules.Head+lists+"when: "+tt.when+"\nexamples:\n  match:\n    - "+tt.example+"\n")
		failed := set.Test()
		if len(failed) != 1 {
			t.Errorf("%s on %s: %d failed examples, want 1", tt.when, tt.example, len(failed))
			continue
		}
		if diff := cmp.Diff(tt.want, failed[0].Reason); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", tt.when, tt.example, diff)
		}
	}
}

// An example that should be a mention is explained by the condition for mentions.
func TestFailedMentionSaysWhy(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {any: [ferry]}\nmention: {any: [harbour]}\nexamples: {match: [{title: Rain, strength: mention}]}\n")
	want := `should match this rule as a mention but doesn't: "harbour" was not found (line 5)`
	if got := set.Test()[0].Failure(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Of a near whose parts are all there, explain says why it is not met.
func TestExplainSaysWhyNearIsNotMet(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"terms: {kiosk: [kiosk], ban: [ban]}\nwhen: {any: [{near: [kiosk, ban], within: 3}, {terms: ban, in: body, min: 2}]}\n")
	got := set.Explain(models.Article{Title: "A kiosk that nobody wants to ban", Body: "One ban."})[0].String()
	want := `r does not match
  no when: any of (kiosk near ban within 3; ban, 2 times in body)
    no kiosk near ban within 3: "ban" is 5 words from "kiosk", and within is 3
      yes kiosk → "kiosk" title
      yes ban → "ban" title, "ban" ¶1
    no ban, 2 times in body: "ban" was found once in the body, and min is 2
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Explain (-want +got):\n%s", diff)
	}
}

// Why a long article does not match is found in a short time, however many words of the rule it has.
func TestWhyNotLimitsTime(t *testing.T) {
	text := strings.Repeat("kiosk ban coin bank. ", 2_000)
	set := rules.MustLoad(t, rules.Head+"when: {near: [{any: [kiosk]}, {any: [ban]}, {any: [coin]}, {any: [kiosk]}], within: 1, ordered: true}\nexamples: {match: [{text: "+text+"}]}\n")
	if failed := set.Test(); len(failed) != 1 || failed[0].Reason == "" {
		t.Errorf("failed examples: %d, want one with a reason", len(failed))
	}
}
