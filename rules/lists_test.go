package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

// issuers is a list of entities as a spreadsheet program writes it, with a byte order mark and Windows line ends.
var issuers = "\ufeff" + strings.ReplaceAll(`id,name,aliases,aliases_zh,url
circle,Circle Internet Group,Circle Internet;USDC issuer,圓圈公司,https://www.circle.com/
tether,Tether,USDT|Tether Holdings,泰達;泰达,https://tether.to/
bis,Bank for International Settlements,BIS,國際清算銀行,https://www.bis.org/
`, "\n", "\r\n")

const issuerRule = `id: issuers
title: News of issuers
severity: medium
terms:
  issuers: {file: issuers.csv, gloss: issuer}
  act: [fined, sued, licence, 罰款, 牌照]
when: {near: [issuers, act], within: 12}
`

func entitySet(t testing.TB, list string) *rules.Set {
	t.Helper()
	return rules.MustLoadFiles(t, map[string]string{"issuers.yaml": issuerRule, "lists/issuers.csv": list})
}

func namesOf(m models.Match) []string {
	var names []string
	for _, e := range m.Entities() {
		names = append(names, e.ID+" "+e.Name+" "+e.Kind)
	}
	return names
}

func TestMatchNamesEntities(t *testing.T) {
	set := entitySet(t, issuers)
	tests := []struct {
		title string
		want  []string // nil: no match
	}{
		{"USDC issuer fined in New York", []string{"circle Circle Internet Group issuer"}},
		{"Tether and Circle Internet sued, USDT falls", []string{"tether Tether issuer"}}, // near takes the closest for each hit of the first part
		{"圓圈公司獲發牌照", []string{"circle Circle Internet Group issuer"}},
		{"圆圈公司获发牌照", []string{"circle Circle Internet Group issuer"}},
		{"泰达被罚款", []string{"tether Tether issuer"}},
		{"B.I.S. fined", []string{"bis Bank for International Settlements issuer"}},
		{"BIS fined", []string{"bis Bank for International Settlements issuer"}},
		{"Bis fined in Paris", nil}, // a short name in capitals requires them
		{"A circle of friends is fined", nil},
		{"朋友圓圈被罰款", nil},
		{"Tether grows", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, m := range set.Match(models.Article{Title: tt.title}) {
			got = append(got, namesOf(m)...)
		}
		if len(got) > 1 {
			got = got[:1]
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.title, diff)
		}
	}
}

// A hit says which entity it names, with its Chinese name and address, and English readers see the name as its gloss.
func TestHitHasEntity(t *testing.T) {
	hits := entitySet(t, issuers).Match(models.Article{Title: "泰達被罰款"})[0].Hits
	want := []models.Hit{{
		Field: models.InTitle, End: 15, Text: "泰達被罰款", Term: "issuers + act", Gloss: "Tether",
		Entities: []models.Entity{{ID: "tether", Name: "Tether", NameZH: "泰達", Kind: "issuer", URL: "https://tether.to/"}},
	}}
	if diff := cmp.Diff(want, hits); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
}

// A match lists at most 12 hits, but names more entities than that.
func TestMatchNamesMoreEntitiesThanItListsHits(t *testing.T) {
	list, text := "id,name\n", ""
	for i := range 40 {
		list += fmt.Sprintf("firm-%d,Firm%c%c Holdings\n", i, 'A'+i/26, 'a'+i%26)
		text += fmt.Sprintf("Firm%c%c Holdings, Firm%c%c Holdings. ", 'A'+i/26, 'a'+i%26, 'A'+i/26, 'a'+i%26)
	}
	set := rules.MustLoadFiles(t, map[string]string{
		"firms.yaml": "id: firms\ntitle: T\nseverity: low\nterms: {firms: {file: firms.csv}}\nwhen: $firms\n", "lists/firms.csv": list,
	})
	m := set.Match(models.Article{Title: "Firms", Body: text})[0]
	if len(m.Hits) != 24 || len(m.Entities()) != 18 {
		t.Errorf("the match has %d hits and %d entities, want 12 hits, and 12 more for other entities", len(m.Hits), len(m.Entities()))
	}
}

