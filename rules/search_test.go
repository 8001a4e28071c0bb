package rules_test

import (
	"testing"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/syntax/syntaxtest"

	"github.com/google/go-cmp/cmp"
)

func TestSearchMatchesQuery(t *testing.T) {
	tests := []struct {
		query, title, body string
		want               bool
	}{
		{"ban", "A ban", "", true},
		{"ban AND crypto", "A ban", "on crypto", true},
		{"ban AND crypto", "A ban", "", false},
		{"ban OR crypto", "crypto", "", true},
		{"ban AND NOT crypto", "A ban on crypto", "", false},
		{"ban NOT crypto", "A ban", "", true},
		{`"crypto ban"`, "Ban on crypto", "", false},
		{"(ban OR 禁止) AND (crypto OR 加密貨幣)", "禁止加密货币", "", true},
		{"prohibit*", "Prohibited", "", true},
		{"=SFC", "sfc", "", false},
		{"yuan NEAR/3 stablecoin", "A stablecoin for the yuan", "", true},
		{"yuan w/2 stablecoin", "A stablecoin for the yuan", "", false},
		{"yuan ONEAR/5 stablecoin", "A stablecoin for the yuan", "", false},
		{"stablecoin pre/5 yuan", "A stablecoin for the yuan", "", true},
		{"a1 NEAR/2 b1 NEAR/2 c1", "b1 a1 c1", "", true},
		{"(yuan OR renminbi) NEAR/3 stablecoin", "Renminbi stablecoin", "", true},
		{"yuan NEAR/S stablecoin", "x", "A yuan coin. A stablecoin.", false},
		{"yuan NEAR/P stablecoin", "x", "A yuan coin. A stablecoin.", true},
		{"yuan NEAR/2P stablecoin", "x", "A yuan coin. A stablecoin.", false},
		{"yuan w/s stablecoin", "A stablecoin for the yuan", "", true},
		{"yuan /s stablecoin", "A stablecoin for the yuan", "", true},
		{"yuan /2 stablecoin", "A stablecoin for the yuan", "", false},
		{"yuan +s stablecoin", "A stablecoin for the yuan", "", false},
		{"/5 OR +5", "5", "", true},
		{"ban NOT NEAR/2 gift", "A gift ban", "", false},
		{"ban NOT NEAR/2 gift", "A gift ban, and long after it another ban", "", true},
		{"ban UNLESS/S gift", "x", "A gift ban. A ban.", true},
		{"ban not w/2 gift", "A gift ban", "", false},
		{"ban NOT NEAR/2 gift NOT NEAR/2 toy", "A gift ban and now a toy ban", "", false},
		{"ATLEAST/2(ban) NOT NEAR/2 gift", "A ban, and then a gift ban", "", true},
		{"ATLEAST/2(ban NOT NEAR/2 gift)", "A ban, and then a gift ban", "", false},
		{"title,lead:(ATLEAST/2(ban))", "ban", "ban", true},
		{"title:ban", "x", "ban", false},
		{"title:(ban OR curb) AND body:crypto", "A curb", "on crypto", true},
		{`lead:"crypto ban"`, "x", "A crypto ban.", true},
		{"ATLEAST/2(ban)", "ban", "", false},
		{"ATLEAST/2(ban OR curb)", "ban", "A curb.", true},
		{"body:(ATLEAST/2(ban))", "ban", "ban", false},
		{"AND OR", "", "", false},
		// What Chinese keyboards type means what the ASCII sign means.
		{"title：ban", "x", "ban", false},
		{"title：ban", "A ban", "", true},
		{"title，lead：（禁令　ＯＲ　禁止）", "x", "禁止加密貨幣。", true},
		{"ｔｉｔｌｅ：「加密 禁令」", "加密禁令", "", true},
		{"body：禁令 AND title：加密", "加密", "禁令", true},
		{"ＡＴＬＥＡＳＴ／2（ban）", "ban", "", false},
		{"yuan ＮＥＡＲ／３ stablecoin", "A stablecoin for the yuan", "", true},
		{"yuan ONEAR／5 stablecoin", "A stablecoin for the yuan", "", false},
		{"yuan ／2 stablecoin", "A stablecoin for the yuan", "", false},
		{"prohibit＊", "Prohibited", "", true},
		{"＝SFC", "sfc", "", false},
		{"＂crypto ban＂", "Ban on crypto", "", false},
		{"＂crypto ban＂", "A crypto ban", "", true},
		{"『crypto ban』 AND yuan", "A crypto ban in yuan", "", true},
		{"「禁令『加密』」", "禁令『加密』", "", true},
		{`"禁令，加密"`, "禁令，加密", "", true},
		{"《穩定幣條例》", "《穩定幣條例》", "", true},
		{"ＡＩ", "AI", "", true},
	}
	for _, tt := range tests {
		set, problems := rules.Search(tt.query)
		if len(problems) > 0 {
			if tt.want || tt.title != "" {
				t.Errorf("Search(%s): %s", tt.query, problems.Error())
			}
			continue
		}
		article := models.Article{Title: tt.title, Body: tt.body}
		if got := len(set.Match(article)) > 0; got != tt.want {
			t.Errorf("Search(%s) on %q / %q: %v, want %v", tt.query, tt.title, tt.body, got, tt.want)
		}
		printed, ok := set.Rules()[0].Query()
		if !ok {
			t.Errorf("Search(%s) cannot be formatted as a query", tt.query)
			continue
		}
		again, problems := rules.Search(printed)
		if len(problems) > 0 {
			t.Errorf("Search(%s) is formatted as %s, which has problems: %s", tt.query, printed, problems.Error())
			continue
		}
		if got := len(again.Match(article)) > 0; got != tt.want {
			t.Errorf("Search(%s) is formatted as %s, which returns %v", tt.query, printed, got)
		}
	}
}

