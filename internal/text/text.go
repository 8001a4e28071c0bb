// Package text folds text so that spellings of the same words become equal, and splits it into
// tokens that remember their place in the original.
//
// Start with [Tokens]; [Fold] returns the same as one string. Case, width (NFKC), hyphens, quotes,
// possessives, invisible characters, Traditional or Simplified Chinese, and variants of a character
// make no difference: "Stable-Coin's" and "stable coin" give equal tokens, and so do 穩定幣 and
// 稳定币, 債劵 and 债券, or 人⺠币 with a radical and 人民币. A token's
// offsets always point into the original, on rune boundaries. Plurals and meaning are left to the
// caller.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Version names the folding. Folded text that was stored under another version must be folded
// again before it is compared.
const Version = "3"

// A Token is one word, one Chinese or Japanese character, or one currency sign. Text is folded.
// Start and End are byte offsets into the original, so original[Start:End] is what the author
// wrote.
type Token struct {
	Text  string
	Start int
	End   int
}

// Fold returns the tokens of s as one string, with a space between words and none between Chinese
// characters. Folding a folded string changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	afterCJK := true
	for _, t := range Tokens(s) {
		cjk := IsCJK(t.Text)
		if b.Len() > 0 && (!cjk || !afterCJK) {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
		afterCJK = cjk
	}
	return b.String()
}

// IsCJK reports whether a token is one character of a script that is written without spaces: Han
// or Kana. Korean has spaces between its words, so Hangul is not among them.
func IsCJK(token string) bool {
	r, size := utf8.DecodeRuneInString(token)
	return size == len(token) && isCJK(r)
}

// HasCJK reports whether s contains a Han or Kana character.
func HasCJK(s string) bool { return strings.ContainsFunc(s, isCJK) }

// Tokens splits s into its tokens, in order. Every character that is not a letter, digit, mark or
// currency sign separates tokens: a hyphen or an apostrophe as much as a space.
func Tokens(s string) []Token {
	return AppendTokens(make([]Token, 0, len(s)/5+1), s)
}

// AppendTokens appends the tokens of s to dst, for callers that reuse a buffer.
func AppendTokens(dst []Token, s string) []Token {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch asciiClass[c] {
			case separator:
				i++
			case currency:
				dst = append(dst, Token{s[i : i+1], i, i + 1})
				i++
			default:
				dst, i = appendWord(dst, s, i)
			}
			continue
		}
		dst, i = appendRune(dst, s, i)
	}
	return dst
}

// Next returns the first token of s at or after i, and the offset at which to continue. It is
// AppendTokens one token at a time, for scanners that have a faster way through ordinary text and
// use package text for the rest. If s has no more tokens, t.Text is empty and next is len(s).
func Next(s string, i int) (t Token, next int) {
	var buf [1]Token
	for i < len(s) {
		found := buf[:0]
		c := s[i]
		switch {
		case c < utf8.RuneSelf && asciiClass[c] == separator:
			i++
			continue
		case c < utf8.RuneSelf && asciiClass[c] == currency:
			return Token{s[i : i+1], i, i + 1}, i + 1
		case c < utf8.RuneSelf:
			found, i = appendWord(found, s, i)
		default:
			found, i = appendRune(found, s, i)
		}
		if len(found) > 0 {
			return found[0], i
		}
	}
	return Token{}, i
}

// appendRune appends the token that begins at i with a character outside ASCII, if there is one,
// and returns the offset at which to continue.
func appendRune(dst []Token, s string, i int) ([]Token, int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	switch {
	case isCJK(r):
		dst = append(dst, Token{foldCJK(r, s[i:i+size]), i, i + size})
		i += size
		return dst, i + PinyinLen(s[i:])
	case unicode.Is(unicode.Sc, r):
		return append(dst, Token{foldCurrency(s[i : i+size]), i, i + size}), i + size
	case isWordRune(r) && !unicode.IsMark(r):
		return appendWord(dst, s, i)
	}
	return dst, i + size
}

// appendWord appends the word that begins at i and returns the offset at which to continue: after
// the word and its possessive s.
func appendWord(dst []Token, s string, i int) ([]Token, int) {
	start, plain, upper := i, true, false
	end := i
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if asciiClass[c] != letterOrDigit {
				break
			}
			upper = upper || 'A' <= c && c <= 'Z'
			i++
			end = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if Invisible(r) {
			plain = false
			i += size
			continue
		}
		if isCJK(r) || !isWordRune(r) {
			break
		}
		plain = false
		i += size
		end = i
	}
	folded := s[start:end]
	switch {
	case plain && upper:
		folded = strings.ToLower(folded)
	case !plain:
		folded = foldWord(Visible(folded))
	}
	if folded != "" {
		dst = append(dst, Token{folded, start, end})
	}
	return dst, end + PossessiveLen(s[end:])
}

// PossessiveLen returns the length of an apostrophe and s at the start of rest, which follows a
// word, or 0. The token does not include them.
func PossessiveLen(rest string) int {
	i := skipInvisible(rest)
	r, size := utf8.DecodeRuneInString(rest[i:])
	switch r {
	case '\'', '’', '‘', 'ʼ', '＇', '´', '`':
	default:
		return 0
	}
	i += size
	i += skipInvisible(rest[i:])
	if i >= len(rest) || rest[i] != 's' && rest[i] != 'S' {
		return 0
	}
	i++
	next, n := utf8.DecodeRuneInString(rest[i+skipInvisible(rest[i:]):])
	if n > 0 && !isCJK(next) && isWordRune(next) {
		return 0
	}
	return i
}

// PinyinLen returns the length of a pronunciation in brackets at the start of rest, which follows
// a Chinese character, as in 稳（wěn）定币; or 0. No token includes it. Only Latin letters with a
// tone mark count as a pronunciation; other words in brackets are words.
func PinyinLen(rest string) int {
	// The fast path: almost always another character or a space follows.
	if rest == "" || rest[0] < utf8.RuneSelf && rest[0] != '(' || 0xE4 <= rest[0] && rest[0] <= 0xE9 {
		return 0
	}
	i := skipInvisible(rest)
	open, size := utf8.DecodeRuneInString(rest[i:])
	if open != '(' && open != '（' {
		return 0
	}
	letters, tone := 0, false
	for i += size; i < len(rest); {
		r, n := utf8.DecodeRuneInString(rest[i:])
		i += n
		switch {
		case (r == ')' || r == '）') && tone && letters <= 6:
			next, _ := utf8.DecodeRuneInString(rest[i+skipInvisible(rest[i:]):])
			if isCJK(next) {
				return i
			}
			return 0
		case 'a' <= r && r <= 'z' || r == 'ü':
			letters++
		case strings.ContainsRune("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", r):
			letters++
			tone = true
		case Invisible(r):
		default:
			return 0
		}
	}
	return 0
}

// isCJK reports whether r is Han or Kana, half-width Kana included.
func isCJK(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	if 0x4E00 <= r && r <= 0x9FFF {
		return true
	}
	return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r)
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && !Invisible(r) && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nd, r))
}

// The classes of ASCII characters.
const (
	separator     = '.'
	letterOrDigit = 'w'
	currency      = '$'
)

// asciiClass holds the class of each ASCII character, at its index. It is a string because a
// constant cannot be changed.
const asciiClass = "................................" +
	"....$...........wwwwwwwwww......" + // from the space
	".wwwwwwwwwwwwwwwwwwwwwwwwww....." + // from @
	".wwwwwwwwwwwwwwwwwwwwwwwwww....." // from `
