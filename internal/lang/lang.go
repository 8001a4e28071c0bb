// Package lang detects the language of texts.
//
// Start with [Detect].
package lang

import (
	"math/bits"
	"strings"
	"sync"
	"unicode"

	common "regwatch/internal/text"
)

// Detect returns the language of a text: the declared one, unless the letters show
// otherwise. For Chinese, the script is always detected.
func Detect(text, declared string) string {
	declared = Normalize(declared)
	var han, kana, hangul, latin, folded int
	// A title in Han characters means a Chinese article, even if its page starts with
	// an English notice.
	sample := text[:min(len(text), 3<<10)]
	if title, _, _ := strings.Cut(text, "\n"); countHan(title) >= 6 && countHan(title)*4 > len(title)-3*countHan(title) {
		sample = title + "\n" + string(keepHan(sample))
	}
	simplified, traditional := common.HanForms(sample)
	for _, r := range sample {
		switch {
		case r < 0x250:
			if unicode.IsLetter(r) {
				latin++
			}
		case unicode.Is(unicode.Han, r):
			han++
			if r >= 0x3400 && common.FoldHan(r) != r { // radicals are of both scripts
				folded++
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		}
	}
	switch {
	case kana*10 > han && kana > 4:
		return "ja"
	case hangul > han && hangul > 4:
		return "ko"
	// A Han character says about as much as four Latin letters.
	case han*4 > latin && han > 0:
		if strings.HasPrefix(declared, "ja") && simplified == 0 {
			return declared
		}
		switch {
		case simplified == 0 && traditional == 0 && folded > 0:
			return "zh-Hant" // detected by less common characters
		case simplified > traditional:
			return "zh-Hans"
		case traditional > simplified:
			return "zh-Hant"
		case strings.HasPrefix(declared, "zh"):
			return declared
		}
		return "zh"
	case strings.HasPrefix(declared, "zh") && latin > 20 && han == 0:
		return detectLatinLanguage(text)
	case declared == "":
		return detectLatinLanguage(text)
	}
	return declared
}

func countHan(text string) (n int) {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// keepHan returns the Chinese and Japanese characters of a text.
func keepHan(text string) (kept []rune) {
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			kept = append(kept, r)
		}
	}
	return kept
}

// languages returns the languages in which regulators and the press publish, English first.
func languages() []string { return []string{"en", "de", "fr", "es", "it", "pt", "nl"} }

// functionWords returns the most common words of a language.
func functionWords(language string) string {
	return map[string]string{
		"en": "the of to and in for on is with as by at from that says said after over will its be are was has have an a this not no but could may would new amid against under into up out more than how why what who first his her their it you your about",
		"de": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor zur bis mehr durch gegen vom unter neue",
		"fr": "le la les de des du et en un une est pour que qui dans sur par au aux avec ce il pas plus ne se son sa ses sont été cette mais ou à contre après entre leur nouvelle",
		"es": "el la los las de del y en un una es por que con para se su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también hasta contra nueva nuevo",
		"it": "il la lo gli le di del della dei delle e in un una è per che con si su al alla da dal non sono come più ma anche nel nella contro dopo tra nuova nuovo",
		"pt": "o a os as de do da dos das e em um uma é por que com para se no na nos nas ao não mais como mas foi seu sua ou contra após entre nova novo",
		"nl": "de het een en van in is op te dat die voor met zijn niet aan er om ook als bij door naar uit maar over nog wordt tot tegen nieuwe",
	}[language]
}

// languagesOf maps each common word to the languages in which it is common, as a set of
// bits in the order of languages.
var languagesOf = sync.OnceValue(func() map[string]uint8 {
	sets := make(map[string]uint8)
	for i, language := range languages() {
		for word := range strings.FieldsSeq(functionWords(language)) {
			sets[word] |= 1 << i
		}
	}
	return sets
})

// detectLatinLanguage returns the language of a text in Latin letters, by its most
// common words; empty if they do not tell.
func detectLatinLanguage(text string) string {
	text = strings.ToLower(text[:min(len(text), 8<<10)])
	list, common := languages(), languagesOf()
	counts := make([]int, len(list))
	counts[0] = strings.Count(text, "’s ") + strings.Count(text, "'s ")
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		for set := common[word]; set != 0; set &= set - 1 {
			counts[bits.TrailingZeros8(set)]++
		}
	}
	best, second := 0, 0
	language := ""
	for i, n := range counts {
		switch {
		case n > best:
			best, second, language = n, best, list[i]
		case n > second:
			second = n
		}
	}
	if best == second {
		return ""
	}
	return language
}

// Normalize reduces a language tag to the language, and for Chinese to
// language and script.
func Normalize(tag string) string {
	tag = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	primary, rest, _ := strings.Cut(tag, "-")
	if primary != "zh" {
		if len(primary) != 2 && len(primary) != 3 {
			return ""
		}
		return primary
	}
	switch {
	case strings.Contains(rest, "hant"), strings.HasPrefix(rest, "hk"), strings.HasPrefix(rest, "tw"), strings.HasPrefix(rest, "mo"):
		return "zh-Hant"
	case strings.Contains(rest, "hans"), strings.HasPrefix(rest, "cn"), strings.HasPrefix(rest, "sg"), strings.HasPrefix(rest, "my"):
		return "zh-Hans"
	}
	return "zh"
}
