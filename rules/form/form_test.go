package form_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
	"regwatch/rules/form"
)

const plain = `# The head.
id: coin
title: Coins   # in alerts
why: Because.
severity: high
terms:
  coin: [stablecoin, token, 穩定幣]   # money
  law:
    any:
      - licence
      - {gloss: ban, any: [禁止, 不得]}
      # the last one
      - {terms: other}
    not_in: [licence plate]
  other: [rule]
  ignored:
    - driving
    - "# fishing"
when:
  all:
    - {near: [coin, law], within: 12, in: [title, lead]}
  none: [{terms: ignored, in: title}]
mention: {terms: coin}
examples:
  match: [A stablecoin licence]
  ignore: [A driving licence]
`

func read(t *testing.T, text string) form.Form {
	t.Helper()
	return readAs(t, "coin.yaml", []byte(text))
}

func readAs(t *testing.T, name string, text []byte) form.Form {
	t.Helper()
	f, problems := form.Read(name, text)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return f
}

func TestReadShowsWhatAFormCanChange(t *testing.T) {
	want := form.Form{
		Title: "Coins", Why: "Because.", Severity: "high", HasSeverity: true, HasSources: true,
		Groups: []form.Group{
			{Name: "coin", Words: []string{"stablecoin", "token", "穩定幣"}, Lines: form.Lines{From: 7, To: 7}},
			{Name: "law", Words: []string{"licence", "禁止", "不得"}, Not: []string{"licence plate"}, Lists: []string{"other"}, Lines: form.Lines{From: 8, To: 14}},
			{Name: "other", Words: []string{"rule"}, Lines: form.Lines{From: 15, To: 15}},
			{Name: "ignored", Exclude: true, Words: []string{"driving", "# fishing"}, Lines: form.Lines{From: 16, To: 18}},
		},
		Numbers: []form.Number{{Key: "within", Of: "coin, law", Value: 12, Line: 21}},
		Places: []form.Place{
			{Of: "coin, law", In: []string{"title", "lead"}, Line: 21}, {Of: "ignored", In: []string{"title"}, Line: 22}, {Of: "coin", Line: 23},
		},
		Locked: []form.Locked{
			{Key: "when", Lines: form.Lines{From: 19, To: 22}}, {Key: "mention", Lines: form.Lines{From: 23, To: 23}}, {Key: "examples", Lines: form.Lines{From: 24, To: 26}},
		},
	}
	if diff := cmp.Diff(want, read(t, plain)); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

// changed returns the lines that differ: those of before with a minus, those of after with a plus.
func changed(before, after string) []string {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var lines []string
	for _, line := range a {
		lines = append(lines, "-"+strings.TrimRight(line, "\n"))
	}
	for _, line := range b {
		lines = append(lines, "+"+strings.TrimRight(line, "\n"))
	}
	return lines
}

func TestWriteChangesOnlyTheLinesOfAField(t *testing.T) {
	group := func(name string, do func(*form.Group)) func(*form.Form) {
		return func(f *form.Form) {
			do(&f.Groups[slices.IndexFunc(f.Groups, func(g form.Group) bool { return g.Name == name })])
		}
	}
	for _, tt := range []struct {
		name, old, replacement string // of the file, before
		change                 func(*form.Form)
		want                   []string
	}{
		{name: "nothing", change: func(*form.Form) {}},
		{name: "the title", change: func(f *form.Form) { f.Title = "Coins: all" }, want: []string{"-title: Coins   # in alerts", "+title: 'Coins: all'   # in alerts"}},
		{name: "a title with quotes", old: "title: Coins ", replacement: `title: "The \"coin\"" `, change: func(f *form.Form) { f.Title = "It's" }, want: []string{`-title: "The \"coin\""   # in alerts`, "+title: It's   # in alerts"}},
		{name: "why over several lines", old: "why: Because.", replacement: "why: >\n  Because of\n  this.\n", change: func(f *form.Form) { f.Why = "Law" }, want: []string{"-why: >", "-  Because of", "-  this.", "+why: Law"}},
		{name: "no why any more", change: func(f *form.Form) { f.Why = "" }, want: []string{"-why: Because."}},
		{name: "a new why", old: "why: Because.\n", replacement: "", change: func(f *form.Form) { f.Why = "Yes" }, want: []string{"+why: Yes"}},
		{name: "a draft", change: func(f *form.Form) { f.Draft = true }, want: []string{"+status: draft"}},
		{name: "the severity", change: func(f *form.Form) { f.Severity = "low" }, want: []string{"-severity: high", "+severity: low"}},
		{name: "its first routes", change: func(f *form.Form) { f.Routes = []string{"legal", "desk"} }, want: []string{"+routes: [legal, desk]"}},
		{name: "a word in brackets", change: group("coin", func(g *form.Group) { g.Words = append(g.Words, "licens*", "a, b") }), want: []string{"-  coin: [stablecoin, token, 穩定幣]   # money", "+  coin: [stablecoin, token, 穩定幣, licens*, 'a, b']   # money"}},
		{name: "a word for another one", change: group("coin", func(g *form.Group) { g.Words[1] = "# coin" }), want: []string{"-  coin: [stablecoin, token, 穩定幣]   # money", "+  coin: [stablecoin, '# coin', 穩定幣]   # money"}},
		{name: "without the first word", change: group("coin", func(g *form.Group) { g.Words = g.Words[1:] }), want: []string{"-  coin: [stablecoin, token, 穩定幣]   # money", "+  coin: [token, 穩定幣]   # money"}},
		{name: "without the last words", change: group("coin", func(g *form.Group) { g.Words = g.Words[:1] }), want: []string{"-  coin: [stablecoin, token, 穩定幣]   # money", "+  coin: [stablecoin]   # money"}},
		{name: "a word on a line", change: group("law", func(g *form.Group) { g.Words = append(g.Words, "permit") }), want: []string{"+      - permit"}},
		{name: "without a word on a line", change: group("ignored", func(g *form.Group) { g.Words = g.Words[1:] }), want: []string{"-    - driving"}},
		{name: "a word of a group", change: group("law", func(g *form.Group) { g.Words = []string{"licence", "不得"} }), want: []string{"-      - {gloss: ban, any: [禁止, 不得]}", "+      - {gloss: ban, any: [不得]}"}},
		{name: "without a group", change: group("law", func(g *form.Group) { g.Words = []string{"licence"} }), want: []string{"-      - {gloss: ban, any: [禁止, 不得]}"}},
		{name: "an exclusion more", change: group("law", func(g *form.Group) { g.Not = append(g.Not, "dog licence") }), want: []string{"-    not_in: [licence plate]", "+    not_in: [licence plate, dog licence]"}},
		{name: "no exclusions", change: group("law", func(g *form.Group) { g.Not = nil }), want: []string{"-    not_in: [licence plate]"}},
		{name: "first exclusions in brackets", change: group("coin", func(g *form.Group) { g.Not = []string{"token ring"} }), want: []string{"-  coin: [stablecoin, token, 穩定幣]   # money", "+  coin: {any: [stablecoin, token, 穩定幣], not_in: [token ring]}   # money"}},
		{name: "first exclusions of lines", change: group("ignored", func(g *form.Group) { g.Not = []string{"driving force"} }), want: []string{"-    - driving", "-    - \"# fishing\"", "+    any:", "+    - driving", "+    - \"# fishing\"", "+    not_in: [driving force]"}},
		{name: "first sources", change: func(f *form.Form) { f.Sources = []string{"hkma-press", "sec"} }, want: []string{"+  source: [hkma-press, sec]"}},
	} {
		before := strings.Replace(plain, tt.old, tt.replacement, 1)
		want := read(t, before)
		tt.change(&want)
		after, err := form.Write("coin.yaml", []byte(before), want)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := changed(before, string(after))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		windows, err := form.Write("coin.yaml", []byte(strings.ReplaceAll(before, "\n", "\r\n")), want)
		if err != nil || string(windows) != strings.ReplaceAll(string(after), "\n", "\r\n") {
			t.Errorf("%s with Windows line ends: %v, %q", tt.name, err, windows)
		}
	}
}

func TestSourcesCanBeChangedAndRemoved(t *testing.T) {
	for _, tt := range []struct{ when, with, without string }{
		{"when: {terms: coin}", "when: {source: [b], terms: coin}", "when: {terms: coin}"},
		{"when:\n  any:\n    - {terms: coin}", "when:\n  source: [b]\n  any:\n    - {terms: coin}", "when:\n  any:\n    - {terms: coin}"},
		{"when: {terms: coin, source: a}", "when: {terms: coin, source: b}", "when: {terms: coin}"},
		{"when:\n  all:\n    - {terms: coin}\n    - {source: [a]}", "when:\n  all:\n    - {terms: coin}\n    - {source: [b]}", "when:\n  all:\n    - {terms: coin}"},
	} {
		text := func(when string) string {
			return "id: coin\ntitle: T\nseverity: low\nterms: {coin: [coin]}\n" + when + "\n# end\n"
		}
		f := read(t, text(tt.when))
		f.Sources = []string{"b"}
		got, err := form.Write("coin.yaml", []byte(text(tt.when)), f)
		if err != nil || string(got) != text(tt.with) {
			t.Errorf("a source for %q: %v\n%s", tt.when, err, got)
			continue
		}
		f.Sources = nil
		got, err = form.Write("coin.yaml", got, f)
		if err != nil || string(got) != text(tt.without) {
			t.Errorf("no source for %q: %v\n%s", tt.with, err, got)
		}
	}
}

func TestQueryIsOneField(t *testing.T) {
	const text = "id: coin\ntitle: T\nseverity: low\nwhen: coin AND licens* # why\n"
	f := read(t, text)
	if !f.HasQuery || f.Query != "coin AND licens*" || f.HasSources {
		t.Errorf("Read = %+v; want the query", f)
	}
	f.Query = `coin AND "new licence"`
	got, err := form.Write("coin.yaml", []byte(text), f)
	if err != nil || !strings.Contains(string(got), `"new licence"`) || !strings.HasSuffix(string(got), " # why\n") {
		t.Errorf("Write: %v\n%s", err, got)
	}
	f.Query = "coin AND ("
	if _, err := form.Write("coin.yaml", []byte(text), f); !isProblem(err) {
		t.Errorf("a query with a mistake: %v; want a problem with its place", err)
	}
}

func isProblem(err error) bool {
	_, ok := errors.AsType[diag.Problems](err)
	return ok
}

func TestWriteRefusesWhatItCannotDo(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		change     func(*form.Form)
		want       string
	}{
		{"no title", plain, func(f *form.Form) { f.Title = " " }, "the title must not be empty"},
		{"no words", plain, func(f *form.Form) { f.Groups[0].Words = nil }, "the list coin must not be empty"},
		{"a file of words", strings.Replace(plain, "  other: [rule]", "  other: {file: firms.yaml}", 1), func(f *form.Form) { f.Groups[2].Words = []string{"x"} }, "the list other (line 15) is written so that a form cannot change it"},
		{"a word that can never match", plain, func(f *form.Form) { f.Groups[0].Words = append(f.Groups[0].Words, "...") }, "coin.yaml:7:"},
	} {
		f := read(t, tt.text)
		tt.change(&f)
		got, err := form.Write("coin.yaml", []byte(tt.text), f)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %s\n%s", tt.name, err, tt.want, got)
		}
	}
}

