package reading

import (
	"os"
	"strings"
	"testing"

	"regwatch/internal/golden"
	"regwatch/rules/syntax"
)

// load returns a rule of a folder, resolved with the vocabulary that it names.
func load(t *testing.T, name, src string) *syntax.Rule {
	t.Helper()
	rule, problems := syntax.Parse(name, []byte(src))
	shared := syntax.Shared{Vocabulary: make(map[string]*syntax.Vocabulary), Entities: make(map[string]*syntax.EntityFile), Rules: make(map[string]*syntax.Rule)}
	for _, used := range rule.Vocabulary {
		file := used.Name
		text, err := os.ReadFile("../../configs/rules/vocabulary/" + file)
		if err != nil {
			t.Fatal(err)
		}
		lists, more := syntax.ParseVocabulary(file, text)
		problems = append(problems, more...)
		shared.Vocabulary[file] = lists
	}
	entities, more := syntax.ParseEntities("firms.csv", []byte("id,name,aliases,aliases_zh,url\nf1,First Firm,FFX,甲行,\nf2,Second Firm,,乙行,\n"))
	shared.Entities["firms.csv"] = entities
	problems = append(problems, more...)
	other, more := syntax.Parse("other.yaml", []byte("id: other\ntitle: Another rule\nseverity: low\nwhen: omega\n"))
	shared.Rules["other"] = other
	problems = append(problems, more...)
	_, more = syntax.Resolve([]*syntax.Rule{rule}, shared)
	if problems = append(problems, more...); len(problems) > 0 {
		t.Fatal(problems)
	}
	return rule
}

var languages = []string{"en", "zh-Hant", "zh-Hans"}

func TestShippedRulesReadWell(t *testing.T) {
	for _, id := range []string{"crypto-ban", "stablecoin-ordinance", "yuan-stablecoin"} {
		src, err := os.ReadFile("../../configs/rules/" + id + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		rule := load(t, id+".yaml", string(src))
		for _, language := range languages {
			got := Of(rule, Options{Language: language, Model: &Model{Alert: 0.3, Digest: 0.1}}).String()
			assertGolden(t, id+"."+language, got)
			if strings.Contains(got, "%!") {
				t.Errorf("%s in %s has a phrase with wrong arguments", id, language)
			}
		}
	}
}

func TestReadingKeepsTheStopOfAText(t *testing.T) {
	for why, want := range map[string]string{
		"Have a look at.": "關注原因：Have a look at.", "Have a look": "關注原因：Have a look。", "值得留意。": "關注原因：值得留意。", "重要嗎？": "關注原因：重要嗎？",
		"> \n  Folded\n  text.\n": "關注原因：Folded text.",
	} {
		if !strings.HasPrefix(why, ">") {
			why = "'" + why + "'\n"
		}
		rule := load(t, "x.yaml", "id: x\ntitle: X\nseverity: low\nwhen: alpha\nwhy: "+why)
		if got := Of(rule, Options{Language: "zh-Hant"}).Sections[0].Text; got != want {
			t.Errorf("why %q reads %q; want %q", why, got, want)
		}
	}
}

func TestReadingNamesDigests(t *testing.T) {
	rule := load(t, "x.yaml", "id: x\ntitle: X\nseverity: low\nwhen: alpha\n")
	for _, tt := range []struct {
		digests []string
		want    string
	}{
		{[]string{"Weekly digest"}, "Its events are listed in the digest “Weekly digest”."},
		{[]string{"Weekly digest", "Board"}, "Its events are listed in the digests Weekly digest, Board."},
		{[]string{}, "No digest lists its events."},
	} {
		if got := Of(rule, Options{Language: "en", Digests: tt.digests}).String(); !strings.Contains(got, tt.want) {
			t.Errorf("digests %q: want %q in\n%s", tt.digests, tt.want, got)
		}
	}
	if got := Of(rule, Options{Language: "en"}).String(); strings.Contains(got, "digest") {
		t.Errorf("digests that are not known are named:\n%s", got)
	}
}

func TestDigestRuleNamesNoRoute(t *testing.T) {
	for deliver, want := range map[string]bool{"alert": true, "digest": false} {
		rule := load(t, "x.yaml", "id: x\ntitle: X\nseverity: low\nwhen: alpha\nroutes: [legal]\ndeliver: "+deliver+"\n")
		if got := strings.Contains(Of(rule, Options{Language: "en"}).String(), "route legal"); got != want {
			t.Errorf("deliver: %s names the route: %v; want %v", deliver, got, want)
		}
	}
}

func assertGolden(t *testing.T, name, got string) {
	t.Helper()
	golden.Assert(t, "testdata/"+name+".txt", []byte(got))
}
