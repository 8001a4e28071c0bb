// Package text folds text so that spellings of the same words become equal, and
// cuts it into tokens that remember where they came from.
//
// Start with [Tokens]; [Fold] is the same as one string. Case, width (NFKC),
// hyphens, quotes, possessives, invisible characters and Traditional and
// Simplified Chinese do not matter: "Stable-Coin's" and "stable coin", 穩定幣 and 稳定币 give equal tokens. A
// token's offsets always point into the original, on rune boundaries. Plurals
// and meaning are left to whoever writes the words to look for.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Version names the folding. What was stored under another version must be
// folded anew before it is compared.
const Version = "2"

// A Token is one word, one Chinese or Japanese character, or one currency sign.
// Text is folded; Start and End are byte offsets into the original, end
// exclusive, so original[Start:End] is what the author wrote.
type Token struct {
	Text  string
	Start int
	End   int
}

// Fold returns the tokens of s in one string: words apart by one space, Chinese
// characters side by side. Folding twice changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	single := true
	for _, t := range Tokens(s) {
		one := Single(t.Text)
		if b.Len() > 0 && (!one || !single) {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
		single = one
	}
	return b.String()
}

// Single reports whether a token is a character of a script written without
// spaces.
func Single(token string) bool {
	r, size := utf8.DecodeRuneInString(token)
	return size == len(token) && unspaced(r)
}

// Tokens cuts s into its tokens in order. Everything that is no letter, digit,
// mark or currency sign separates: a hyphen and an apostrophe as much as a space.
func Tokens(s string) []Token {
	return AppendTokens(make([]Token, 0, len(s)/5+1), s)
}

// AppendTokens appends the tokens of s to dst, for callers who keep a buffer.
func AppendTokens(dst []Token, s string) []Token {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch class[c] {
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

// appendRune appends what begins at i with a character that is not ASCII, if that
// is a token, and returns where to go on.
func appendRune(dst []Token, s string, i int) ([]Token, int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	switch {
	case unspaced(r):
		dst = append(dst, Token{foldHan(r, s[i:i+size]), i, i + size})
		i += size
		return dst, i + pinyin(s[i:])
	case unicode.Is(unicode.Sc, r):
		return append(dst, Token{foldSign(s[i : i+size]), i, i + size}), i + size
	case wordRune(r) && !unicode.IsMark(r):
		return appendWord(dst, s, i)
	}
	return dst, i + size
}

// appendWord appends the word that starts at i, and returns where to go on: after
// the word, and after its possessive s.
func appendWord(dst []Token, s string, i int) ([]Token, int) {
	start, plain, upper := i, true, false
	end := i
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if class[c] != word {
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
		if unspaced(r) || !wordRune(r) {
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
	return dst, end + possessive(s[end:])
}

// possessive returns the length of an apostrophe and s that end a word.
func possessive(rest string) int {
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
	if n > 0 && !unspaced(next) && wordRune(next) {
		return 0
	}
	return i
}

// pinyin returns the length of a reading in brackets, as in 稳（wěn）定币. Only a
// reading with a tone mark is dropped; other words in brackets are words.
func pinyin(rest string) int {
	// Mostly another character follows, or a space.
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
			if unspaced(next) {
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

// foldWord folds a word that is not plain ASCII. What NFKC breaks a letter into
// may hold spaces and signs, which are dropped; what then stands side by side may
// compose anew, so it goes on until nothing changes.
func foldWord(s string) string {
	for range 4 {
		folded := strings.ToLower(norm.NFKC.String(s))
		folded = strings.Map(func(r rune) rune {
			if !wordRune(r) {
				return -1
			}
			if r >= utf8.RuneSelf {
				return han.fold(r)
			}
			return r
		}, norm.NFKC.String(folded))
		folded = strings.TrimLeftFunc(folded, unicode.IsMark)
		if folded == s {
			break
		}
		s = folded
	}
	return s
}

// foldSign makes a wide currency sign an ordinary one. A sign that NFKC spells
// out in letters, such as ₨, stays the sign it is.
func foldSign(sign string) string {
	if folded := norm.NFKC.String(sign); utf8.RuneCountInString(folded) == 1 {
		return folded
	}
	return sign
}

func foldHan(r rune, original string) string {
	f := han.fold(r)
	if f != r {
		return string(f)
	}
	// Radicals and compatibility characters have an ordinary twin.
	if r >= 0xF900 || r < 0x3005 {
		n, size := utf8.DecodeRuneInString(norm.NFKC.String(original))
		if size > 0 && n != r {
			return string(han.fold(n))
		}
	}
	return original
}

// unspaced reports whether r is of a script that does not part words: Han and
// Kana. Half-width Kana belong to it too.
func unspaced(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	if 0x4E00 <= r && r <= 0x9FFF {
		return true
	}
	return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r)
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && !Invisible(r) && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nd, r))
}

const (
	separator = iota
	word
	currency
)

// class is what each ASCII character does to a word.
var class = func() (c [utf8.RuneSelf]uint8) {
	for r := range rune(utf8.RuneSelf) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			c[r] = word
		case r == '$':
			c[r] = currency
		}
	}
	return c
}()