func TestOddFilesKeepEveryByte(t *testing.T) {
	for name, text := range map[string]string{
		"byte order mark": "\ufeff" + plain,
		"no last line":    strings.TrimSuffix(plain, "\n"),
		"windows":         strings.ReplaceAll(plain, "\n", "\r\n"),
		"wide spaces":     strings.Replace(plain, "[stablecoin,", "[ stablecoin ,", 1),
		"many lines":      strings.Replace(plain, "[stablecoin, token, 穩定幣]", "[stablecoin, # the coin\n    token,\n    穩定幣]", 1),
	} {
		f := read(t, text)
		same, err := form.Write("coin.yaml", []byte(text), f)
		if err != nil || string(same) != text {
			t.Errorf("%s, unchanged: %v\n%s", name, err, same)
		}
		f.Title = "Other"
		got, err := form.Write("coin.yaml", []byte(text), f)
		if want := strings.Replace(text, "title: Coins", "title: Other", 1); err != nil || string(got) != want {
			t.Errorf("%s, with another title: %v\n%s", name, err, got)
		}
	}
}

// Every list of the shipped rules can be read; a word can be added to it and removed again, and the file is the same.
func TestShippedRulesAreFormsAndKeepEveryByte(t *testing.T) {
	files, err := filepath.Glob("../../configs/rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	more, err := filepath.Glob("../testdata/ok/*.yaml")
	if err != nil || len(more) == 0 {
		t.Fatal(more, err)
	}
	lists := 0
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		f, problems := form.Read(name, text)
		if len(problems) > 0 {
			continue // a fragment for another test
		}
		if same, err := form.Write(name, text, f); err != nil || string(same) != string(text) {
			t.Errorf("%s, unchanged: %v", name, err)
		}
		for i, g := range f.Groups {
			if g.Fixed {
				continue
			}
			want := readAs(t, name, text)
			want.Groups[i].Words = append(want.Groups[i].Words, "entirely new words")
			added, err := form.Write(name, text, want)
			if err != nil {
				t.Errorf("%s, a word of %s: %v", name, g.Name, err)
				continue
			}
			if n := len(changed(string(text), string(added))); n > 2 {
				t.Errorf("%s, a word of %s: %d lines changed", name, g.Name, n)
			}
			back, err := form.Write(name, added, f)
			if err != nil || string(back) != string(text) {
				t.Errorf("%s, a word of %s and back: %v\n%s", name, g.Name, err, strings.Join(changed(string(text), string(back)), "\n"))
			}
			lists++
		}
	}
	if lists < 20 {
		t.Errorf("%d lists were changed; want those of the shipped rules", lists)
	}
}

func FuzzWrite(f *testing.F) {
	f.Add(plain, "Title", "word")
	f.Add("id: coin\ntitle: T\nseverity: low\nwhen: coin\n", "a: b # c", "'")
	f.Fuzz(func(t *testing.T, text, title, word string) {
		now, problems := form.Read("coin.yaml", []byte(text))
		if len(problems) > 0 {
			return
		}
		same, err := form.Write("coin.yaml", []byte(text), now)
		if err != nil || string(same) != text {
			t.Fatalf("unchanged: %v\n%s", err, same)
		}
		want := now
		want.Title = strings.Join(strings.Fields(title), " ")
		want.Groups = slices.Clone(now.Groups)
		if len(want.Groups) > 0 {
			want.Groups[0].Words = append(slices.Clone(want.Groups[0].Words), strings.Join(strings.Fields(word), " "))
		}
		text2, err := form.Write("coin.yaml", []byte(text), want)
		if err != nil {
			return
		}
		if got, problems := form.Read("coin.yaml", text2); len(problems) > 0 || !got.Equal(want) {
			t.Fatalf("wrote another form: %v", problems)
		}
	})
}

func TestWriteChangesTheNumbersOfConditions(t *testing.T) {
	text := strings.Replace(plain, "when:", "define:\n  fee: {near: [coin, {terms: law}], within: 5}   # five\n  sum: {amount: {min: 10 million, currency: USD}}\nwhen:", 1)
	text = strings.Replace(text, "mention: {terms: coin}", "mention: {terms: coin, in: body, min: 2}", 1)
	f := read(t, text)
	want := []form.Number{{"within", "coin, law", 5, 20}, {"within", "coin, law", 12, 24}, {"min", "coin", 2, 26}}
	if diff := cmp.Diff(want, f.Numbers); diff != "" {
		t.Fatalf("the numbers mismatch (-want +got):\n%s", diff)
	}
	f.Numbers = slices.Clone(f.Numbers)
	f.Numbers[0].Value, f.Numbers[2].Value = 15, 3
	got, err := form.Write("coin.yaml", []byte(text), f)
	if want := strings.NewReplacer("within: 5}", "within: 15}", "min: 2}", "min: 3}").Replace(text); err != nil || string(got) != want {
		t.Errorf("Write = %v\n%s\nwant\n%s", err, got, want)
	}
	for _, wrong := range []int{0, -1, form.MaxNumber + 1} {
		f.Numbers[0].Value = wrong
		if _, err := form.Write("coin.yaml", []byte(text), f); err == nil {
			t.Errorf("within: %d is written", wrong)
		}
	}
}

func TestReadMarksListsThatNothingUses(t *testing.T) {
	text := strings.Replace(plain, "  none: [{terms: ignored, in: title}]\n", "", 1)
	text = strings.Replace(text, "    - driving\n", "    - driving\n    - ignored\n", 1) // its own name is no use
	for _, g := range read(t, text).Groups {
		if want := g.Name == "ignored"; g.Unused != want {
			t.Errorf("%s is unused: %v, want %v", g.Name, g.Unused, want)
		}
	}
	for _, g := range read(t, plain).Groups {
		if g.Unused {
			t.Errorf("%s is unused, and a condition uses it", g.Name)
		}
	}
}

func TestWriteChangesWhereConditionsLook(t *testing.T) {
	f := read(t, plain)
	var got []string
	for _, p := range f.Places {
		got = append(got, p.Of+" in "+strings.Join(p.In, " "))
	}
	at := func(of string) *form.Place {
		for i := range f.Places {
			if f.Places[i].Of == of {
				return &f.Places[i]
			}
		}
		t.Fatalf("no condition is about %s: %v", of, got)
		return nil
	}
	at("ignored").In = []string{"title", "lead"}
	text, err := form.Write("coin.yaml", []byte(plain), f)
	if want := strings.Replace(plain, "{terms: ignored, in: title}", "{terms: ignored, in: [title, lead]}", 1); err != nil || string(text) != want {
		t.Errorf("Write = %v\n%s\nwant\n%s", err, text, want)
	}
	at("ignored").In = nil
	text, err = form.Write("coin.yaml", []byte(plain), f)
	if want := strings.Replace(plain, "{terms: ignored, in: title}", "{terms: ignored}", 1); err != nil || string(text) != want {
		t.Errorf("Write = %v\n%s\nwant\n%s", err, text, want)
	}
	// And back: byte for byte what it was.
	back := read(t, string(text))
	for i := range back.Places {
		if back.Places[i].Of == "ignored" {
			back.Places[i].In = []string{"title"}
		}
	}
	if text, err = form.Write("coin.yaml", text, back); err != nil || string(text) != plain {
		t.Errorf("Write = %v\n%s\nwant\n%s", err, text, plain)
	}
}

func TestWriteAddsAPlaceWhereTheFileSaysNone(t *testing.T) {
	const head = "id: coin\ntitle: Coins\nwhy: It matters.\nseverity: high\nterms: {coin: [stablecoin]}\n"
	for _, tt := range []struct{ name, before, after string }{
		{"in braces", "when: {terms: coin}  # kept\n", "when: {terms: coin, in: [title, lead]}  # kept\n"},
		{"in lines", "when:\n  terms: coin   # kept\n  role: press\n", "when:\n  terms: coin   # kept\n  in: [title, lead]\n  role: press\n"},
		{"in a list", "when:\n  any:\n    - terms: [coin]\n    - any: [kiosk]\n", "when:\n  any:\n    - terms: [coin]\n      in: [title, lead]\n    - any: [kiosk]\n"},
		{"with carriage returns", "when:\r\n  terms: coin\r\n", "when:\r\n  terms: coin\r\n  in: [title, lead]\r\n"},
	} {
		f := read(t, head+tt.before)
		if len(f.Places) != 1 || len(f.Places[0].In) != 0 {
			t.Fatalf("%s: the places are %+v", tt.name, f.Places)
		}
		f.Places[0].In = []string{"title", "lead"}
		got, err := form.Write("coin.yaml", []byte(head+tt.before), f)
		want := head + tt.after
		if err != nil || strings.ReplaceAll(string(got), "\r", "") != strings.ReplaceAll(want, "\r", "") {
			t.Errorf("%s: Write = %v\n%q\nwant\n%q", tt.name, err, got, want)
		}
		f = read(t, string(got))
		f.Places[0].In = nil
		if back, err := form.Write("coin.yaml", got, f); err != nil || string(back) != head+tt.before {
			t.Errorf("%s: and back = %v\n%q", tt.name, err, back)
		}
	}
}

func TestWriteLeavesPlacesThatItCannotChange(t *testing.T) {
	text := "id: coin\ntitle: Coins\nwhy: It matters.\nseverity: high\nterms: {coin: [stablecoin]}\nwhen:\n  terms: coin\n  in:\n    - title # kept\n    - lead\n"
	f := read(t, text)
	f.Places[0].In = []string{"body"}
	if got, err := form.Write("coin.yaml", []byte(text), f); err == nil {
		t.Errorf("Write = %s, want a refusal", got)
	}
	f.Places[0].In = []string{"nowhere"}
	if got, err := form.Write("coin.yaml", []byte(text), f); err == nil {
		t.Errorf("a place that does not exist is written: %s", got)
	}
}
