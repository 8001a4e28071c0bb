package reading

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regwatch/internal/conditions"
	"regwatch/internal/i18n"
	"regwatch/rules/syntax"
)

// A change is a part of a rule with and without one thing. The readings must differ.
type change struct{ without, with string }

const head = "id: r\ntitle: A title\nseverity: medium\nterms: {a: [alpha, 甲], b: [beta], c: [gamma]}\n"

// notRead is for a field that no reading shows, and says why.
func notRead(string) []change { return nil }

func when(without, with string) []change {
	return []change{{"when: " + without, "when: " + with}}
}

// fields says of every field of the trees of rules how the reading shows it. A new field needs a line here, and with it its
// words; see the cases of [reader.clause] and [reader.core].
var fields = map[reflect.Type]map[string][]change{
	reflect.TypeFor[syntax.Expr](): {
		"Op":        when("{any: [{terms: a}, {terms: b, in: title}]}", "{all: [{terms: a}, {terms: b, in: title}]}"),
		"Name":      when("{terms: a}", "{terms: b}"),
		"List":      when("{any: [one]}", "{any: [two]}"),
		"Def":       {{"define: {d: $a}\nwhen: $d", "define: {d: $b}\nwhen: $d"}},
		"Condition": when("{terms: a, role: press}", "{terms: a, role: regulator}"),
		"Sub":       when("{any: [{terms: a}]}", "{any: [{terms: a}, {terms: b}]}"),
		"In":        when("{terms: a}", "{terms: a, in: lead}"),
		"Min":       when("{terms: a, in: body}", "{terms: a, in: body, min: 2}"),
		"Within":    when("{near: [a, b], within: 4}", "{near: [a, b], within: 5}"),
		"Same":      when("{near: [a, b], same: sentence}", "{near: [a, b], same: paragraph}"),
		"Ordered":   when("{near: [a, b], within: 4}", "{near: [a, b], within: 4, ordered: true}"),
		"Links":     when("{near: [a, {terms: b}], within: 4}", "{near: [a, {terms: b, next: 4}]}"),
		"Unless":    when("{terms: a}", "{terms: a, unless: {terms: b, within: 3}}"),
		"Amount":    when("{near: [a, {amount: {min: 10m, currency: HKD}}], within: 5}", "{near: [a, {amount: {max: 10m, currency: HKD}}], within: 5}"),
		"Days":      when("{terms: a, deadline: {within: 60d}}", "{terms: a, effective: {within: 60d}}"),
		"OfRule":    {{"define: {other: $b}\nwhen: {all: [{terms: a}, {use: other}]}", "define: {other: $b}\nwhen: {all: [{terms: a}, {rule: other}]}"}},
		"Number":    notRead("its place in a table"),
		"End":       notRead("its place in a table"),
		"Pos":       notRead("its place in the file"),
	},
	reflect.TypeFor[syntax.Window](): {
		"Expr":   when("{terms: a, unless: {terms: b, within: 3}}", "{terms: a, unless: {terms: c, within: 3}}"),
		"Within": when("{terms: a, unless: {terms: b, within: 3}}", "{terms: a, unless: {terms: b, within: 4}}"),
		"Same":   when("{terms: a, unless: {terms: b, same: sentence}}", "{terms: a, unless: {terms: b, same: paragraph}}"),
		"Reach":  when("{terms: a, unless: {terms: b, within: 3}}", "{terms: a, unless: {terms: b, next: 3}}"),
	},
	reflect.TypeFor[syntax.Reach](): {
		"Next":     when("{near: [a, {terms: b, next: 1}]}", "{near: [a, {terms: b, next: 2}]}"),
		"Previous": when("{near: [a, {terms: b, previous: 1}]}", "{near: [a, {terms: b, previous: 2}]}"),
	},
	reflect.TypeFor[syntax.Link](): {
		"Reach":   when("{near: [a, {terms: b, next: 2}]}", "{near: [a, {terms: b, next: 2, previous: 3}]}"),
		"Without": when("{near: [a, {terms: b, next: 2}]}", "{near: [a, {terms: b, next: 2, without: [x]}]}"),
	},
	reflect.TypeFor[syntax.Amount](): {
		"Min":      when("{near: [a, {amount: {min: 10m}}], within: 5}", "{near: [a, {amount: {min: 20m}}], within: 5}"),
		"Max":      when("{near: [a, {amount: {min: 10m}}], within: 5}", "{near: [a, {amount: {min: 10m, max: 1bn}}], within: 5}"),
		"Currency": when("{near: [a, {amount: {min: 10m}}], within: 5}", "{near: [a, {amount: {min: 10m, currency: HKD}}], within: 5}"),
	},
	reflect.TypeFor[syntax.Days](): {
		"Kind":   when("{terms: a, deadline: {within: 60d}}", "{terms: a, effective: {within: 60d}}"),
		"Window": when("{terms: a, deadline: {within: 60d}}", "{terms: a, deadline: {within: 61d}}"),
	},
	reflect.TypeFor[syntax.Condition](): {
		"Kind":   when("{terms: a, source: en}", "{terms: a, language: en}"),
		"Values": when("{terms: a, language: en}", "{terms: a, language: [en, zh]}"),
	},
	reflect.TypeFor[syntax.List](): {
		"Ident":         when("{terms: a}", "{terms: b}"),
		"Entries":       when("{any: [one]}", "{any: [one, two]}"),
		"NotIn":         {{"terms: {a: {any: [x]}}\nwhen: $a", "terms: {a: {any: [x], not_in: [x y]}}\nwhen: $a"}},
		"Inline":        when("{any: [alpha, 甲]}", "{terms: a}"),
		"Sublists":      {{"terms: {a: [x], b: [{terms: a}]}\nwhen: $b", "terms: {a: [y], b: [{terms: a}]}\nwhen: $b"}},
		"ExcludedLists": {{"terms: {a: [x], b: {any: [z], not_in: [{terms: a}]}}\nwhen: $b", "terms: {a: [y], b: {any: [z], not_in: [{terms: a}]}}\nwhen: $b"}},
		"File":          {{"terms: {a: [First Firm, FFX]}\nwhen: $a", "terms: {a: {file: firms.csv}}\nwhen: $a"}},
		"Gloss":         notRead("it is shown beside the words of an alert"),
		"Number":        notRead("its place in a table"),
		"Phrases":       notRead("the words in another form"),
		"Exclusions":    notRead("the words in another form"),
	},
	reflect.TypeFor[syntax.Rule](): {
		"ID":                 notRead("the heading has it"),
		"Title":              {{"", "title: Another\n"}},
		"Why":                {{"", "why: Because\n"}},
		"Severity":           {{"", "severity: low\n"}},
		"Severities":         {{"", "severity: {high: $a, else: medium}\n"}},
		"Deliver":            {{"", "deliver: digest\n"}},
		"Topic":              {{"", "topic: coins\n"}},
		"Draft":              {{"", "status: draft\n"}},
		"MentionAlerts":      {{"mention: $b\n", "mention: $b\nmention_alerts: true\n"}},
		"Relevance":          {{"", "relevance: off\n"}, {"", "relevance: {alert: 0.5}\n"}},
		"Routes":             {{"", "routes: [legal]\n"}, {"routes: [legal]\n", "routes: [legal, press]\n"}},
		"References":         {{"", "references: ['https://law.example/1']\n"}},
		"Examples":           {{"", "examples: {match: [alpha]}\n"}, {"", "examples: {ignore: [beta]}\n"}},
		"Lists":              {{"", "terms: {a: [delta]}\n"}},
		"Definitions":        {{"define: {d: $b}\nwhen: $d\n", "define: {d: $c}\nwhen: $d\n"}},
		"DefinitionNames":    {{"define: {d: $b, e: $a}\nwhen: $d OR $e\n", "define: {e: $a, d: $b}\nwhen: $d OR $e\n"}},
		"When":               {{"", "when: $b\n"}},
		"Mention":            {{"", "mention: $b\n"}},
		"Tags":               {{"", "tags: {t: $b}\n"}},
		"Owner":              {{"", "owner: ana@example.com\n"}},
		"ReviewBy":           {{"", "review_by: 2027-01-31\n"}},
		"OwnerPos":           notRead("its place in the file"),
		"ReviewPos":          notRead("its place in the file"),
		"Vocabulary":         notRead("the lists that are used are explained"),
		"File":               notRead("where it is"),
		"Hash":               notRead("its revision"),
		"IDPos":              notRead("its place in the file"),
		"RoutePos":           notRead("its place in the file"),
		"WhenPos":            notRead("its place in the file"),
		"MentionPos":         notRead("its place in the file"),
		"ResolvedVocabulary": notRead("the lists in another form"),
		"shared":             notRead("what it names is explained where it is named"),
		"src":                notRead("the file"),
	},
	reflect.TypeFor[syntax.SeverityCase](): {
		"Severity": {{"severity: {high: $a, else: medium}\n", "severity: {low: $a, else: medium}\n"}},
		"Expr":     {{"severity: {high: $a, else: medium}\n", "severity: {high: $b, else: medium}\n"}},
		"Pos":      notRead("its place in the file"),
	},
	reflect.TypeFor[syntax.Tag](): {
		"Ident": {{"tags: {t: $b}\n", "tags: {u: $b}\n"}},
		"Expr":  {{"tags: {t: $b}\n", "tags: {t: $c}\n"}},
	},
	reflect.TypeFor[syntax.Relevance](): {
		"Off":    {{"", "relevance: off\n"}},
		"Alert":  {{"", "relevance: {alert: 0.5}\n"}},
		"Digest": {{"", "relevance: {digest: 0.5}\n"}},
		"Pos":    notRead("its place in the file"),
	},
}

