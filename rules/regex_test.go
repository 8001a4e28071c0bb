package rules

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestMatchRegex(t *testing.T) {
	set := MustLoad(t, Head+`terms:
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
		{"", "An XHCCT 12/2026", ""},                            // begins within a word
		{"", "HCCT 12/20261", ""},                               // the word continues
		{"", "HCCT 12\n\n/2026", ""},                            // across paragraphs
		{"", "see HCCT 12/2026", ""},                            // excluded by not_in
		{"", "Act (Cap. 656A) says", `body 4-15 "(Cap. 656A)"`}, // signs at both ends
		{"", "银发〔2026〕42号文", `body 0-21 "银发〔2026〕42号" = PBoC notice`},
		{"", "銀發〔2026〕42號文", ""}, // one script only
		{"", "SFC Circular 3, and sfc circular 4", `body 0-14 "SFC Circular 3"`},
		{"\u2060HC\u200bCT 12/20\u00ad26\u200b begins", "", "title 3-20 \"HC\u200bCT 12/20\u00ad26\""},
		{"", "依銀发，银\U000E0001发〔2026〕42号\ufe0f文", "body 12-37 \"银\U000E0001发〔2026〕42号\" = PBoC notice"},
		{"", "HCC\u2060T 12/2026\u20601", ""}, // the word continues after an invisible character
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

// The hit of near includes the signs at the ends of a regular expression.
func TestRegexWithinNear(t *testing.T) {
	set := MustLoad(t, Head+`when: {near: [{any: ['/\(Cap\. 656\)/']}, {any: [ban]}], within: 3}`+"\n")
	m := set.Match(models.Article{Title: "The ban (Cap. 656) is law"})
	if len(m) != 1 || len(m[0].Hits) != 1 || m[0].Hits[0].Text != "ban (Cap. 656)" {
		t.Errorf("Match = %+v, want the one hit ban (Cap. 656)", m)
	}
}

func TestRegexInQueryAndRevision(t *testing.T) {
	set, problems := Search(`"/No\. \d+ of 2026/" AND ban`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a := models.Article{Title: "Ban by Notice No. 12 of 2026"}
	if m := set.Match(a); len(m) != 1 || !accepts(set.Candidate("search"), a) {
		t.Errorf("Match = %+v; want one match, of a candidate", m)
	}
	files := map[string]string{
		"r.yaml":            Head + "vocabulary: [v.yaml]\nwhen: {terms: notice}\n",
		"vocabulary/v.yaml": "notice: ['/No\\. \\d+ = 2026/', {gloss: notice, any: ['/第\\d+号公告/']}]\n",
	}
	original := MustLoadFiles(t, files)
	again, err := LoadRevision(original.Revisions()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"No. 12 = 2026", "第12号公告"} {
		a := models.Article{Title: title}
		if diff := cmp.Diff(original.Match(a), again.Match(a)); diff != "" || len(original.Match(a)) != 1 {
			t.Errorf("%s: the revision matches differently (-original +revision):\n%s", title, diff)
		}
	}
}

// Looking for the literal first does not change what a regular expression matches.
func FuzzRegex(f *testing.F) {
	for _, pattern := range []string{`HCCT\d+`, `\d+ of 2026`, `银发〔\d+〕`, `(abc)+d.ef`, `[a-z]*coin`, `ban\s+\w+`, `(?-i)SFC.`, `a.*bcd`, `coin?s? ban`} {
		f.Add(pattern, "On h\u200bcct1\u206012, 银\u00ad发〔20\u200b26〕", "\u2060co\u034fin ban\u200b")
		f.Add(pattern, "On hcct12, 3 of 2026; 银发〔2026〕 abcd ef coin ban SFC1", "SFC\u0301 abc\u0301 ban\tcoins Ban")
	}
	f.Fuzz(func(t *testing.T, pattern, title, body string) {
		if strings.ContainsAny(pattern, "'\n\r") {
			return
		}
		set, problems := Load(Files(map[string]string{"r.yaml": Head + "when: {any: ['/" + pattern + "/']}\n"}))
		if len(problems) > 0 {
			return
		}
		a := models.Article{Title: title, Body: body}
		if diff := cmp.Diff(matchReference(set, a), set.Match(a)); diff != "" {
			t.Fatalf("/%s/ on %q, %q (-reference +got):\n%s", pattern, title, body, diff)
		}
		if len(set.Match(a)) > 0 && !accepts(set.Candidate("r"), a) {
			t.Fatalf("/%s/ matches %q, %q, which is not a candidate", pattern, title, body)
		}
	})
}
