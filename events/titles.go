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
	longTitle     = 64   // words of a title that are compared; none that a person wrote has more
	titleBytes    = 2048 // of a title that are read; what follows only tells it from others
	leastHeadline = 12   // weight; shorter headlines repeat by chance
	formStart     = 4    // weight of the words with which forms begin that have one link
	formFrame     = 6    // weight of the words at both ends that make two headlines one form
)

// A headline is what a title says, without what an outlet puts around it.
type headline struct {
	words   []string // folded, the first longTitle of them; a Chinese character is one
	hash    string   // of all words; empty if there are none
	telling bool     // long enough that nobody else has it by chance
}

// headlineOf reads a title. The source's name and host say which ending is its
// own.
func headlineOf(title, sourceName, host string) headline {
	var h headline
	var all strings.Builder
	weight := 0
	title, rest := cut(title, titleBytes)
	for _, t := range text.Tokens(bare(title, sourceName, host)) {
		if filler(t.Text) {
			continue
		}
		word := spelling(t.Text)
		if len(h.words) < longTitle {
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
	h.telling = weight >= leastHeadline
	return h
}

// cut cuts a text in two, between characters.
func cut(s string, n int) (beginning, rest string) {
	if len(s) <= n {
		return s, ""
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], s[n:]
}

// same reports whether two titles say the same in the same words.
func (h headline) same(other headline) bool { return h.hash != "" && h.hash == other.hash }

// otherName reports whether two headlines are one form filled in with different
// names, numbers or verbs: they differ, and yet much of the shorter one stands in
// the other in the same order. They are looked at from both sides, because a word
// more is another step too: a second licence.
//
// A headline that was written anew for the same text mostly moves its words, so
// what both begin and end with weighs more than what they share in between.
func otherName(a, b headline) bool {
	if a.same(b) || len(a.words) == 0 || len(b.words) == 0 || staggered(a.words, b.words) || staggered(b.words, a.words) {
		return false
	}
	framed := frame(a.words, b.words)
	if framed >= formFrame {
		return true
	}
	least, shared := min(weigh(a.words), weigh(b.words)), inOrder(a.words, b.words)
	return 3*shared >= 2*least || framed > 0 && 2*shared >= least
}

// staggered reports whether a begins with a word or two more and b ends with
// some, with a long title in common between. So an editor rewrites a headline; a
// form has its blanks in one place.
func staggered(a, b []string) bool {
	if len(a) == longTitle || len(b) == longTitle {
		return false // where it ends is not known
	}
	least := 3 * max(weigh(a), weigh(b)) / 4
	for i := 1; i < len(a); i++ {
		core := a[i:]
		if weigh(core) < max(least, leastHeadline) {
			return false
		}
		if len(core) < len(b) && slices.Equal(core, b[:len(core)]) {
			return true
		}
	}
	return false
}

// oneForm reports whether two headlines with another name leave little doubt
// that they are one form: they begin alike or share most of the longer one. Whoever
// passes a link on under a headline of his own keeps a few words of it at most.
func oneForm(a, b headline) bool {
	if !otherName(a, b) {
		return false
	}
	begin := 0
	for i := range min(len(a.words), len(b.words)) {
		if a.words[i] != b.words[i] {
			break
		}
		begin += weightOf(a.words[i])
	}
	return begin >= formStart || 3*inOrder(a.words, b.words) >= 2*max(weigh(a.words), weigh(b.words))
}

// frame weighs the words that two titles both begin with and both end with.
func frame(a, b []string) int {
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

// inOrder weighs the words that two titles share in the same order: their
// longest common subsequence.
func inOrder(a, b []string) int {
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

// weightOf weighs a word. Two Chinese characters say about as much as one word.
func weightOf(word string) int {
	if text.IsCJK(word) {
		return 1
	}
	return 2
}

func weigh(words []string) int {
	weight := 0
	for _, w := range words {
		weight += weightOf(w)
	}
	return weight
}

// filler reports whether a word may come or go without another step being told.
func filler(word string) bool {
	switch word {
	case "a", "an", "the", "today":
		return true
	}
	return false
}

// spelling writes -ise as -ize, so that both spellings of a word are one.
func spelling(word string) string {
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

// joined returns the tokens of a text with a space between each.
func joined(s string) string {
	tokens := text.Tokens(s)
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return strings.Join(words, " ")
}

// bare returns a title without its decorations. Only what is known to be one is
// taken off: behind a dash or in brackets there may as well be the name of a
// bank.
func bare(title, sourceName, host string) string {
	title = strings.TrimSpace(title)
	for range 3 { // as many as stand side by side
		before := len(title)
		title = trimMark(title)
		title = trimBracket(title)
		title = trimOutlet(title, sourceName, host)
		if len(title) == before {
			break
		}
	}
	return title
}

// trimMark takes off a word that calls for attention: "EXCLUSIVE: ",
// "UPDATE 1-", "快訊|". A sign must stand behind it, or it is part of the title.
func trimMark(title string) string {
	inside := strings.TrimLeft(title, "[［【 ")
	for _, mark := range []string{"exclusive", "breaking", "breaking news", "just in", "快訊", "快讯", "即時", "即时", "突發", "突发", "獨家", "独家", "最新"} {
		if len(inside) <= len(mark) || !strings.EqualFold(inside[:len(mark)], mark) {
			continue
		}
		if rest, ok := behindSign(inside[len(mark):], ":：|｜]］】", " -", " –", " —"); ok {
			return rest
		}
	}
	for _, mark := range []string{"update ", "wrapup "} {
		if len(inside) <= len(mark) || !strings.EqualFold(inside[:len(mark)], mark) {
			continue
		}
		number := inside[len(mark):]
		rest := strings.TrimLeft(number, "0123456789")
		if rest, ok := behindSign(rest, "-:："); ok && len(rest) < len(number)-1 {
			return rest
		}
	}
	return title
}

// behindSign returns what follows one of the signs, or one of the dashes, that
// s begins with.
func behindSign(s, signs string, dashes ...string) (rest string, ok bool) {
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

// trimBracket takes off a note on pictures at the end: "(with photos)", "（附圖）".
func trimBracket(title string) string {
	if !strings.HasSuffix(title, ")") && !strings.HasSuffix(title, "）") && !strings.HasSuffix(title, "]") && !strings.HasSuffix(title, "］") {
		return title
	}
	at := strings.LastIndexAny(title, "(（[［")
	if at <= 0 {
		return title
	}
	for _, word := range strings.Fields(joined(title[at:])) {
		if !strings.Contains(" with and photo photos picture pictures video videos 附 有 多 图 相 照 片 短 ", " "+word+" ") {
			return title
		}
	}
	return strings.TrimSpace(title[:at])
}

// outlets are the names that titles end with wherever they are passed on.
const outlets = "|reuters|bloomberg|bloomberg news|afp|ap news|associated press|scmp|south china morning post|rthk|rthk news|" +
	"the standard|hkfp|hong kong free press|china daily|xinhua|caixin|caixin global|financial times|wall street journal|wsj|" +
	"cnbc|nikkei asia|coindesk|cointelegraph|the block|decrypt|yahoo finance|msn|" +
	"路 透|路 透 社|彭 博|明 报|信 报|经 济 日 报|香 港 经 济 日 报|星 岛 日 报|东 方 日 报|香 港 电 台|香 港 01|新 华 社|财 新|"

// trimOutlet takes off the name of the outlet at the end: " - Reuters",
// " | South China Morning Post", or the source's own.
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
	name := joined(title[from+at+size:])
	if name == "" {
		return title
	}
	own := strings.HasPrefix(joined(sourceName)+" ", name+" ")
	site := strings.ReplaceAll(joined(host), " ", "")
	label, _, _ := strings.Cut(host, ".")
	compact := strings.ReplaceAll(name, " ", "")
	if own || compact == site || compact == label || strings.Contains(outlets, "|"+name+"|") {
		return strings.TrimSpace(title[:from+at])
	}
	return title
}
