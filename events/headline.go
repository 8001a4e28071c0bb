package events

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
	"regwatch/models"
)

const (
	maxTitleWords     = 64   // compared words of a title; titles by people are shorter
	maxTitleBytes     = 2048 // bytes of a title that are analyzed; the rest only distinguishes it from others
	minHeadlineWeight = 12   // shorter headlines repeat by chance
	formStart         = 4    // weight of equal first words that make two headlines with one link a form
	formFrame         = 6    // weight of equal words at both ends that make two headlines a form
)

// A headline is the content of a title, without the decorations of outlets.
type headline struct {
	words       []string // folded, at most maxTitleWords; each Chinese character is one
	hash        string   // of all words; empty if there are none
	distinctive bool     // long enough not to repeat by chance
}

// headlineOf reads a title. The name and site of the source tell which ending is its
// own.
func headlineOf(title, sourceName, host string) headline {
	var h headline
	var all strings.Builder
	weight := 0
	title, rest := splitAt(title, maxTitleBytes)
	for _, t := range text.Tokens(stripDecorations(title, sourceName, host)) {
		if isFiller(t.Text) {
			continue
		}
		word := normalizeSpelling(t.Text)
		if len(h.words) < maxTitleWords {
			h.words = append(h.words, word)
		}
		if strings.ContainsFunc(word, unicode.IsLetter) {
			weight += weightOf(word)
		}
		all.WriteString(word)
		all.WriteByte(' ')
	}
	if len(h.words) > 0 {
		h.hash = models.HashOf(all.String() + rest)
	}
	h.distinctive = weight >= minHeadlineWeight
	return h
}

// splitAt splits a text between characters, after at most n bytes.
func splitAt(s string, n int) (beginning, rest string) {
	if len(s) <= n {
		return s, ""
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], s[n:]
}

// same reports whether two titles have the same words.
func (h headline) same(other headline) bool { return h.hash != "" && h.hash == other.hash }

// isFormVariant reports whether two headlines are one form with different names,
// numbers or verbs: they differ, but much of the shorter one occurs in the other in
// the same order. It compares in both directions, because an additional word may be
// another step: a second licence.
//
// A rewritten headline for the same text mostly moves words, so equal words at both
// ends weigh more than those in between.
func isFormVariant(a, b headline) bool {
	if a.same(b) || len(a.words) == 0 || len(b.words) == 0 || isReworded(a.words, b.words) || isReworded(b.words, a.words) {
		return false
	}
	framed := frameWeight(a.words, b.words)
	if framed >= formFrame {
		return true
	}
	least, shared := min(totalWeight(a.words), totalWeight(b.words)), commonWeight(a.words, b.words)
	return 3*shared >= 2*least || framed > 0 && 2*shared >= least
}

// isReworded reports whether a starts with a word or two more and b ends with some,
// and most of both is equal in between. Editors rewrite headlines this way; a form has
// its blanks in one place.
func isReworded(a, b []string) bool {
	if len(a) == maxTitleWords || len(b) == maxTitleWords {
		return false // the end of a long title is unknown
	}
	least := 3 * max(totalWeight(a), totalWeight(b)) / 4
	for i := 1; i < len(a); i++ {
		core := a[i:]
		if totalWeight(core) < max(least, minHeadlineWeight) {
			return false
		}
		if len(core) < len(b) && slices.Equal(core, b[:len(core)]) {
			return true
		}
	}
	return false
}

// isSameForm reports whether two headlines with different names are almost certainly
// one form: they start alike or share most of the longer one. A link that is passed on
// under a new headline keeps only a few words.
func isSameForm(a, b headline) bool {
	if !isFormVariant(a, b) {
		return false
	}
	begin := 0
	for i := range min(len(a.words), len(b.words)) {
		if a.words[i] != b.words[i] {
			break
		}
		begin += weightOf(a.words[i])
	}
	return begin >= formStart || 3*commonWeight(a.words, b.words) >= 2*max(totalWeight(a.words), totalWeight(b.words))
}

// frameWeight returns the weight of the equal words at both ends of two titles.
func frameWeight(a, b []string) int {
	weight := 0
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		weight += weightOf(a[0])
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		weight += weightOf(a[len(a)-1])
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return weight
}

// commonWeight returns the weight of the words that two titles share in the same
// order: their longest common subsequence.
func commonWeight(a, b []string) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + weightOf(a[i])
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// weightOf returns the weight of a word. Two Chinese characters weigh about as much as
// one word.
func weightOf(word string) int {
	if text.IsCJK(word) {
		return 1
	}
	return 2
}

func totalWeight(words []string) int {
	weight := 0
	for _, w := range words {
		weight += weightOf(w)
	}
	return weight
}

// isFiller reports whether a word makes no difference to the meaning.
func isFiller(word string) bool {
	switch word {
	case "a", "an", "the", "today":
		return true
	}
	return false
}

