package rules

import (
	"testing"
	"testing/fstest"

	"regwatch/models"
)

// load makes a set of one rule, r.yaml, or fails.
func load(t testing.TB, src string) *Set {
	t.Helper()
	return loadFiles(t, map[string]string{"r.yaml": src})
}

func loadFiles(t testing.TB, files map[string]string) *Set {
	t.Helper()
	set, problems := Load(mapFS(files))
	if len(problems) > 0 {
		t.Fatalf("the rules have problems:\n%s", problems.Error())
	}
	return set
}

func mapFS(files map[string]string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for name, src := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return fsys
}

// outcome is what a rule says of an article, short: subject, mention or nothing.
func outcome(s *Set, title, body string) string {
	return outcomeOf(s, models.Article{Title: title, Body: body})
}

func outcomeOf(s *Set, a models.Article) string {
	for _, m := range s.Match(a) {
		return string(m.Strength)
	}
	return "nothing"
}

const head = "id: r\ntitle: T\nseverity: low\n"

func TestMatch(t *testing.T) {
	tests := []struct {
		name, rule  string
		title, body string
		want        string
	}{
		{"whole words", "when: {any: [ban]}", "A bank in Albania", "", "nothing"},
		{"plural", "when: {any: [ban]}", "Two bans", "", "subject"},
		{"plural of y", "when: {any: [deposit policy]}", "Deposit policies", "", "subject"},
		{"singular of a plural", "when: {any: [stablecoins]}", "A stablecoin", "", "subject"},
		{"possessive", "when: {any: [china ban]}", "China’s ban", "", "subject"},
		{"hyphen", "when: {any: [stable coin]}", "A stable-coin", "", "subject"},
		{"both scripts from traditional", "when: {any: [穩定幣]}", "离岸稳定币", "", "subject"},
		{"both scripts from simplified", "when: {any: [稳定币]}", "離岸穩定幣", "", "subject"},
		{"a sign", "when: {any: [CNH₮]}", "Tether's CNH₮ token", "", "subject"},
		{"a word that the list's prefix begins, taken out", "terms: {a: {any: [crypto*], not_in: [cryptography]}}\nwhen: {terms: a}", "A course in cryptography", "", "nothing"},
		{"a word beside the one taken out", "terms: {a: {any: [crypto*], not_in: [cryptography]}}\nwhen: {terms: a}", "Cryptography of cryptocurrencies", "", "subject"},
		{"prefix", "when: {any: [prohibit*]}", "A prohibition", "", "subject"},
		{"prefix within a phrase", "when: {any: [prohibit* trading]}", "Prohibiting trading", "", "subject"},
		{"any word", "when: {any: ['ban * trading']}", "A ban on trading", "", "subject"},
		{"number", "when: {any: ['# yuan']}", "300 yuan", "", "subject"},
		{"number needs digits", "when: {any: ['# yuan']}", "many yuan", "", "nothing"},
		{"exact", "when: {any: [=SFC]}", "The SFC's list", "", "subject"},
		{"exact in another case", "when: {any: [=SFC]}", "the sfc list", "", "nothing"},
		{"exact in the plural", "when: {any: [=ATM]}", "Crypto ATMs", "", "subject"},
		{"exact in the plural, other case", "when: {any: [=ATM]}", "CRYPTO ATMS", "", "nothing"},
		{"phrase does not cross a comma", "when: {any: [yuan stablecoin]}", "Yuan, stablecoin", "", "nothing"},
		{"phrase does not cross a sentence", "when: {any: [yuan stablecoin]}", "", "He holds yuan. Stablecoin rules follow.", "nothing"},
		{"a phrase with a comma of its own", "when: {any: ['Hong Kong, China']}", "Hong Kong, China", "", "subject"},

		{"not_in", "terms: {y: {any: [yuan], not_in: [digital yuan]}}\nwhen: {terms: y}", "Digital yuan grows", "", "nothing"},
		{"not_in leaves the other hit", "terms: {y: {any: [yuan], not_in: [digital yuan]}}\nwhen: {terms: y}", "Digital yuan and yuan", "", "subject"},
		{"not_in of Chinese words", "terms: {b: {any: [禁], not_in: [监禁, 解禁, 不禁]}}\nwhen: {terms: b}", "他被監禁", "", "nothing"},
		{"not_in with a wildcard", "terms: {b: {any: [禁], not_in: ['*禁令']}}\nwhen: {terms: b}", "解禁令", "", "nothing"},

		{"list within a list", "terms: {a: [x1], b: [{terms: a}, y1]}\nwhen: {terms: b}", "x1", "", "subject"},
		{"all", "when: {all: [aaa, bbb]}", "bbb aaa", "", "subject"},
		{"all, one missing", "when: {all: [aaa, bbb]}", "bbb", "", "nothing"},
		{"none", "when: {any: [aaa], none: [bbb]}", "aaa bbb", "", "nothing"},
		{"nested", "when: {all: [{any: [aaa, bbb]}, {none: [ccc]}]}", "bbb", "", "subject"},
		{"in title", "when: {any: [aaa], in: title}", "xxx", "aaa", "nothing"},
		{"in lead", "when: {any: [aaa], in: lead}", "xxx", "An aaa stands here.", "subject"},
		{"min", "when: {any: [aaa], in: body, min: 2}", "aaa", "aaa", "nothing"},
		{"min met", "when: {any: [aaa, bbb], in: body, min: 2}", "", "aaa bbb", "subject"},
		{"min of overlapping phrases", "when: {any: [aaa bbb, aaa], in: body, min: 2}", "", "aaa bbb", "nothing"},

		{"near", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 2}", "bbb x aaa", "", "subject"},
		{"near too far", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 2}", "bbb x x aaa", "", "nothing"},
		{"near in order", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 5, ordered: true}", "bbb aaa", "", "nothing"},
		{"near of three", "terms: {a: [aaa], b: [bbb], c: [ccc]}\nwhen: {near: [a, b, c], within: 3}", "ccc bbb aaa", "", "subject"},
		{"near one text cannot be two parts", "terms: {a: [aaa bbb], b: [bbb]}\nwhen: {near: [a, b], within: 3}", "aaa bbb", "", "nothing"},
		{"same sentence", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: sentence}", "", "The aaa. The bbb.", "nothing"},
		{"same sentence over an abbreviation", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: sentence}", "", "The aaa of Acme Inc. Bbb goes on.", "subject"},
		{"same paragraph", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: paragraph}", "", "The aaa.\n\nThe bbb.", "nothing"},
		{"same paragraph met", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: paragraph}", "", "The aaa. The bbb.", "subject"},
		{"title is not near the body", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 5}", "aaa", "bbb", "nothing"},
		{"unless", "terms: {a: [aaa], b: [bbb]}\nwhen: {terms: a, unless: {terms: b, within: 3}}", "aaa bbb", "", "nothing"},
		{"unless spoils one hit only", "terms: {a: [aaa], b: [bbb]}\nwhen: {terms: a, unless: {terms: b, within: 3}}", "aaa bbb x x x x aaa", "", "subject"},
		{"define", "terms: {a: [aaa], b: [bbb]}\ndefine: {p: {near: [a, b], within: 3}}\nwhen: {use: p, in: title}", "aaa bbb", "", "subject"},
		{"define of a define", "terms: {a: [aaa], b: [bbb]}\ndefine: {q: {use: p}, p: {near: [a, b], within: 3}}\nwhen: {use: q}", "aaa bbb", "", "subject"},
		{"mention", "when: {any: [aaa], in: title}\nmention: {any: [aaa]}", "", "aaa", "mention"},
		{"related stories do not count", "when: {any: [aaa]}", "", "Own text here.\n\nYou may also like\n\nAn aaa story", "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(load(t, head+tt.rule), tt.title, tt.body); got != tt.want {
				t.Errorf("rule %q on %q / %q: %s, want %s", tt.rule, tt.title, tt.body, got, tt.want)
			}
		})
	}
}
