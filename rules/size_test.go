package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/lint"
	"regwatch/rules/reading"
)

// levels writes definitions d0 to dN that each have the expression of the one below, which %[1]s stands for.
func levels(n int, expression string) string {
	var b strings.Builder
	for i := range n {
		below := fmt.Sprintf("{use: d%d}", i-1)
		if i == 0 {
			below = "{any: [aa, bb]}"
		}
		fmt.Fprintf(&b, "  d%d: %s\n", i, strings.ReplaceAll(expression, "X", below))
	}
	return b.String()
}

const sizeHead = "id: r\ntitle: R\nseverity: low\n"

// Whatever uses what, a folder is read, checked and explained at once, or refused with the place that is to blame.
func TestLargeExpansionsAreRefused(t *testing.T) {
	terms := func(n, times int) string {
		var b strings.Builder
		b.WriteString("terms:\n  l0: [aa, bb]\n")
		for i := range n {
			fmt.Fprintf(&b, "  l%d: [%s]\n", i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("terms: l%d, ", i), times), ", "))
		}
		return b.String()
	}
	tests := []struct {
		name  string
		files map[string]string
		want  string // the beginning of the problem
	}{
		{"definitions that use each other twice", map[string]string{
			"r.yaml": sizeHead + "define:\n" + levels(50, "{any: [X, X]}") + "when: {use: d49}\n",
		}, `r.yaml:16:3: definition "d11" is too large: the definitions and rules that it uses have more than 10000 expressions once they are written out`},
		{"definitions that use each other nine times", map[string]string{
			"r.yaml": sizeHead + "define:\n" + levels(14, "{all: [X, X, X, X, X, X, X, X, X]}") + "when: {all: [{use: d13}, cc]}\n",
		}, `r.yaml:8:3: definition "d3" is too large`},
		{"near and unless", map[string]string{
			"r.yaml": sizeHead + "define:\n" + levels(40, "{any: [X, {terms: a}], unless: {any: [X], within: 5}}") + "terms: {a: [cc]}\nwhen: {use: d39}\n",
		}, `r.yaml:15:3: definition "d10" is too large`},
		{"definitions of a vocabulary", map[string]string{
			"r.yaml":            sizeHead + "vocabulary: v.yaml\nwhen: {use: d30}\n",
			"vocabulary/v.yaml": "define:\n" + levels(31, "{any: [X, {all: [X, cc]}]}"),
		}, `vocabulary/v.yaml:12:3: definition "d10" is too large`},
		{"nobody uses them", map[string]string{
			"r.yaml": sizeHead + "define:\n" + levels(40, "{any: [X, X]}") + "when: {any: [cc]}\n",
		}, `r.yaml:16:3: definition "d11" is too large`},
		{"when", map[string]string{
			"r.yaml": sizeHead + "define:\n" + levels(11, "{any: [X, X]}") + "when: {any: [" + strings.TrimSuffix(strings.Repeat("{use: d10}, ", 9), ", ") + "]}\n",
		}, `r.yaml:16:7: rule "r" is too large`},
		{"a tag", map[string]string{
			"r.yaml": sizeHead + "define:\n" + levels(11, "{any: [X, X]}") + "when: {any: [cc]}\ntags: {t: {any: [" + strings.TrimSuffix(strings.Repeat("{use: d10}, ", 9), ", ") + "]}}\n",
		}, `r.yaml:17:17: this expression of rule "r" is too large`},
		{"lists that contain each other nine times", map[string]string{
			"r.yaml": sizeHead + terms(12, 9) + "when: {terms: l12}\n",
		}, `r.yaml:10:3: term list "l5" is too large: there are more than 10000 lists within it once they are written out`},
		{"lists that contain each other twice", map[string]string{
			"r.yaml": sizeHead + terms(60, 2) + "when: {terms: l1}\n",
		}, `r.yaml:18:3: term list "l13" is too large`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := make(fstest.MapFS)
			for name, text := range tt.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			_, problems := loadSoon(t, files)
			if len(problems) != 1 || !strings.HasPrefix(problems[0], tt.want) {
				t.Errorf("problems %q, want one that begins with %q", problems, tt.want)
			}
		})
	}
}