func TestSearchReportsProblems(t *testing.T) {
	tests := []struct{ query, want string }{
		{"ban AND crypto OR yuan", "query:1:16: AND and OR are mixed without parentheses; write (ban AND crypto) OR yuan, or ban AND (crypto OR yuan)"},
		{"crypto and ban", `query:1:8: "and" is a word, because it is not in capitals; use AND, or put quotes around the phrase`},
		{"crypto near/5 ban", `query:1:8: "near/5" is a word, because it is not in capitals; use NEAR/5, or put quotes around the phrase`},
		{"crypto ban", `query:1:8: no operator between "crypto" and "ban"; put AND, OR or NEAR/5 between them, or quotes around a phrase`},
		{"(ban", "query:1:1: a parenthesis is not closed; add ) after its last word"},
		{"ban)", "query:1:4: unexpected ); remove it, or add ( before it"},
		{`禁 AND "ban`, `query:1:7: a quote is not closed; add " after the phrase's last word`},
		{"ban AND", "query:1:8: the query ends too early; add a word, a phrase in quotes or a parenthesis"},
		{"NOT ban", "query:1:1: the query does not require any word; add a word to look for, or where the article comes from, such as source:hkma-*"},
		{"a1 NEAR b1", "query:1:4: NEAR has no number; use NEAR/5, from 1 to 1000, NEAR/S for one sentence, or NEAR/P for one paragraph"},
		{"a1 NEAR/3 b1 NEAR/4 c1", "query:1:14: NEAR/4 follows NEAR/3; put parentheses around the two that belong together"},
		{"a1 OR NOT b1", "query:1:7: NOT cannot follow OR; use AND NOT, with the OR in parentheses"},
		{"a1 NEAR/3 b1 NOT NEAR/4 c1", "query:1:14: NOT NEAR/4 follows NEAR/3; put parentheses around the two that belong together"},
		{"(a1 AND b1) NOT NEAR/4 c1", "query:1:13: NOT NEAR excludes hits, but AND and NOT have none; put words, OR or NEAR before it"},
		{"a1 NOT ONEAR/4 c1", "query:1:4: NOT ONEAR does not exist; use NOT NEAR"},
		{"a1 NEAR/1001 b1", "query:1:4: NEAR has no number; use NEAR/5, from 1 to 1000, NEAR/S for one sentence, or NEAR/P for one paragraph"},
		{"ATLEAST/2(a1 AND b1)", "query:1:1: ATLEAST counts hits, but AND and NOT have none; use words, OR or NEAR in its parentheses"},
		{"$coin", `query:1:1: unknown name "coin"; there are no definitions and term lists; to find the word itself, use {any: [coin]}, or in a query the word without $`},
		{"ban AND author:smith", `query:1:9: unknown field "author"; the fields are title, lead, body, source, role, language, jurisdiction, kind, deadline, effective, amount, rule; if it is text, put quotes around it`},
		{`lang:zh AND ban`, `query:1:1: unknown field "lang"; the fields are title, lead, body, source, role, language, jurisdiction, kind, deadline, effective, amount, rule; if it is text, put quotes around it`},
		{`ban AND sources:"hkma-*"`, `query:1:9: unknown field "sources"; did you mean "source"? the fields are title, lead, body, source, role, language, jurisdiction, kind, deadline, effective, amount, rule; if it is text, put quotes around it`},
		{`fine AND ">10 million"`, `query:1:10: phrase ">10 million" looks like a comparison, which no phrase can be; to compare amounts of money, use amount: {min: 10m} or, in a query, amount:>=10m`},
		{"(a1 AND b1) NEAR/3 c1", "query:1:1: cannot be near anything, because it has no position in the text; use term lists, near, or any of them"},
		{"ab*", `query:1:1: phrase "ab*" has * after fewer than three letters; ` + `use words; * after three or more letters stands for any ending and alone for any one word, # stands for any number, = in front requires the exact case`},
		{"$ban，$licence", "query:1:5: ， joins no words in a query; write $ban OR $licence or $ban AND $licence, or put quotes around the phrase"},
		{"禁令，牌照", "query:1:3: ， joins no words in a query; write 禁令 OR 牌照 or 禁令 AND 牌照, or put quotes around the phrase"},
		{"ban AND 比特幣、以太幣、泰達幣", "query:1:12: 、 joins no words in a query; write 比特幣 OR 以太幣 OR 泰達幣 or 比特幣 AND 以太幣 AND 泰達幣, or put quotes around the phrase"},
		{"禁令；", "query:1:3: ； joins no words in a query; remove it, or put quotes around the phrase"},
		{"金管局：新規", "query:1:4: ： joins no words in a query; write 金管局 OR 新規 or 金管局 AND 新規, or put quotes around the phrase"},
		{"禁令。牌照？", "query:1:3: 。 joins no words in a query; write 禁令 OR 牌照 or 禁令 AND 牌照, or put quotes around the phrase"},
		{`ban， AND crypto`, "query:1:4: ， joins no words in a query; remove it, or put quotes around the phrase"},
		{`title：禁令，牌照`, "query:1:9: ， joins no words in a query; write 禁令 OR 牌照 or 禁令 AND 牌照, or put quotes around the phrase"},
		{`author：smith`, `query:1:1: unknown field "author"; the fields are title, lead, body, source, role, language, jurisdiction, kind, deadline, effective, amount, rule; if it is text, put quotes around it`},
		{"『禁令", "query:1:1: a quote is not closed; add 』 after the phrase's last word"},
		{"", "query:1:1: the query ends too early; add a word, a phrase in quotes or a parenthesis"},
	}
	for _, tt := range tests {
		_, problems := rules.Search(tt.query)
		if diff := cmp.Diff(tt.want, problems.Error()); diff != "" {
			t.Errorf("Search(%s) (-want +got):\n%s", tt.query, diff)
		}
	}
}

