package pdftext

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
)

// shiftedGlyph matches what may be the mark of a footnote, or another raised or lowered glyph, after which the library breaks the
// line. Only pages with one are read by character, which is slow.
var shiftedGlyph = regexp.MustCompile(`\pL{3}[.,;:)”"]?\s*\d{1,3}|(?:\pL\d{1,3}|\d(?:st|nd|rd|th)|[*†‡§]|TM|SM|\([a-z]\))\s*[\r\n]`)

// maxShifted is how many bytes a page may have that is read by character. A page of newspaper has 30,000.
const maxShifted = 100_000

// withShiftedGlyphs returns the text of a page in which raised and lowered glyphs end no line. Raised digits after a word are
// superscripts, which belong to no word.
func withShiftedGlyphs(ctx context.Context, instance pdfium.Pdfium, doc references.FPDF_DOCUMENT, page int, text string) string {
	if !shiftedGlyph.MatchString(text) || len(text) > maxShifted || ctx.Err() != nil {
		return text
	}
	read, err := instance.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: page}},
		Mode: requests.GetPageTextStructuredModeChars, CollectFontInformation: true,
	})
	if err != nil {
		return text
	}
	return joinShifted(read.Chars)
}

// joinShifted joins characters to a text.
func joinShifted(chars []*responses.GetPageTextStructuredChar) string {
	var b strings.Builder
	var word *responses.GetPageTextStructuredChar // the last letter on the line
	var last *responses.GetPageTextStructuredChar // the last character that can be seen
	letters, shifted, pending := 0, false, ""
	for _, c := range chars {
		r := []rune(c.Text + "\x00")[0]
		if r == '\r' || r == '\n' {
			pending += c.Text
			continue
		}
		isMark := unicode.IsDigit(r) && r < unicode.MaxASCII && letters > 2 && isRaised(c, word)
		isShifted := isMark || isBeside(c, word)
		if pending != "" {
			// The library breaks the line before and after a shifted character.
			switch {
			case isMark:
			case isShifted || shifted && isOnLine(c, word):
				if isApart(last, c) && !unicode.IsSpace(r) {
					b.WriteByte(' ')
					letters = 0
				}
			default:
				b.WriteString(pending)
				letters = 0
			}
			pending = ""
		}
		shifted = isShifted || shifted && unicode.IsSpace(r)
		if !unicode.IsSpace(r) {
			last = c
		}
		if isMark {
			b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'])
			continue
		}
		switch {
		case unicode.IsLetter(r) && isShifted:
		case unicode.IsLetter(r):
			word = c
			letters++
		case !unicode.IsPunct(r):
			letters = 0
		}
		b.WriteString(c.Text)
	}
	b.WriteString(pending)
	return b.String()
}

// isBeside reports whether a character is a superscript or a subscript of the last letter: smaller, and raised or lowered.
func isBeside(c, letter *responses.GetPageTextStructuredChar) bool {
	if letter == nil || c.FontInformation == nil || letter.FontInformation == nil {
		return false
	}
	size := letter.FontInformation.Size
	low := min(c.PointPosition.Top, c.PointPosition.Bottom) - min(letter.PointPosition.Top, letter.PointPosition.Bottom)
	return c.FontInformation.Size < 0.85*size && low > -0.6*size && low < size && c.PointPosition.Left > letter.PointPosition.Left
}

// isApart reports whether there is the width of a space between two characters of a line.
func isApart(a, b *responses.GetPageTextStructuredChar) bool {
	return a != nil && a.FontInformation != nil && b.FontInformation != nil &&
		b.PointPosition.Left-a.PointPosition.Right > 0.15*max(a.FontInformation.Size, b.FontInformation.Size)
}

// isRaised reports whether a character is smaller than a letter and stands higher.
func isRaised(c, letter *responses.GetPageTextStructuredChar) bool {
	if letter == nil || c.FontInformation == nil || letter.FontInformation == nil {
		return false
	}
	size := letter.FontInformation.Size
	low := min(c.PointPosition.Top, c.PointPosition.Bottom) - min(letter.PointPosition.Top, letter.PointPosition.Bottom)
	return c.FontInformation.Size < 0.85*size && low > 0.15*size && low < size
}

// isOnLine reports whether a character stands on the line of a letter, after it.
func isOnLine(c, letter *responses.GetPageTextStructuredChar) bool {
	if letter == nil || letter.FontInformation == nil {
		return false
	}
	apart := min(c.PointPosition.Top, c.PointPosition.Bottom) - min(letter.PointPosition.Top, letter.PointPosition.Bottom)
	return max(apart, -apart) < 0.4*letter.FontInformation.Size && c.PointPosition.Left > letter.PointPosition.Left
}