// complete returns the file of a rule of which some keys are given.
func complete(part string) string {
	for line := range strings.Lines(head + "when: $a\n") {
		key, _, _ := strings.Cut(line, ":")
		if !regexp.MustCompile(`(?m)^` + key + `:`).MatchString(part) {
			part = line + part
		}
	}
	return part
}

func TestEveryFieldIsRead(t *testing.T) {
	for typ, of := range fields {
		for field := range typ.Fields() {
			changes, known := of[field.Name]
			if !known {
				t.Errorf("the field %s.%s has no words; add them, and a line to fields", typ, field.Name)
			}
			for _, c := range changes {
				without, with := load(t, "r.yaml", complete(c.without)), load(t, "r.yaml", complete(c.with))
				for _, language := range languages {
					o := Options{Language: language}
					if got := Of(with, o).String(); got == Of(without, o).String() {
						t.Errorf("%s.%s is not read in %s; %q has the words of %q:\n%s", typ, field.Name, language, c.with, c.without, got)
					}
				}
			}
		}
	}
}

// samples are conditions of every operator and every kind, with the options together.
var samples = map[string]string{
	"OpTerms":     "when: {terms: a}",
	"OpUse":       "define: {d: $a, e: {all: [{terms: a}, {terms: b}]}, f: {none: [{terms: b}]}}\nwhen: {all: [{use: d}, {use: e}, {use: f}]}",
	"OpAny":       "when: {any: [{terms: a, in: title}, {terms: b, in: [title, lead]}, {terms: c, in: body, min: 3}]}",
	"OpAll":       "when: {all: [{terms: a}, {all: [{terms: b, in: lead}, {terms: c}]}]}",
	"OpNone":      "when: {all: [{terms: a}], none: [{terms: b}, {role: press}, {terms: c, in: body, min: 2}]}",
	"OpNear":      "when: {near: [a, {terms: b, in: title}, c], within: 4, ordered: true, same: sentence}",
	"OpCondition": "when: {terms: a, source: hkma-*, role: [regulator, government, press], language: [en, zh, zh-Hant, zh-Hans, ja], jurisdiction: [Hong Kong, Japan]}",
	"OpAmount":    "when: {any: [{near: [a, {amount: {min: 10m, currency: HKD}}], within: 5}, {near: [b, {amount: {max: 1bn}}], within: 5}, {near: [c, {amount: {min: 1m, max: 5m}}], within: 5}, {near: [c, {amount: {currency: USD}}], within: 2}]}",
	"OpDays":      "when: {all: [{terms: a}, {any: [{deadline: {within: 60d}}, {effective: {from: 2026-01-01}}, {deadline: {until: 2026-12-31}}, {effective: {from: 2026-01-01, until: 2026-12-31}}]}]}",

	"kind":         "when: {terms: a, kind: [news, opinion, wrap, roundup, explainer]}",
	"rule":         "when: {any: [{terms: a, unless: {use: d, within: 3}}, {rule: other}, {near: [b, {rule: other}], within: 2}]}\ndefine: {d: $b}",
	"rule too":     "when: {all: [{terms: a}, {rule: other}]}",
	"firms":        "terms: {a: {file: firms.csv}}\nwhen: $a",
	"source alone": "when: {source: hkma-*}",
	"same":         "when: {any: [{near: [a, b], same: sentence}, {near: [b, c], same: paragraph, in: title}]}",
	"later":        "when: {near: [a, b], same: sentence, ordered: true}",
	"parts":        "when: {near: [a, b, {near: [c, {any: [d], previous: 1}], next: 1, without: {terms: [a, b]}}, {any: [e], next: 3, previous: 5}], within: 1}",
	"unless":       "when: {any: [{terms: a, unless: {terms: b, next: 1}}, {terms: b, unless: [{terms: c, previous: 3}, {any: [x], within: 1}]}]}",
	"unless near":  "when: {near: [a, b, c], within: 9, unless: {any: [x], previous: 2}}",
	"unless nears": "when: {near: [a, b, c], within: 9, unless: [{any: [x], previous: 2}, {any: [y], same: sentence}]}",
	"words":        "when: {any: [a1, b1, c1, d1, e1, f1, g1, h1, i1, =SFC, 'prohibit*', '# yuan', 'ban * coin', '/No\\. \\d+ of 2026/']}",
	"marks":        "when: {any: [=SFC, 'prohibit*', '# yuan', 'ban * coin', '/No\\. \\d+ of 2026/']}",
	"lists":        "terms: {a: {any: [a1, b1, c1, d1, e1, f1, g1, h1, i1, j1], not_in: [k1 a1, l1 a1, m1 a1, n1 a1]}, b: {any: [beta], not_in: [beta test]}, c: [{terms: [a, b]}]}\nwhen: {any: [{terms: [a, b]}, {terms: c}]}",
	"times":        "when: {near: [{terms: a, in: body, min: 2}, {any: [{terms: b, in: body, min: 2}, {terms: c}]}], within: 9}",
	"patterns":     "define: {d: $a, e: $b}\nwhen: {any: [{use: [d, e]}]}",
	"one of":       "define: {d: {near: [a, b, c], within: 5}}\nwhen: {any: [x1, {near: [a, b, c], within: 5}, {use: d}]}",
	"head":         "severity: {critical: $a, high: 'role:regulator', else: low}\nwhy: It matters.\nstatus: draft\ntopic: coins\nroutes: [legal, press]\nreferences: ['https://law.example/1']\nmention: $b\ntags: {t: $c}\nrelevance: off\nexamples: {match: [alpha], ignore: [beta]}",
	"mention":      "mention: $b\nmention_alerts: true\nroutes: [legal]\nrelevance: {alert: 0.4}",
	"digest":       "deliver: digest",
	"owner":        "owner: ana@example.com\nreview_by: 2027-01-31",
	"digest case":  "deliver: digest\nseverity: {high: $a, else: low}",
}

