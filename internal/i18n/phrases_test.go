package i18n

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

func allPhrases() map[string]Phrase {
	all := make(map[string]Phrase)
	for _, table := range tables() {
		maps.Copy(all, table)
	}
	return all
}

var verb = regexp.MustCompile(`%(?:\[(\d)\])?[sd]`)

// verbs returns the verbs of a form: the kind of each argument by its position.
func verbs(form string) map[string]string {
	found := make(map[string]string)
	for i, m := range verb.FindAllStringSubmatch(form, -1) {
		place := m[1]
		if place == "" {
			place = fmt.Sprint(i + 1)
		}
		found[place] = m[0][len(m[0])-1:]
	}
	return found
}

func TestPhrasesExistInEveryLanguage(t *testing.T) {
	all := allPhrases()
	if n := len(Names()); n != len(all) {
		t.Errorf("%d phrases have %d names: a name is in two tables", n, len(all))
	}
	letters := func(s string) bool { return strings.ContainsFunc(verb.ReplaceAllString(s, ""), unicode.IsLetter) }
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for name, p := range all {
		for _, form := range append(strings.Split(p.en, "|"), p.hant, p.hans) {
			want := verbs(strings.Split(p.en, "|")[0])
			if got := verbs(form); !maps.Equal(got, want) {
				t.Errorf("%s: %q has the verbs %v, want %v", name, form, got, want)
			}
			if form == "" {
				t.Errorf("%s is empty in a language", name)
			}
		}
		product := strings.HasPrefix(name, "peer_") && p.hant == p.en && p.hans == p.en // such as Telegram, whose name is the same everywhere
		if letters(p.en) && !product && !(han(p.hant) && han(p.hans)) {
			t.Errorf("%s is not translated: %q, %q", name, p.hant, p.hans)
		}
		if strings.Contains(p.hant, "|") || strings.Contains(p.hans, "|") {
			t.Errorf("%s has two forms in Chinese, want one", name)
		}
	}
}

// The lists have the most common characters that differ between the scripts.
func TestChineseScriptsAreNotMixed(t *testing.T) {
	const hant, hans = "為發現說這個來與時間證實過進應無條規則訊標題開啟關閉報導聞內從對將會於測試讀錄見遺漏設變後種類層圍繫類項頁網", "为发现说这个来与时间证实过进应无条规则讯标题开启关闭报导闻内从对将会于测试读录见遗漏设变后种类层围系类项页网"
	pairs := [2][]rune{[]rune(hant), []rune(hans)}
	if len(pairs[0]) != len(pairs[1]) {
		t.Fatal("the lists differ in length")
	}
	for name, p := range allPhrases() {
		for i := range pairs[0] {
			a, b := pairs[0][i], pairs[1][i]
			if a == b {
				continue
			}
			if strings.ContainsRune(p.hans, a) {
				t.Errorf("%s: the simplified %q has %c", name, p.hans, a)
			}
			if strings.ContainsRune(p.hant, b) {
				t.Errorf("%s: the traditional %q has %c", name, p.hant, b)
			}
		}
	}
}