// Rules that use each other are counted with the definitions between them.
func TestRulesThatUseEachOtherTooOftenAreRefused(t *testing.T) {
	files := make(fstest.MapFS)
	add := func(i int, when string) {
		files[fmt.Sprintf("r%02d.yaml", i)] = &fstest.MapFile{Data: []byte(fmt.Sprintf("id: r%02d\ntitle: R\nseverity: low\nwhen: %s\n", i, when))}
	}
	add(0, "{any: [aa]}")
	for i := 1; i < 40; i++ {
		add(i, fmt.Sprintf("{any: [{rule: r%02d}, {all: [bb, {rule: r%02d}]}]}", i-1, i-1))
	}
	_, problems := loadSoon(t, files)
	if len(problems) != 1 || !strings.HasPrefix(problems[0], `r11.yaml:4:7: rule "r11" is too large`) {
		t.Errorf("problems %q", problems)
	}
}

// What a rule uses in its tags is stored with it too, and that in turn with what uses the rule.
func TestRulesThatAreStoredTooOftenAreRefused(t *testing.T) {
	files := make(fstest.MapFS)
	for i := range 30 {
		for _, side := range []string{"a", "b"} {
			tags := ""
			if i > 0 {
				tags = fmt.Sprintf("tags: {x: {rule: a%02d}, y: {rule: b%02d}}\n", i-1, i-1)
			}
			id := fmt.Sprintf("%s%02d", side, i)
			files[id+".yaml"] = &fstest.MapFile{Data: []byte("id: " + id + "\ntitle: R\nseverity: low\nwhen: {any: [" + id + "]}\n" + tags)}
		}
	}
	_, problems := loadSoon(t, files)
	if len(problems) == 0 || !strings.Contains(problems[0], "uses other rules so many times that they have more than 4 MiB once they are written out") {
		t.Errorf("problems %q", problems)
	}
}

// Definitions and lists in which everything uses everything are refused as cycles, without walking along each of them.
func TestDenseCyclesAreRefused(t *testing.T) {
	const n = 24
	var uses, names []string
	for i := range n {
		uses = append(uses, fmt.Sprintf("{use: d%02d}", i))
		names = append(names, fmt.Sprintf("terms: d%02d", i))
	}
	var define, terms strings.Builder
	for i := range n {
		fmt.Fprintf(&define, "  d%02d: {any: [%s]}\n", i, strings.Join(uses, ", "))
		fmt.Fprintf(&terms, "  d%02d: [%s]\n", i, strings.Join(names, ", "))
	}
	for _, text := range []string{
		sizeHead + "define:\n" + define.String() + "when: {any: [aa, {use: d03}]}\n",
		sizeHead + "terms:\n" + terms.String() + "when: {any: [aa, {terms: d03}]}\n",
	} {
		_, problems := loadSoon(t, fstest.MapFS{"r.yaml": {Data: []byte(text)}})
		if len(problems) < n || !strings.Contains(strings.Join(problems, "\n"), "itself: d00 → d01 → d00") {
			t.Errorf("%d problems, the first %q", len(problems), problems[:min(3, len(problems))])
		}
	}
}

// A cycle that is reached from outside is a mistake, too.
func TestCycleBehindAListIsRefused(t *testing.T) {
	_, problems := loadSoon(t, fstest.MapFS{"r.yaml": {Data: []byte(sizeHead + "terms:\n  a: [aa, terms: b]\n  b: [bb, terms: c]\n  c: [cc, terms: b]\nwhen: {terms: a}\n")}})
	want := `r.yaml:6:3: term list "b" contains itself: b → c → b; remove one of these entries`
	if len(problems) != 1 || problems[0] != want {
		t.Errorf("problems %q, want %q", problems, want)
	}
}

// What is just within the limit is checked, read out, matched and explained within seconds.
func TestLargestExpansionsAreHandled(t *testing.T) {
	for _, expression := range []string{
		"{any: [X, X]}", "{all: [X, X]}", "{any: [{all: [X, cc]}, {all: [X, dd]}]}", "{any: [{any: [X], in: title}, {any: [X], in: lead}]}",
		"{any: [X, {near: [{any: [cc]}, {any: [dd]}], within: 5, unless: {any: [ee], within: 2}}]}", "{all: [X, {none: [X]}]}",
	} {
		var set *rules.Set
		var problems []string
		for n := 13; set == nil && n > 0; n-- {
			define := "define:\n" + levels(n, expression) + fmt.Sprintf("when: {any: [zz, {use: d%d}]}\n", n-1)
			set, problems = loadSoon(t, fstest.MapFS{"r.yaml": {Data: []byte(sizeHead + define + "examples:\n  match:\n    - aa bb cc dd\n")}})
		}
		if set == nil {
			t.Errorf("%s: %q", expression, problems)
			continue
		}
		soon(t, expression, func() {
			lint.Check(set)
			a := models.Article{Title: "aa bb cc", Body: "aa bb dd. cc dd ee."}
			set.Match(a)
			if len(set.Explain(a)) == 0 {
				t.Errorf("%s: nothing is explained", expression)
			}
			set.Candidate("r")
			for _, r := range set.Rules() {
				reading.Of(&r, reading.Options{Language: "en"})
			}
		})
	}
}