func TestEveryOperatorHasASample(t *testing.T) {
	for _, name := range constants(t, "Op") {
		if samples[name] == "" {
			t.Errorf("the operator %s has no sample here; give it words in reading and a sample", name)
		}
	}
	for _, kind := range []string{conditions.Source, conditions.Role, conditions.Language, conditions.Jurisdiction, conditions.TextKind} {
		if _, known := i18n.Find("read_" + kind); !known {
			t.Errorf("the kind of condition %s has no words", kind)
		}
	}
}

// constants returns the constants of package syntax whose names begin so.
func constants(t *testing.T, prefix string) []string {
	t.Helper()
	files, err := filepath.Glob("../syntax/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var names []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				continue
			}
			for _, spec := range decl.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(id.Name, prefix) {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	if len(names) < 7 {
		t.Fatalf("found only the constants %v", names)
	}
	return names
}

func TestEveryPhraseIsSaid(t *testing.T) {
	said := make(map[string]bool)
	for _, language := range languages {
		for name, part := range samples {
			rule := load(t, "r.yaml", complete(part))
			r := Of(rule, Options{Language: language})
			scored := Of(rule, Options{Language: language, Model: &Model{0.3, 0.1}})
			text := r.String() + scored.String()
			for _, digests := range [][]string{{}, {"Weekly"}, {"Weekly", "Board"}} {
				text += Of(rule, Options{Language: language, Digests: digests}).String()
			}
			if strings.Contains(text, "%!") {
				t.Errorf("%s in %s has a phrase with wrong arguments:\n%s", name, language, text)
			}
			for _, phrase := range i18n.Names() {
				if p, _ := i18n.Find(phrase); strings.HasPrefix(phrase, "read_") && contains(text, p.In(language)) {
					said[phrase+" "+language] = true
				}
			}
		}
		for _, phrase := range i18n.Names() {
			if strings.HasPrefix(phrase, "read_") && !said[phrase+" "+language] {
				t.Errorf("no sample says %s in %s", phrase, language)
			}
		}
	}
}

var verb = regexp.MustCompile(`%(\[\d\])?[sd]`)

// contains reports whether a text has the words of a phrase.
func contains(text, phrase string) bool {
	for form := range strings.SplitSeq(phrase, "|") {
		words := verb.Split(strings.TrimSpace(form), -1)
		found := true
		for _, w := range words {
			found = found && strings.Contains(strings.ToLower(text), strings.ToLower(w))
		}
		if found {
			return true
		}
	}
	return false
}

func TestReadingIsTheSameEveryTime(t *testing.T) {
	src, err := os.ReadFile("../../configs/rules/crypto-ban.yaml")
	if err != nil {
		t.Fatal(err)
	}
	first := fmt.Sprint(Of(load(t, "crypto-ban.yaml", string(src)), Options{}))
	for range 5 {
		if again := fmt.Sprint(Of(load(t, "crypto-ban.yaml", string(src)), Options{})); again != first {
			t.Fatal("the same rule reads differently")
		}
	}
}

func TestSamplesReadWell(t *testing.T) {
	for _, language := range languages {
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(samples)) {
			part := complete(samples[name])
			fmt.Fprintf(&b, "== %s\n%s\n--\n%s\n", name, samples[name], Of(load(t, "r.yaml", part), Options{Language: language}))
		}
		assertGolden(t, "samples."+language, b.String())
	}
}
