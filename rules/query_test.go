package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"regwatch/models"
)

func TestSearch(t *testing.T) {
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
	}
	for _, tt := range tests {
		set, problems := Search(tt.query)
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
			t.Errorf("Search(%s) cannot be printed as a query", tt.query)
			continue
		}
		again, problems := Search(printed)
		if len(problems) > 0 {
			t.Errorf("Search(%s) is printed as %s, which has problems: %s", tt.query, printed, problems.Error())
			continue
		}
		if got := len(again.Match(article)) > 0; got != tt.want {
			t.Errorf("Search(%s) is printed as %s, which says %v", tt.query, printed, got)
		}
	}
}

func TestSearchProblems(t *testing.T) {
	tests := []struct{ query, want string }{
		{"ban AND crypto OR yuan", "query:1:16: AND and OR are mixed without parentheses; want (ban AND crypto) OR yuan, or ban AND (crypto OR yuan)"},
		{"crypto and ban", `query:1:8: "and" is not in capitals, and so is a word; want AND, or quotes around a phrase`},
		{"crypto near/5 ban", `query:1:8: "near/5" is not in capitals, and so is a word; want NEAR/5, or quotes around a phrase`},
		{"crypto ban", `query:1:8: nothing stands between "crypto" and "ban"; want AND, OR or NEAR/5 between them, or quotes around a phrase`},
		{"(ban", "query:1:1: a parenthesis is not closed; want ) behind its last word"},
		{"ban)", "query:1:4: a parenthesis is closed that was not opened; want it taken out, or ( in front"},
		{`禁 AND "ban`, `query:1:7: a quote is not closed; want " behind the phrase's last word`},
		{"ban AND", "query:1:8: the query ends where a word should stand; want a word, a phrase in quotes or a parenthesis"},
		{"NOT ban", "query:1:1: the query asks for nothing that must be there; want a word to look for beside it"},
		{"a1 NEAR b1", "query:1:4: NEAR has no number; want NEAR/5, from 1 to 1000; NEAR/S for one sentence, NEAR/P for one paragraph"},
		{"a1 NEAR/3 b1 NEAR/4 c1", "query:1:14: NEAR/4 follows NEAR/3; want parentheses around the two that belong together"},
		{"a1 OR NOT b1", "query:1:7: NOT stands in an OR; want AND NOT, with the OR in parentheses"},
		{"a1 NEAR/3 b1 NOT NEAR/4 c1", "query:1:14: NOT NEAR/4 follows NEAR/3; want parentheses around the two that belong together"},
		{"(a1 AND b1) NOT NEAR/4 c1", "query:1:13: NOT NEAR spoils hits, and AND and NOT have none to spoil; want words, OR or NEAR in front of it"},
		{"a1 NOT ONEAR/4 c1", "query:1:4: NOT NEAR knows no order; want NOT NEAR in the place of NOT ONEAR"},
		{"a1 NEAR/1001 b1", "query:1:4: NEAR has no number; want NEAR/5, from 1 to 1000; NEAR/S for one sentence, NEAR/P for one paragraph"},
		{"ATLEAST/2(a1 AND b1)", "query:1:1: ATLEAST counts hits, and AND and NOT have none to count; want words, OR or NEAR in its parentheses"},
		{"$coin", `query:1:1: unknown name "coin"; there are no definitions and term lists`},
		{"(a1 AND b1) NEAR/3 c1", "query:1:1: has no place in the text to be near to; want term lists, near or any of them"},
		{"ab*", `query:1:1: phrase "ab*" has * behind fewer than three letters; ` + phraseWant},
		{"", "query:1:1: the query ends where a word should stand; want a word, a phrase in quotes or a parenthesis"},
	}
	for _, tt := range tests {
		_, problems := Search(tt.query)
		if diff := cmp.Diff(tt.want, problems.Error()); diff != "" {
			t.Errorf("Search(%s) (-want +got):\n%s", tt.query, diff)
		}
	}
}

// A rule may be written either way and means the same.
func TestQueryInARule(t *testing.T) {
	set := load(t, head+`terms: {yuan: [yuan, 人民幣], coin: [stablecoin, 穩定幣]}
define: {pair: $yuan NEAR/6 $coin}
when: title:($pair) OR ATLEAST/2($pair)
mention: $pair
`)
	for title, want := range map[string]string{"人民币稳定币": "subject", "Yuan": "nothing"} {
		if got := outcome(set, title, ""); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
	if got := outcome(set, "", "One yuan stablecoin."); got != "mention" {
		t.Errorf("a single pair in the body: %s, want mention", got)
	}
	if q, ok := set.Rules()[0].Query(); !ok || q != "title:($pair) OR ATLEAST/2($pair)" {
		t.Errorf("printed as %q", q)
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range []string{"ban AND (crypto OR \"a b\") NOT title:x", "a1 NEAR/3 b1 ONEAR/2 c1", "ATLEAST/2(禁*)", "“a” 「b」", "title:title:x", "((((a))))", "禁 AND (role:press OR source:hk*) NOT jurisdiction:\"Hong Kong\"", "ban language:zh", `"/No\. \d+ of 2026/" OR /ban\w+/`, "ban NOT NEAR/3S (a1 OR b1) not w/2 crypto", "title,lead:a1 /p b1", "(a1 w/s b1) +3 c1"} {
		f.Add(q, "a ban on crypto")
	}
	f.Fuzz(func(t *testing.T, query, article string) {
		set, problems := Search(query)
		if (set == nil) == (len(problems) == 0) {
			t.Fatalf("Search(%q) gave a set: %v, and %d problems", query, set != nil, len(problems))
		}
		if set == nil {
			return
		}
		placed := models.Article{
			Title: article, Body: article, SourceID: "hkma-press", Language: "zh-Hant",
			Source: models.Source{Role: models.Press, Jurisdictions: []string{"Hong Kong"}},
		}
		got, there := outcome(set, article, article), outcomeOf(set, placed)
		printed, ok := set.Rules()[0].Query()
		if !ok {
			t.Fatalf("Search(%q) cannot be printed", query)
		}
		written, err := yaml.Dump(structure(set.rules[0], set.rules[0].when), yaml.WithLineWidth(-1))
		if err != nil {
			t.Fatal(err)
		}
		again, problems := Search(printed)
		if again == nil {
			t.Fatalf("Search(%q) is printed as %q, which is refused: %s", query, printed, problems.Error())
		}
		structured, problems := Load(mapFS(map[string]string{"r.yaml": head + "when:\n" + indent(string(written))}))
		if structured == nil {
			t.Fatalf("Search(%q) is written as\n%s\nwhich is refused: %s", query, written, problems.Error())
		}
		for name, set := range map[string]*Set{printed: again, string(written): structured} {
			if same := outcome(set, article, article); same != got {
				t.Fatalf("Search(%q) says %s, and printed as %q says %s", query, got, name, same)
			}
			if same := outcomeOf(set, placed); same != there {
				t.Fatalf("Search(%q) says %s of an article of hkma-press, and printed as %q says %s", query, there, name, same)
			}
		}
	})
}