// loadSoon loads a folder, and fails if that takes long.
func loadSoon(t *testing.T, files fstest.MapFS) (set *rules.Set, problems []string) {
	t.Helper()
	soon(t, "load", func() {
		s, found := rules.Load(files)
		set = s
		for _, p := range found {
			problems = append(problems, p.String())
		}
	})
	return set, problems
}

// soon fails if something takes a minute: without a limit it would take hours, so that a slow machine makes no difference.
func soon(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("%s takes too long", what)
	}
}

// Reading and checking rules ends with the context.
func TestLoadAndCheckEndWithTheContext(t *testing.T) {
	files := fstest.MapFS{"r.yaml": {Data: []byte(sizeHead + "terms: {a: [aa], b: [bb]}\nwhen: {terms: a}\n")}}
	set, _ := rules.Load(files)
	if len(lint.Check(set)) == 0 {
		t.Fatal("there is no warning about an unused list")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found := lint.CheckContext(ctx, set); len(found) > 0 {
		t.Errorf("after the end of the context, Check found %v", found)
	}
	if set, problems := rules.LoadContext(ctx, files); set != nil || !strings.Contains(problems.Error(), "reading the rules was interrupted") {
		t.Errorf("after the end of the context, Load returned a set: %v, and %v", set != nil, problems)
	}
}

// FuzzUses makes definitions, lists and rules that use each other as some bytes say: each byte is one use. What is accepted
// is not larger than it may be, and can be checked, read out, matched and explained.
func FuzzUses(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, uint8(3), uint8(2))
	f.Add([]byte("all of these use the one below"), uint8(20), uint8(2))
	f.Add([]byte{255, 254, 3, 3, 3, 9, 9, 9, 9}, uint8(16), uint8(3))
	f.Fuzz(func(t *testing.T, uses []byte, names, each uint8) {
		n, next := int(names%40)+1, 0
		use := func(max int) int {
			if len(uses) == 0 || max == 0 {
				return 0
			}
			next++
			return int(uses[next%len(uses)]) % max
		}
		var define, terms strings.Builder
		used := make([][]int, n)
		for i := range n {
			parts, lists := []string{"{any: [aa, bb]}"}, []string{"cc"}
			for range int(each%10) * min(i, 1) {
				d := max(0, i-1-use(3)) // mostly the one below, as that makes the most of few definitions
				if use(50) == 7 {
					d = use(n) // it may use itself
				}
				used[i] = append(used[i], d)
				parts, lists = append(parts, fmt.Sprintf("{use: d%d}", d)), append(lists, fmt.Sprintf("terms: l%d", d))
			}
			op := []string{"any", "all", "none"}[use(3)]
			fmt.Fprintf(&define, "  d%d: {any: [ee, {%s: [%s]}]}\n", i, op, strings.Join(parts, ", "))
			fmt.Fprintf(&terms, "  l%d: [%s]\n", i, strings.Join(lists, ", "))
		}
		text := sizeHead + "terms:\n" + terms.String() + "define:\n" + strings.ReplaceAll(define.String(), "[ee,", "[{terms: l0},") + fmt.Sprintf("when: {all: [{terms: l%d}, {use: d%d}]}\n", n-1, n-1)
		set, problems := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(text)}})
		if set == nil {
			if len(problems) == 0 {
				t.Fatal("refused without a problem")
			}
			return
		}
		const limit = 10_000
		left := 3 * limit // expressions of the definitions; the fuzzed ones have 4 besides their uses
		var count func(int)
		count = func(d int) {
			for _, below := range used[d] {
				if left--; left < 0 {
					t.Fatalf("accepted, although definition d%d is larger than %d:\n%s", n-1, limit, text)
				}
				count(below)
			}
		}
		count(n - 1)
		a := models.Article{Title: "aa cc bb", Body: "aa bb. cc ee."}
		_ = lint.Check(set)
		_, _, _ = set.Match(a), set.Explain(a), set.Candidate("r")
		for _, r := range set.Rules() {
			_ = reading.Of(&r, reading.Options{Language: "zh-Hant"})
		}
	})
}
