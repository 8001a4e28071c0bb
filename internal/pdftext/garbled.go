package pdftext

import (
	"strings"
	"unicode"
)

// isGarbled reports whether a text, as the library returned it, consists of codes that are no
// characters. That is what a file gives whose fonts do not say which characters their glyphs
// are: it looks right on paper, and no word of it can be found.
func isGarbled(pages []string) bool {
	var total, unknown, private, latin, accented, vowels, letters int
	scripts := make(map[*unicode.RangeTable]int)
	for _, p := range pages {
		for _, r := range p {
			if unicode.IsSpace(r) || r == 2 { // U+0002 is a hyphen
				continue
			}
			total++
			switch {
			case isNoCharacter(r):
				unknown++
			case unicode.Is(unicode.Co, r):
				private++
			case !unicode.IsLetter(r):
			case r < unicode.MaxASCII:
				latin++
				switch r | 0x20 {
				case 'a', 'e', 'i', 'o', 'u', 'y':
					vowels++
				}
			case unicode.Is(unicode.Latin, r):
				accented++
			default:
				letters++
				scripts[scriptOf(r)]++
			}
		}
	}
	if total < minGarbled {
		return total >= minShort && (unknown*4 > total || private*2 > total)
	}
	main := 0
	for script, n := range scripts {
		if script != nil {
			main = max(main, n)
		}
	}
	return unknown*12 > total || private*3 > total || // bullets are often private characters
		latin*2 > total && vowels*5 < latin && accented*5 < latin || // a shifted alphabet: "7KH $XWKRULW"
		(letters-main)*4 > total || // of several scripts
		isUnlikely(pages)
}

// minGarbled is how many characters are needed to tell. Of a shorter text only codes that are no characters are proof: letters
// without vowels may be names, such as HKMA.
const (
	minGarbled = 40
	minShort   = 8
)

// dropUnreadable removes the lines of pages that consist of codes that are no characters, as a font gives that does not say which
// characters its glyphs are while others of the file do. It returns how many lines these were. A font that gives other letters
// is not found in single lines, which have too few for statistics.
func dropUnreadable(pages []string) (readable []string, lines int) {
	for _, p := range pages {
		var kept strings.Builder
		for line := range strings.Lines(p) {
			if isUnreadable(line) {
				lines++
				continue
			}
			kept.WriteString(line)
		}
		readable = append(readable, kept.String())
	}
	return readable, lines
}

// isUnreadable reports whether a line consists of codes that are no characters. One code in seven suffices in a longer line: a
// shifted alphabet has one in place of each space.
func isUnreadable(line string) bool {
	total, unknown, private := 0, 0, 0
	for _, r := range line {
		switch {
		case unicode.IsSpace(r) || r == 2:
			continue
		case isNoCharacter(r):
			unknown++
		case unicode.Is(unicode.Co, r):
			private++
		}
		total++
	}
	return total >= minShort && (unknown*3 > total || private*2 > total) || total >= minGarbled/2 && unknown*7 > total
}

// isNoCharacter reports whether a code stands for a glyph of which the font does not say what it is.
func isNoCharacter(r rune) bool {
	return r == unicode.ReplacementChar || r == '\ufffe' || r == '\uffff' || unicode.IsControl(r)
}

// scriptOf returns the script of a letter, or nil for one that few documents have. The scripts
// of Chinese, Japanese and Korean count as one.
func scriptOf(r rune) *unicode.RangeTable {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) || unicode.Is(unicode.Lm, r) {
		return unicode.Han
	}
	for _, script := range []*unicode.RangeTable{unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Thai, unicode.Devanagari, unicode.Georgian, unicode.Armenian} {
		if unicode.Is(script, r) {
			return script
		}
	}
	return nil
}

// isUnlikely reports whether a text consists of characters that exist, but of no words: the fonts map their glyphs to other
// letters. It needs much text to be sure, as a table of names has few common words too.
func isUnlikely(pages []string) bool {
	var words, accented, common, letters, frequent, mixed, scripted, han, usual int
	for _, p := range pages {
		for word := range strings.FieldsFuncSeq(p, func(r rune) bool {
			return !unicode.IsLetter(r) && r != '\'' && r != '’' && !unicode.Is(unicode.Mn, r)
		}) {
			kinds := make(map[*unicode.RangeTable]bool)
			isPlain := true
			for i, r := range word {
				switch {
				case unicode.Is(unicode.Han, r):
					han++
					if strings.ContainsRune(usualHan, r) {
						usual++
					}
				case unicode.Is(unicode.Latin, r):
					kinds[unicode.Latin] = true
				case unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Armenian, unicode.Georgian, unicode.Thai, unicode.Devanagari):
					kinds[scriptOf(r)] = true
				}
				isPlain = isPlain && r < unicode.MaxASCII && (i == 0 || !unicode.IsUpper(r))
			}
			if len(kinds) > 0 {
				scripted++
			}
			if len(kinds) > 1 {
				mixed++
			}
			if len(kinds) != 1 || !kinds[unicode.Latin] || !isPlain {
				if len(kinds) == 1 && kinds[unicode.Latin] && strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) {
					accented++
				}
				continue // a code, an abbreviation, or a word with accents
			}
			words++
			word = strings.ToLower(word)
			if strings.Contains(commonWords, " "+word+" ") {
				common++
			}
			for _, r := range word {
				letters++
				if strings.ContainsRune("aeinorst", r) {
					frequent++
				}
			}
		}
	}
	return words >= minUnlikely && accented*5 < words && common*100 < words*12 && frequent*100 < letters*43 ||
		han >= 2*minUnlikely && usual*50 < han ||
		scripted >= minGarbled && mixed*5 > scripted
}

// minUnlikely is how many words are needed to tell by their statistics. The tests have texts of many languages and kinds, and
// alphabets that are shifted by each number.
const minUnlikely = 100

// commonWords are the most frequent words of languages in Latin letters.
const commonWords = " the of and to in a is that for on with as by be are at this or from which an was it not have has will may shall its" +
	" de la le les et des en du un une que qui dans pour par sur au est el los las y con del se no una al es" +
	" der die das und den von zu mit ist dem für auf ein eine nicht im di il che per non della sono o e da do dos os com não uma" +
	" het een van op te zijn och att det som på i w z na do się że je na v se ve bir bu da yang dan untuk av til er ja on ei va si pe "

// usualHan are the most frequent characters of Chinese and Japanese, in both scripts.
const usualHan = "的一是在不了有和人這这中大為为上個个國国以要他時时來来用們们生到作地於于出就分對对成會会可主發发年動动同工也能下過过子說说產产種种面而方後后多定行學学法所民得經经之進进等部度家電电力如水化高自理起小物現现實实加量都兩两體体制機机當当使點点從从業业本去把性好應应開开它合還还因由其些然前外天政四日那社義义事平形相全表間间樣样與与關关各重新線线內内數数正心反你明看原又利比或但質质第向道命此變变條条月及金融銀银監监管局期資资市場场公司のにはをたがでと"
