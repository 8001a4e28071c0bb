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

// The message about an expression without a literal says what each part of it lacks.
func TestWhyNoLiteral(t *testing.T) {
	for pattern, want := range map[string]string{
		`\d+`:                 `: \d+ stands for different characters`,
		`No\. \d+`:            `: No\. is too short, \d+ stands for different characters`,
		`[A-Z]{3}-\d{2,}`:     `: [A-Z]{3} stands for different characters, \d{2,} stands for different characters`,
		`[a-z]*coin`:          `: [a-z]* may be absent, coin may stand within a word`,
		`ban|curb`:            `: ban|curb is a choice`,
		`ordinance|\d{4}`:     `: ordinance|\d{4} is a choice, in which \d{4} has none`,
		`(ban|\w+) (of )?\d+`: `: ban|\w+ is a choice, in which \w+ has none, (of )? may be absent, \d+ stands for different characters`,
		`(?:coin)+`:           `: (?:coin)+ is a repetition`,
		`ban.`:                `: ban needs four letters, because any sign may follow it, . stands for different characters`,
		`第\d+号`:               `: 第 is only one Chinese character, \d+ stands for different characters, 号 is only one Chinese character`,
		`a \w b \w c \w`:      `: a is too short, \w stands for different characters, b is too short, \w stands for different characters, and so on`,
	} {
		if got := whyNoLiteral(pattern); got.String() != want {
			t.Errorf("whyNoLiteral(%s) = %q, want %q", pattern, got, want)
		}
	}
}
