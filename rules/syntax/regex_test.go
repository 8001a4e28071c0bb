package syntax

import (
	resyntax "regexp/syntax"
	"testing"
)

func TestFindLiteral(t *testing.T) {
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
		`abcd.`:                            "abc*", // a mark may follow and change the last letter
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
		parsed, err := resyntax.Parse(pattern, resyntax.Perl|resyntax.FoldCase)
		if err != nil {
			t.Fatal(err)
		}
		if got := findLiteral(parsed); got != want {
			t.Errorf("findLiteral(%s) = %q, want %q", pattern, got, want)
		}
	}
}