// Two lists may name one passage, and two lists may use one file for different things.
func TestPassageNamesEntitiesOfSeveralLists(t *testing.T) {
	set := rules.MustLoadFiles(t, map[string]string{
		"r.yaml":        rules.Head + "terms: {a: {file: one.csv, gloss: bank}, b: {file: two.csv}, c: [HSBC Holdings]}\nwhen: {all: [{terms: c}, {terms: a}, {terms: b}]}\n",
		"lists/one.csv": "id,name\nhsbc,HSBC Holdings\n", "lists/two.csv": "id,name\nhsbc-group,HSBC Holdings\n",
	})
	m := set.Match(models.Article{Title: "HSBC Holdings grows"})
	if len(m) != 1 {
		t.Fatalf("%d matches, want 1", len(m))
	}
}

// The revision of a rule has the entities of the time, so that it still matches the same when the file has changed.
func TestRevisionKeepsEntities(t *testing.T) {
	before := entitySet(t, issuers)
	after := entitySet(t, strings.Replace(issuers, "泰達;泰达", "泰達;泰達幣", 1))
	unused := rules.MustLoadFiles(t, map[string]string{"issuers.yaml": issuerRule, "lists/issuers.csv": issuers, "lists/other.csv": "id,name\nx,Exchange\n"})
	a, b := before.Revisions()[0], after.Revisions()[0]
	if a.Hash == b.Hash {
		t.Error("a new alias does not change the hash of the rule")
	}
	if unused.Revisions()[0].Hash != a.Hash {
		t.Error("a file that the rule does not use changes its hash")
	}
	old, err := rules.LoadRevision(a)
	if err != nil {
		t.Fatal(err)
	}
	article := models.Article{Title: "USDT and 圓圈公司: licence, 牌照"}
	if diff := cmp.Diff(rules.MatchesOf(before, "issuers", article), rules.MatchesOf(old, "issuers", article)); diff != "" {
		t.Errorf("the revision mismatch (-file +revision):\n%s", diff)
	}
	if !strings.Contains(a.Vocabulary, `"file: issuers.csv"`) || !strings.Contains(a.Vocabulary, `"hash"`) {
		t.Errorf("the revision has %s; want the hash of the file and its entities", a.Vocabulary)
	}
}

// sharedFiles is a folder with an exclusion that several rules share, as a rule and as a definition.
func sharedFiles(payments string) map[string]string {
	return map[string]string{
		"vocabulary/common.yaml": `job: [appoints, appointed, joins as, 委任, 任命]
post: [chief executive, director, head of, 總裁, 主任]
define:
  staff: {near: [job, post], within: 8}
`,
		"staff.yaml":    "id: staff\ntitle: Staff news\nstatus: draft\nseverity: low\nvocabulary: [common.yaml]\nwhen: {use: staff}\n",
		"payments.yaml": payments,
	}
}

const officialPayments = `id: payments
title: Anything official on payments
severity: medium
terms: {payment: [payment, payments, 支付]}
when:
  terms: payment
  role: [regulator, government]
  none: [{rule: staff}]
`

// "Anything official on payments", without "staff news", in three scripts.
func TestRuleExcludesWhatAnotherFinds(t *testing.T) {
	tests := []struct {
		title string
		role  models.Role
		want  string
	}{
		{"New payments system opens", models.Regulator, "subject"},
		{"支付系統啟用", models.Regulator, "subject"},
		{"支付系统启用", models.Government, "subject"},
		{"New payments system opens", models.Press, "nothing"},
		{"HKMA appoints head of payments", models.Regulator, "nothing"},
		{"金管局委任支付系統主任", models.Regulator, "nothing"},
		{"金管局委任支付系统主任", models.Regulator, "nothing"},
		{"Head of bridges speaks on payments", models.Regulator, "subject"},
	}
	query := "id: payments\ntitle: T\nseverity: medium\nterms: {payment: [payment, payments, 支付]}\nwhen: $payment AND (role:regulator OR role:government) NOT rule:staff\n"
	definition := strings.Replace(officialPayments, "none: [{rule: staff}]", "none: [{use: staff}]\nvocabulary: [common.yaml]", 1)
	for name, src := range map[string]string{"rule": officialPayments, "query": query, "definition": definition} {
		set := rules.MustLoadFiles(t, sharedFiles(src))
		for _, tt := range tests {
			got := "nothing"
			for _, m := range rules.MatchesOf(set, "payments", models.Article{Title: tt.title, Source: models.Source{ID: "x", Role: tt.role}}) {
				got = string(m.Strength)
			}
			if got != tt.want {
				t.Errorf("%s, %s from the %s: %s, want %s", name, tt.title, tt.role, got, tt.want)
			}
		}
	}
}

