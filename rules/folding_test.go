package rules_test

import (
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"
)

// TestVariantsMatchEachOther writes a word of a rule one way and the article another way. The marked
// part of the article is what its author wrote.
func TestVariantsMatchEachOther(t *testing.T) {
	for _, spellings := range [][]string{
		{"人民币", "人民幣", "人⺠币", "⼈⺠幣"},
		{"债券", "債券", "債劵", "债劵"},
		{"公告", "公吿"},
		{"信用卡", "信用咭"},
		{"贷款", "貸款", "貸欵"},
		{"台湾", "臺灣", "台灣"},
		{"群众", "羣眾", "羣衆", "群眾"},
		{"经济", "經濟", "経済"},
		{"长期", "長期", "⻓期", "⾧期"},
		{"说明", "說明", "説明"},
		{"发行", "發行", "発行", "發⾏"},
		{"恒生", "恆生", "恆⽣"},
	} {
		for _, word := range spellings {
			set := rules.MustLoad(t, rules.Head+"when: {any: ["+word+"]}")
			for _, written := range spellings {
				const before, after = "第一段。\n\n今日（⼀）Notice「", "」發出，⾦額不詳。"
				a := models.Article{Title: "Ünrelated", Body: before + written + after}
				found := set.Match(a)
				if len(found) != 1 || len(found[0].Hits) != 1 {
					t.Errorf("a rule with %s finds %+v in a text with %s, want one hit", word, found, written)
					continue
				}
				hit := found[0].Hits[0]
				if hit.Text != written || hit.Start != len(before) || a.Body[hit.Start:hit.End] != written {
					t.Errorf("a rule with %s marks %q at %d in a text with %s at %d", word, hit.Text, hit.Start, written, len(before))
				}
			}
			if found := set.Match(models.Article{Title: strings.Repeat("另一回事 ", 3)}); len(found) > 0 {
				t.Errorf("a rule with %s matches another text: %+v", word, found)
			}
		}
	}
}