// normalizeSpelling writes -ise as -ize, so that both spellings are equal.
func normalizeSpelling(word string) string {
	if len(word) < 6 {
		return word
	}
	for _, ending := range []string{"isations", "isation", "ising", "ised", "ises", "ise"} {
		if stem, ok := strings.CutSuffix(word, ending); ok {
			return stem + "iz" + ending[2:]
		}
	}
	return word
}

// tokenText returns the tokens of a text, separated by spaces.
func tokenText(s string) string {
	tokens := text.Tokens(s)
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return strings.Join(words, " ")
}

// stripDecorations removes decorations from a title. It removes only known ones,
// because the name of a bank may follow a dash or be in brackets too.
func stripDecorations(title, sourceName, host string) string {
	title = strings.TrimSpace(title)
	for range 3 { // there may be several
		before := len(title)
		title = trimLabel(title)
		title = trimBracket(title)
		title = trimOutlet(title, sourceName, host)
		if len(title) == before {
			break
		}
	}
	return title
}

// trimLabel removes a label such as "EXCLUSIVE: ", "UPDATE 1-" or "快訊|". Without a
// separator the word is part of the title.
func trimLabel(title string) string {
	inside := strings.TrimLeft(title, "[［【 ")
	for _, mark := range []string{"exclusive", "breaking", "breaking news", "just in", "快訊", "快讯", "即時", "即时", "突發", "突发", "獨家", "独家", "最新"} {
		if len(inside) <= len(mark) || !strings.EqualFold(inside[:len(mark)], mark) {
			continue
		}
		if rest, ok := afterSeparator(inside[len(mark):], ":：|｜]］】", " -", " –", " —"); ok {
			return rest
		}
	}
	for _, mark := range []string{"update ", "wrapup "} {
		if len(inside) <= len(mark) || !strings.EqualFold(inside[:len(mark)], mark) {
			continue
		}
		number := inside[len(mark):]
		rest := strings.TrimLeft(number, "0123456789")
		if rest, ok := afterSeparator(rest, "-:："); ok && len(rest) < len(number)-1 {
			return rest
		}
	}
	return title
}

// afterSeparator returns what follows one of the signs or dashes at the start of s.
func afterSeparator(s, signs string, dashes ...string) (rest string, ok bool) {
	for _, dash := range dashes {
		if rest, ok := strings.CutPrefix(s, dash+" "); ok {
			return strings.TrimSpace(rest), true
		}
	}
	s = strings.TrimLeft(s, " ")
	if r, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune(signs, r) {
		return strings.TrimSpace(s[size:]), true
	}
	return "", false
}

// trimBracket removes a note about pictures at the end: "(with photos)", "（附圖）".
func trimBracket(title string) string {
	if !strings.HasSuffix(title, ")") && !strings.HasSuffix(title, "）") && !strings.HasSuffix(title, "]") && !strings.HasSuffix(title, "］") {
		return title
	}
	at := strings.LastIndexAny(title, "(（[［")
	if at <= 0 {
		return title
	}
	for _, word := range strings.Fields(tokenText(title[at:])) {
		if !strings.Contains(" with and photo photos picture pictures video videos 附 有 多 图 相 照 片 短 ", " "+word+" ") {
			return title
		}
	}
	return strings.TrimSpace(title[:at])
}

// outletNames are names of outlets at the end of titles that others pass on.
const outletNames = "|reuters|bloomberg|bloomberg news|afp|ap news|associated press|scmp|south china morning post|rthk|rthk news|" +
	"the standard|hkfp|hong kong free press|china daily|xinhua|caixin|caixin global|financial times|wall street journal|wsj|" +
	"cnbc|nikkei asia|coindesk|cointelegraph|the block|decrypt|yahoo finance|msn|" +
	"路 透|路 透 社|彭 博|明 报|信 报|经 济 日 报|香 港 经 济 日 报|星 岛 日 报|东 方 日 报|香 港 电 台|香 港 01|新 华 社|财 新|"

// trimOutlet removes the name of an outlet at the end: " - Reuters", " | South China
// Morning Post", or that of the source.
func trimOutlet(title, sourceName, host string) string {
	const longest = 60 // bytes of a name
	from := max(0, len(title)-longest)
	at, size := -1, 0
	for _, sign := range []string{" - ", " – ", " — ", "|", "｜"} {
		if i := strings.LastIndex(title[from:], sign); i > at {
			at, size = i, len(sign)
		}
	}
	if at < 0 || from+at == 0 {
		return title
	}
	name := tokenText(title[from+at+size:])
	if name == "" {
		return title
	}
	own := strings.HasPrefix(tokenText(sourceName)+" ", name+" ")
	site := strings.ReplaceAll(tokenText(host), " ", "")
	label, _, _ := strings.Cut(host, ".")
	compact := strings.ReplaceAll(name, " ", "")
	if own || compact == site || compact == label || strings.Contains(outletNames, "|"+name+"|") {
		return strings.TrimSpace(title[:from+at])
	}
	return title
}