// A rule may be written in YAML or as queries.
func TestMatchQueryInRule(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+`terms: {yuan: [yuan, 人民幣], coin: [stablecoin, 穩定幣]}
define: {pair: $yuan NEAR/6 $coin}
when: title:($pair) OR ATLEAST/2($pair)
mention: $pair
`)
	for title, want := range map[string]string{"人民币稳定币": "subject", "Yuan": "nothing"} {
		if got := rules.OutcomeOf(set, models.Article{Title: title, Body: ""}); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
	if got := rules.OutcomeOf(set, models.Article{Title: "", Body: "One yuan stablecoin."}); got != "mention" {
		t.Errorf("a single pair in the body: %s, want mention", got)
	}
	if q, ok := set.Rules()[0].Query(); !ok || q != "title:($pair) OR ATLEAST/2($pair)" {
		t.Errorf("Query = %q", q)
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range []string{"ban AND (crypto OR \"a b\") NOT title:x", "a1 NEAR/3 b1 ONEAR/2 c1", "ATLEAST/2(禁*)", "“a” 「b」", "title:title:x", "((((a))))", "禁 AND (role:press OR source:hk*) NOT jurisdiction:\"Hong Kong\"", "ban language:zh", `"/No\. \d+ of 2026/" OR /ban\w+/`, "ban NOT NEAR/3S (a1 OR b1) not w/2 crypto", "title,lead:a1 /p b1", "(a1 w/s b1) +3 c1"} {
		f.Add(q, "a ban on crypto")
	}
	f.Fuzz(func(t *testing.T, query, article string) {
		set, problems := rules.Search(query)
		if (set == nil) == (len(problems) == 0) {
			t.Fatalf("Search(%q) returned a set: %v, and %d problems", query, set != nil, len(problems))
		}
		if set == nil {
			return
		}
		placed := models.Article{
			Title: article, Body: article, SourceID: "hkma-press", Language: "zh-Hant",
			Source: models.Source{Role: models.Press, Jurisdictions: []string{"Hong Kong"}},
		}
		got, there := rules.OutcomeOf(set, models.Article{Title: article, Body: article}), rules.OutcomeOf(set, placed)
		printed, ok := set.Rules()[0].Query()
		if !ok {
			t.Fatalf("Search(%q) cannot be formatted", query)
		}
		rule := set.Rules()[0]
		written, err := rule.FormatYAML(rule.When)
		if err != nil {
			t.Fatal(err)
		}
		again, problems := rules.Search(printed)
		if again == nil {
			t.Fatalf("Search(%q) is formatted as %q, which is rejected: %s", query, printed, problems.Error())
		}
		structured, problems := rules.Load(rules.Files(map[string]string{"r.yaml": rules.Head + "when:\n" + syntaxtest.Indent(written)}))
		if structured == nil {
			t.Fatalf("Search(%q) is formatted as\n%s\nwhich is rejected: %s", query, written, problems.Error())
		}
		for name, set := range map[string]*rules.Set{printed: again, string(written): structured} {
			if same := rules.OutcomeOf(set, models.Article{Title: article, Body: article}); same != got {
				t.Fatalf("Search(%q) = %s, and formatted as %q = %s", query, got, name, same)
			}
			if same := rules.OutcomeOf(set, placed); same != there {
				t.Fatalf("Search(%q) = %s on an article of hkma-press, and formatted as %q = %s", query, there, name, same)
			}
		}
	})
}