// What a rule uses from other files belongs to its revision.
func TestHashCoversUsedRulesAndDefinitions(t *testing.T) {
	files := sharedFiles(officialPayments)
	revision := func(files map[string]string) models.RuleRevision {
		return rules.MustLoadFiles(t, files).Revisions()[0] // payments comes before staff
	}
	base := revision(files)
	for name, change := range map[string][2]string{"staff.yaml": {"Staff news", "News of staff"}, "vocabulary/common.yaml": {"委任, 任命", "委任, 任命, 出任"}} {
		changed := maps.Clone(files)
		changed[name] = strings.Replace(files[name], change[0], change[1], 1)
		if revision(changed).Hash == base.Hash {
			t.Errorf("a change of %s does not change the hash of a rule that uses it", name)
		}
	}
	unrelated := maps.Clone(files)
	unrelated["zother.yaml"] = "id: zother\ntitle: T\nseverity: low\nwhen: ban\n"
	unrelated["vocabulary/common.yaml"] += "  unused: {any: [x1]}\n"
	if revision(unrelated).Hash != base.Hash {
		t.Error("a rule and a definition that it does not use change its hash")
	}
	old, err := rules.LoadRevision(base)
	if err != nil {
		t.Fatal(err)
	}
	alone, problems := rules.LoadOne(rules.Files(files), "payments.yaml", []byte(officialPayments))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := alone.Revisions()[0]; got.Hash != base.Hash {
		t.Errorf("loaded alone, the rule has the hash %s, in its folder %s", got.Hash, base.Hash)
	}
	for name, set := range map[string]*rules.Set{"revision": old, "alone": alone} {
		if n := len(set.Rules()); n != 1 {
			t.Errorf("%s: the set has %d rules, want the rule alone", name, n)
		}
		for title, want := range map[string]string{"HKMA appoints head of payments": "nothing", "HKMA on payments": "subject"} {
			if got := rules.OutcomeOf(set, models.Article{Title: title, Source: models.Source{Role: models.Regulator}}); got != want {
				t.Errorf("%s: %s: %s, want %s", name, title, got, want)
			}
		}
	}
}

// A rule's own definition replaces that of a vocabulary file.
func TestOwnDefinitionReplacesSharedOne(t *testing.T) {
	files := sharedFiles(officialPayments)
	files["r.yaml"] = rules.Head + "vocabulary: [common.yaml]\ndefine: {staff: {any: [hires]}}\nwhen: $staff\n"
	set := rules.MustLoadFiles(t, files)
	for title, want := range map[string]int{"A bank hires": 1, "HKMA appoints head of payments": 0} {
		if got := len(rules.MatchesOf(set, "r", models.Article{Title: title})); got != want {
			t.Errorf("%s: %d matches, want %d", title, got, want)
		}
	}
}

