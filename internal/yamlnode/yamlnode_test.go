package yamlnode

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseReportsProblems(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"no problem", "id: a\nlist: [x, y]\n", nil},
		{"rest of a number", "{id: a, title: fine of 2,800 dollars}\n", []string{
			`f.yaml:1:16: fine of 2,800 dollars is split at its comma, because a comma between braces begins the next key; put quotes around the whole text: "fine of 2,800 dollars"`,
		}},
		{"number with several commas", "{n: 7,000,000, id: a, list: 1,250}\n", []string{
			`f.yaml:1:5: 7,000,000 is split at its comma, because a comma between braces begins the next key; write 7000000, or put quotes around it: "7,000,000"`,
			`f.yaml:1:5: n is "7,000,000"; use a whole number from 1 to 9`,
			`f.yaml:1:29: 1,250 is split at its comma, because a comma between braces begins the next key; write 1250, or put quotes around it: "1,250"`,
		}},
		{"numbers that a comma separates", "{id: 7, 000: b}\n", []string{`f.yaml:1:9: unknown key "000"; if this is the start of a text that contains ": ", put quotes around the whole text; a thing has id, title, list, n`}},
		{"number with its unit", "n: 5 items\n", []string{`f.yaml:1:4: n is "5 items"; write 5`}},
		{"number out of range with its unit", "n: 12 items\n", []string{`f.yaml:1:4: n is "12 items"; use a whole number from 1 to 9`}},
		{"full-width colon", "{id: a, n：12}\n", []string{
			`f.yaml:1:9: n is "12"; use a whole number from 1 to 9`,
			`f.yaml:1:9: unknown key "n：12"; ： is full-width: write n: 12; a thing has id, title, list, n`,
		}},
		{"full-width colon beside the other", "{id: a, list：: [b]}\n", []string{
			`f.yaml:1:9: unknown key "list："; ： is full-width: write list: and a space; a thing has id, title, list, n`,
		}},
		{"another word for a key", "headline: [a]\n", []string{
			`f.yaml:1:1: unknown key "headline"; did you mean "title"? a thing has id, title, list, n`,
			`f.yaml:1:11: title is a list; use a text`,
		}},
		{"another word for a key that is there", "{title: a, headline: [b]}\n", []string{
			`f.yaml:1:12: unknown key "headline"; did you mean "title"? a thing has id, title, list, n`,
		}},
		{"rest of a text with a comma", "{id: a, title: the fair, the club and the pier, list: [b]}\n", []string{
			`f.yaml:1:26: unknown key "the club and the pier"; if this is the rest of a text with a comma, put quotes around the whole text; a thing has id, title, list, n`,
		}},
		{"key without a value in a block", "id: a\nThe Fair:\n", []string{
			`f.yaml:2:1: unknown key "The Fair"; if this is the start of a text that contains ": ", put quotes around the whole text; a thing has id, title, list, n`,
		}},
		{"unknown key", "id: a\ntitel: b\n", []string{
			`f.yaml:2:1: unknown key "titel"; did you mean "title"? a thing has id, title, list, n`,
		}},
		{"two problems at once", "idd: a\nn: seven\n", []string{
			`f.yaml:1:1: unknown key "idd"; did you mean "id"? a thing has id, title, list, n`,
			`f.yaml:2:4: n is "seven"; use a whole number from 1 to 9`,
		}},
		{"duplicate key", "id: a\nid: b\n", []string{`f.yaml:2:1: duplicate key "id"; it is already on line 1`}},
		{"second document", "id: a\n---\nid: b\n", []string{`f.yaml:2:1: a second document begins here; use one document per file`}},
		{"alias", "id: &x a\ntitle: *x\n", []string{
			`f.yaml:1:5: anchors and aliases are not supported; write out the value, or move a shared term list to a vocabulary file`,
			`f.yaml:2:8: anchors and aliases are not supported; write out the value, or move a shared term list to a vocabulary file`,
		}},
		{"bad UTF-8", "id: a\ntitle: \xff\n", []string{`f.yaml:2:8: not valid UTF-8; save the file as UTF-8`}},
		{"NUL", "id: a\ntitle: \"a\\0b\"\n", []string{`f.yaml:2:8: the text contains the control character U+0000; only tabs and line breaks are allowed`}},
		{"control character of Latin 1", "id: \"a\\x9bb\"\n", []string{`f.yaml:1:5: the text contains the control character U+009B; only tabs and line breaks are allowed`}},
		{"control character in a key", "id: a\n\"ti\\etle\": x\n", []string{
			`f.yaml:2:1: the text contains the control character U+001B; only tabs and line breaks are allowed`,
			`f.yaml:2:1: unknown key "ti\x1btle"; did you mean "title"? a thing has id, title, list, n`,
		}},
		{"tab and line break", "id: \"a\\tb\\nc\"\ntitle: |\r\n  two\r\n  lines\r\n", nil},
		{"unquoted #", "id: a\ntitle: #main\n", []string{`f.yaml:2:8: "title" is empty, because # begins a comment; put quotes around it: "#main"`}},
		{"unquoted # in a list", "id: a\nlist:\n  - b\n  - #main > li\n", []string{`f.yaml:4:5: this entry is empty, because # begins a comment; put quotes around it: "#main > li"`}},
		{"comments", "id: a #main\ntitle: # what heads it\nlist: ## none yet\nn: \"#\" #1\n", []string{`f.yaml:4:4: n is "#"; use a whole number from 1 to 9`}},
		{"empty", "", []string{`f.yaml:1:1: the file is empty`}},
		{"only a comment", "# hello\n", []string{`f.yaml:1:1: the file is empty`}},
		{"list instead of a text", "id: [a]\n", []string{`f.yaml:1:5: id is a list; use a text`}},
		{"text instead of a mapping", "hello\n", []string{`f.yaml:1:1: a thing is a single value; use key: value pairs`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := Parse("f.yaml", []byte(tt.src))
			m := root.Map("a thing", "id", "title", "list", "n")
			m.Get("id").String("id")
			m.Get("title").String("title")
			m.Get("list").Strings("list")
			m.Get("n").Int("n", 1, 9)
			var got []string
			for _, p := range root.Problems() {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems of %q (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestSyntaxErrorHasPositionAndHint(t *testing.T) {
	for src, want := range map[string]string{
		"id: a\n\ttitle: b\n":       "indent with spaces",
		"id: a: b\n":                "needs quotes",
		"list: [a, b\nid: c\n":      "bracket",
		"cron: */10 * * * *\n":      `begins with * needs quotes`,
		"a: b\ncron: @daily\n":      `begins with @ needs quotes`,
		"{a: b, cron: * * * * *}\n": `begins with * needs quotes`,
		"- @a\n":                    `begins with @ needs quotes`,
		"id：a\ntitle: b\n":          `： is another character`,
		"list: [# bank, b]\n":       `# begins a comment; put quotes around the text: "# bank"`,
		"list: [a,# of, b]\n":       `put quotes around the text: "# of"`,
	} {
		problems := Parse("f.yaml", []byte(src)).Problems()
		if len(problems) != 1 || problems[0].Line == 0 || !strings.Contains(problems[0].Want, want) {
			t.Errorf("Parse(%q) = %v; want one problem with a line and the hint %q", src, problems, want)
		}
	}
}

func TestQuoteThatIsNotClosedIsReportedWhereItOpens(t *testing.T) {
	for src, want := range map[string]string{
		"id: a\nlist: ['bank, 銀行]\ntitle: b\n": "f.yaml:2:8: a quote is not closed; add ' after",
		"id: \"open\ntitle: rest\n":            "f.yaml:1:5: a quote is not closed; add \" after",
	} {
		problems := Parse("f.yaml", []byte(src)).Problems()
		if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), want) {
			t.Errorf("Parse(%q) = %v; want %s", src, problems, want)
		}
	}
}

func TestParseDay(t *testing.T) {
	for s, want := range map[string]string{
		"2024-02-29": "", "2027-02-29": "2027-02 has 28 days", "2026-04-31": "2026-04 has 30 days",
		"2026-13-01": "write the month as 01 to 12, after the year", "9 May 2026": "write 2026-05-09", "2026/5/9": "write 2026-05-09",
		"2026年5月9日": "write 2026-05-09", "May 9, 2026": "write 2026-05-09",
		"05/09/2026": "write it as year, month and day, such as 2026-12-31", "soon": "write it as year, month and day, such as 2026-12-31",
	} {
		day, text := ParseDay(s)
		got := text.String()
		if got != want || day.IsZero() != (want != "") {
			t.Errorf("ParseDay(%q) = %v, %q; want %q", s, day, got, want)
		}
	}
}

func TestParseLimitsSizeAndDepth(t *testing.T) {
	for name, src := range map[string]string{
		"10 MB":  "id: " + strings.Repeat("x", 10<<20),
		"deep":   strings.Repeat("[", 5000),
		"deeper": "a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if problems := Parse("f.yaml", []byte(src)).Problems(); len(problems) != 1 {
			t.Errorf("%s: %d problems, want 1", name, len(problems))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("id: a\nlist: [x, y]\n"))
	f.Add([]byte("a: &b c\nd: *b"))
	f.Fuzz(func(t *testing.T, src []byte) {
		root := Parse("f.yaml", src)
		m := root.Map("a thing", "id")
		_ = m.Get("id").Strings("id")
		for _, p := range root.Problems() {
			if p.Line < 0 || p.What == "" {
				t.Errorf("problem without text or with a negative line: %+v", p)
			}
		}
	})
}
