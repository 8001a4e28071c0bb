package rules

import (
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestLiteralOfARegex(t *testing.T) {
	for pattern, want := range map[string]string{
		`HCCT \d+/2026`:                    "hcct*",
		`HCCT\d+`:                          "hcct*",
		`No\. \d+ of 2026`:                 "2026*",
		`\d+\s+of\s+2026`:                  "2026*",
		`(Cap\.|Chapter) 656[A-Z]?`:        "656*",
		`case ([A-Z]+) no\. \d+ ordinance`: "ordinance*",
		`银发〔\d{4}〕\d+号`:                    "银发",
		`第\d+號公告`:                          "號公告",
		`(?-i)SFC[/ ]\d+`:                  "sfc*",
		`abcd.`:                            "abc*", // a mark may follow, and change the last letter
		`(?:abc)+x`:                        "",
		`xcoin?[a-z]*coin`:                 "xcoi*",
		`[a-z]*coin`:                       "", // in the middle of a word
		`\d+coin`:                          "",
		`a|b`:                              "",
		`ban|curb`:                         "",
		`\w+ \d+`:                          "",
		`号`:                                "",
		`\bCap\. \d+`:                      "cap*",
	} {
		parsed, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
		if err != nil {
			t.Fatal(err)
		}
		if got := literalOf(parsed); got != want {
			t.Errorf("literal of %s is %q, want %q", pattern, got, want)
		}
	}
}

func TestRegexes(t *testing.T) {
	set := load(t, head+`terms:
  case:
    any:
      - '/HCC[TM]\d* \d+\/2026/'
      - '/\(?Cap\. 656[A-Z]?\)?/'
      - {gloss: PBoC notice, any: ['/银发〔\d{4}〕\d+号/']}
      - '/(?-i)SFC Circular \d+/'
    not_in: ['/see HCCT \d+\/2026/']
when: {terms: case}
`)
	for _, tt := range []struct {
		title, body, want string
	}{
		{"HCCT 12/2026 begins", "", `title 0-12 "HCCT 12/2026"`},
		{"", "On hccm 7/2026, and on HCCT 8/2026.", `body 3-14 "hccm 7/2026", body 23-34 "HCCT 8/2026"`},
		{"", "An XHCCT 12/2026", ""},                            // within a word
		{"", "HCCT 12/20261", ""},                               // goes on
		{"", "HCCT 12\n\n/2026", ""},                            // over a paragraph
		{"", "see HCCT 12/2026", ""},                            // within a longer one of not_in
		{"", "Act (Cap. 656A) says", `body 4-15 "(Cap. 656A)"`}, // signs at its ends
		{"", "银发〔2026〕42号文", `body 0-21 "银发〔2026〕42号" = PBoC notice`},
		{"", "銀發〔2026〕42號文", ""}, // as it is written
		{"", "SFC Circular 3, and sfc circular 4", `body 0-14 "SFC Circular 3"`},
		{"\u2060HC\u200bCT 12/20\u00ad26\u200b begins", "", "title 3-20 \"HC\u200bCT 12/20\u00ad26\""},
		{"", "依銀发，银\U000E0001发〔2026〕42号\ufe0f文", "body 12-37 \"银\U000E0001发〔2026〕42号\" = PBoC notice"},
		{"", "HCC\u2060T 12/2026\u20601", ""}, // goes on, behind what nobody sees
		{"", "One.\n\nRelated stories\n\nHCCT 12/2026", ""},
	} {
		var got []string
		for _, m := range set.Match(models.Article{Title: tt.title, Body: tt.body}) {
			for _, h := range m.Hits {
				src := tt.body
				if h.Field == models.InTitle {
					src = tt.title
				}
				if src[h.Start:h.End] != h.Text {
					t.Errorf("%q is not at %d-%d of %q", h.Text, h.Start, h.End, src)
				}
				got = append(got, strings.TrimSuffix(strings.Join([]string{string(h.Field), " ", strconv.Itoa(h.Start), "-", strconv.Itoa(h.End), ` "`, h.Text, `" = `, h.Gloss}, ""), " = "))
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.title, tt.body, diff)
		}
	}
}

// What stands together is shown from the first sign of it to the last.
func TestRegexWithinNear(t *testing.T) {
	set := load(t, head+`when: {near: [{any: ['/\(Cap\. 656\)/']}, {any: [ban]}], within: 3}`+"\n")
	m := set.Match(models.Article{Title: "The ban (Cap. 656) is law"})
	if len(m) != 1 || len(m[0].Hits) != 1 || m[0].Hits[0].Text != "ban (Cap. 656)" {
		t.Errorf("Match = %+v, want the one hit ban (Cap. 656)", m)
	}
}

func TestRegexInAQueryAndInARevision(t *testing.T) {
	set, problems := Search(`"/No\. \d+ of 2026/" AND ban`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a := models.Article{Title: "Ban by Notice No. 12 of 2026"}
	if m := set.Match(a); len(m) != 1 || !lets(set.Candidate("search"), a) {
		t.Errorf("Match = %+v; want one, of a candidate", m)
	}
	files := map[string]string{
		"r.yaml":            head + "vocabulary: [v.yaml]\nwhen: {terms: notice}\n",
		"vocabulary/v.yaml": "notice: ['/No\\. \\d+ = 2026/', {gloss: notice, any: ['/第\\d+号公告/']}]\n",
	}
	was := loadFiles(t, files)
	again, err := LoadRevision(was.Revisions()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"No. 12 = 2026", "第12号公告"} {
		a := models.Article{Title: title}
		if diff := cmp.Diff(was.Match(a), again.Match(a)); diff != "" || len(was.Match(a)) != 1 {
			t.Errorf("%s: the revision matches otherwise (-was +again):\n%s", title, diff)
		}
	}
}

// Regular expressions meet by their literals what they meet without.
func FuzzRegex(f *testing.F) {
	for _, pattern := range []string{`HCCT\d+`, `\d+ of 2026`, `银发〔\d+〕`, `(abc)+d.ef`, `[a-z]*coin`, `ban\s+\w+`, `(?-i)SFC.`, `a.*bcd`, `coin?s? ban`} {
		f.Add(pattern, "On h\u200bcct1\u206012, 银\u00ad发〔20\u200b26〕", "\u2060co\u034fin ban\u200b")
		f.Add(pattern, "On hcct12, 3 of 2026; 银发〔2026〕 abcd ef coin ban SFC1", "SFC\u0301 abc\u0301 ban\tcoins Ban")
	}
	f.Fuzz(func(t *testing.T, pattern, title, body string) {
		if strings.ContainsAny(pattern, "'\n\r") {
			return
		}
		set, problems := Load(mapFS(map[string]string{"r.yaml": head + "when: {any: ['/" + pattern + "/']}\n"}))
		if len(problems) > 0 {
			return
		}
		a := models.Article{Title: title, Body: body}
		if diff := cmp.Diff(matchSlowly(set, a), set.Match(a)); diff != "" {
			t.Fatalf("/%s/ on %q, %q (-slow +fast):\n%s", pattern, title, body, diff)
		}
		if len(set.Match(a)) > 0 && !lets(set.Candidate("r"), a) {
			t.Fatalf("/%s/ meets %q, %q, which is no candidate", pattern, title, body)
		}
	})
}