// A rule may ask for nothing but where an article comes from.
func TestRuleWithoutWords(t *testing.T) {
	set := rules.MustLoadFiles(t, map[string]string{
		"hkma.yaml":  "id: hkma\ntitle: T\nseverity: low\nwhen: {source: hkma-*}\n",
		"mixed.yaml": "id: mixed\ntitle: T\nseverity: low\nwhen: {any: [{any: [payments, 支付]}, {all: [{role: regulator}, {jurisdiction: [Macau, Hong Kong]}]}], none: [holiday, 假期]}\n",
		"query.yaml": "id: query\ntitle: T\nseverity: low\nwhen: source:hkma-press NOT (gala OR 晚會)\n",
		"ban.yaml":   "id: ban\ntitle: T\nseverity: low\nwhen: ban\n",
	})
	hkma := models.Source{ID: "hkma-press", Role: models.Regulator, Jurisdictions: []string{"Hong Kong"}}
	tests := []struct {
		title  string
		source models.Source
		want   string
	}{
		{"Market operations", hkma, "hkma [{source hkma-press}]; mixed [{role regulator} {jurisdiction Hong Kong}]; query [{source hkma-press}]"},
		{"港元匯率", hkma, "hkma [{source hkma-press}]; mixed [{role regulator} {jurisdiction Hong Kong}]; query [{source hkma-press}]"},
		{"年度晚会", hkma, "hkma [{source hkma-press}]; mixed [{role regulator} {jurisdiction Hong Kong}]"},
		{"Holiday gala", hkma, "hkma [{source hkma-press}]"},
		{"A ban", models.Source{ID: "scmp", Role: models.Press}, "ban []"},
		{"支付系統", models.Source{ID: "scmp", Role: models.Press}, "mixed []"},
		{"Market operations", models.Source{}, ""},
		{"Market operations", models.Source{ID: "x-hkma", Role: models.Regulator}, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, m := range set.Match(models.Article{Title: tt.title, Source: tt.source}) {
			if m.Strength != models.Subject || (len(m.Hits) == 0) != (len(m.Origins) > 0) {
				t.Errorf("%s: the match of %s is a %s with %d hits and the origins %v", tt.title, m.RuleID, m.Strength, len(m.Hits), m.Origins)
			}
			got = append(got, fmt.Sprint(m.RuleID, " ", m.Origins))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s from %s (-want +got):\n%s", tt.title, tt.source.ID, diff)
		}
	}
	if c := set.Candidate("hkma"); c.Asks != models.Anything {
		t.Errorf("the candidate of a rule without words is %v, want every article", c)
	}
}

func TestSharedNamesReportProblems(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{
			"unknown rule",
			map[string]string{"r.yaml": rules.Head + "when: {any: [a1], none: [{rule: staf}]}\n", "staff.yaml": "id: staff\ntitle: T\nseverity: low\nwhen: b1\n"},
			[]string{`r.yaml:4:33: unknown rule "staf"; did you mean "staff"?`},
		},
		{
			"rule named by use",
			map[string]string{"r.yaml": rules.Head + "when: {any: [a1], none: [{use: xstaff}]}\n", "xstaff.yaml": "id: xstaff\ntitle: T\nseverity: low\nwhen: b1\n"},
			[]string{`r.yaml:4:32: unknown name "xstaff"; there are no definitions and term lists; to use the rule of this id, write {rule: xstaff}`},
		},
		{
			"rule that uses itself",
			map[string]string{"r.yaml": rules.Head + "when: {any: [a1], none: [{rule: r}]}\n"},
			[]string{`r.yaml:4:7: rule "r" uses itself: r → r; remove one of these uses`},
		},
		{"two rules that use each other", map[string]string{
			"r.yaml": rules.Head + "define: {d: {rule: s}}\nwhen: {any: [a1], none: [{use: d}]}\n", "s.yaml": "id: s\ntitle: T\nseverity: low\nwhen: b1 NOT rule:r\n",
		}, []string{`r.yaml:4:10: definition "d" uses itself: d → s → r → d; remove one of these uses`}},
		{
			"definitions of a vocabulary that use each other",
			map[string]string{"vocabulary/v.yaml": "define:\n  a: {all: [{any: [a1]}, {use: b}]}\n  b: {any: [{use: a}]}\n"},
			[]string{`vocabulary/v.yaml:2:3: definition "a" uses itself: a → b → a; remove one of these uses`},
		},
		{"definition of a vocabulary that uses a rule that uses it", map[string]string{
			"vocabulary/v.yaml": "define:\n  a: {any: [{rule: r}]}\n", "r.yaml": rules.Head + "vocabulary: [v.yaml]\nwhen: $a OR ban\n",
		}, []string{`r.yaml:5:7: rule "r" uses itself: r → a → r; remove one of these uses`}},
		{
			"name of a vocabulary twice",
			map[string]string{"vocabulary/v.yaml": "a: [a1]\ndefine:\n  a: {any: [a1]}\n"},
			[]string{`vocabulary/v.yaml:3:3: "a" is already the name of a term list; use another name for the definition`},
		},
		{
			"near of a rule without positions",
			map[string]string{"r.yaml": rules.Head + "when: {near: [{rule: s}, {any: [a1]}], within: 3}\n", "s.yaml": "id: s\ntitle: T\nseverity: low\nwhen: {source: hkma-*}\n"},
			[]string{`r.yaml:4:22: cannot be near anything, because it has no position in the text; use term lists, near, or any of them`},
		},
		{
			"only absence",
			map[string]string{"r.yaml": rules.Head + "when: {none: [{source: hkma-*}]}\n"},
			[]string{`r.yaml:4:7: the rule does not require any word; add words to look for, with terms, use, any, all or near, or where it comes from, such as source: hkma-*`},
		},
		{
			"unknown file",
			map[string]string{"r.yaml": rules.Head + "terms: {a: {file: isuers.csv}}\nwhen: $a\n", "lists/issuers.csv": issuers},
			[]string{`r.yaml:4:19: unknown file of entities "isuers.csv"; did you mean "issuers.csv"?`},
		},
		{
			"file beside any",
			map[string]string{"r.yaml": rules.Head + "terms: {a: {file: issuers.csv, any: [a1]}}\nwhen: $a\n", "lists/issuers.csv": issuers},
			[]string{`r.yaml:4:32: a list has either any or file; make two lists, and include both in a third one: [{terms: one}, {terms: other}]`},
		},
		{
			"words in place of a name",
			map[string]string{"r.yaml": rules.Head + "terms: {a: crypto ban}\nwhen: {terms: crypto ban}\n"},
			[]string{`r.yaml:5:15: unknown term list "crypto ban"; the term lists are a; to find the word itself, use {any: [crypto ban]}`},
		},
	}
	for _, tt := range tests {
		_, problems := rules.Load(rules.Files(tt.files))
		var got []string
		for _, p := range problems {
			got = append(got, p.String())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A rule that uses others and entities can be written in either form, and matches the same.
func TestConvertKeepsRulesAndEntities(t *testing.T) {
	files := sharedFiles("id: payments\ntitle: T\nseverity: low\nterms: {firms: {file: issuers.csv}}\nwhen:\n  all:\n    - {terms: firms}\n    - {source: hkma-*}\n  none:\n    - {rule: staff}\ntags:\n  other: {rule: [staff], in: title}\n  near: {near: [{rule: staff}, {terms: firms, unless: {any: [{rule: staff}], within: 2}}], within: 9}\n")
	files["lists/issuers.csv"] = issuers
	set := rules.MustLoadFiles(t, files)
	r := set.Rules()[0]
	queries, err := r.AsQueries()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"($firms AND source:hkma-*) AND NOT rule:staff", "title:(rule:staff)", "rule:staff NEAR/9 ($firms NOT NEAR/2 rule:staff)"} {
		if !strings.Contains(string(queries), want) {
			t.Errorf("as queries, the rule lacks %s:\n%s", want, queries)
		}
	}
	fromQueries := loadIn(t, files, queries)
	yaml, err := fromQueries.Rules()[0].AsYAML()
	if err != nil {
		t.Fatal(err)
	}
	again := loadIn(t, files, yaml)
	hkma := models.Source{ID: "hkma-press"}
	for _, title := range []string{"Tether", "泰达", "Tether appoints chief executive", "BIS, 委任主任"} {
		a := models.Article{Title: title, Source: hkma}
		want := rules.MatchesOf(set, "payments", a)
		for name, converted := range map[string]*rules.Set{"queries": fromQueries, "YAML again": again} {
			if diff := cmp.Diff(want, rules.MatchesOf(converted, "payments", a)); diff != "" {
				t.Errorf("%s as %s (-original +converted):\n%s", title, name, diff)
			}
		}
	}
}

func loadIn(t *testing.T, files map[string]string, src []byte) *rules.Set {
	t.Helper()
	set, problems := rules.LoadOne(rules.Files(files), "payments.yaml", src)
	if len(problems) > 0 {
		t.Fatalf("%s\nhas problems:\n%s", src, problems.Error())
	}
	return set
}

// bigList returns a list of n entities with three names each, and the same names as a list in YAML.
func bigList(n int) (list, phrases string) {
	var csv, yaml strings.Builder
	csv.WriteString("id,name,aliases,aliases_zh,url\n")
	for i := range n {
		word := func(k int) string {
			s := ""
			for range 6 {
				s += string([]string{"ba", "ke", "li", "mo", "nu", "ra", "se", "ti"}[k%8])
				k /= 8
			}
			return s
		}
		name, alias, zh := "Firm "+word(i*7)+" Holdings", word(i*13+5)+" "+word(i), string([]rune{rune(0x4e00 + i%2000), rune(0x5000 + i/7), rune(0x6000 + i%97)})
		fmt.Fprintf(&csv, "e%d,%s,%s;T%dX,%s公司,https://www.example.org/%d\n", i, name, alias, i, zh, i)
		fmt.Fprintf(&yaml, "    - %s\n    - %s\n    - T%dX\n    - %s公司\n", name, alias, i, zh)
	}
	return csv.String(), yaml.String()
}

func bigSet(t testing.TB, n int, asFile bool) *rules.Set {
	t.Helper()
	list, phrases := bigList(n)
	files := map[string]string{"lists/big.csv": list, "big.yaml": "id: big\ntitle: T\nseverity: low\nterms: {big: {file: big.csv}}\nwhen: {terms: big}\n"}
	if !asFile {
		files = map[string]string{"big.yaml": "id: big\ntitle: T\nseverity: low\nterms:\n  big:\n" + phrases + "when: {terms: big}\n"}
	}
	return rules.MustLoadFiles(t, files)
}

// Thousands of entities are found like as many phrases.
func TestListOfThousandsOfEntities(t *testing.T) {
	set := bigSet(t, 5000, true)
	for title, want := range map[string]string{"T4999X falls": "e4999", "Firm babababababa Holdings": "e0", "t99x falls": ""} {
		got := ""
		for _, m := range set.Match(models.Article{Title: title}) {
			got = m.Entities()[0].ID
		}
		if got != want {
			t.Errorf("%s names %q, want %q", title, got, want)
		}
	}
	old, err := rules.LoadRevision(set.Revisions()[0])
	if err != nil || len(old.Match(models.Article{Title: "T4999X falls"})) != 1 {
		t.Errorf("the revision with 5,000 entities does not match: %v", err)
	}
	if c := set.Candidate("big"); c.Asks != models.Anything && c.Size() > 25_000 {
		t.Errorf("the candidate has %d terms", c.Size())
	}
}

func BenchmarkLoadEntities(b *testing.B) {
	list, phrases := bigList(5000)
	for name, files := range map[string]map[string]string{
		"file": {"lists/big.csv": list, "big.yaml": "id: big\ntitle: T\nseverity: low\nterms: {big: {file: big.csv}}\nwhen: {terms: big}\n"},
		"yaml": {"big.yaml": "id: big\ntitle: T\nseverity: low\nterms:\n  big:\n" + phrases + "when: {terms: big}\n"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				rules.MustLoadFiles(b, files)
			}
		})
	}
}

func BenchmarkMatchEntities(b *testing.B) {
	a := rules.Page(b, "testdata/page.txt")
	for _, name := range slices.Sorted(maps.Keys(map[string]bool{"file": true, "yaml": false})) {
		set := bigSet(b, 5000, name == "file")
		b.Run(name, func(b *testing.B) {
			var buf rules.Buffer
			var dst []models.Match
			b.SetBytes(int64(len(a.Title) + len(a.Body)))
			for b.Loop() {
				dst = set.MatchInto(dst[:0], &buf, a)
			}
		})
	}
}
