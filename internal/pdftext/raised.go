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

// digitAfterWord matches what may be the mark of a footnote. Only pages with one are read by
// character, which is slow.
var digitAfterWord = regexp.MustCompile(`\pL{3}[.,;:)”"]?\s*\d{1,3}`)

// withRaisedDigits returns the text of a page with raised digits after a word as superscripts,
// which belong to no word and end no line.
func withRaisedDigits(ctx context.Context, instance pdfium.Pdfium, doc references.FPDF_DOCUMENT, page int, text string) string {
	if !digitAfterWord.MatchString(text) || ctx.Err() != nil {
		return text
	}
	read, err := instance.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: page}},
		Mode: requests.GetPageTextStructuredModeChars, CollectFontInformation: true,
	})
	if err != nil {
		return text
	}
	return raiseDigits(read.Chars)
}

// raiseDigits joins characters to a text.
func raiseDigits(chars []*responses.GetPageTextStructuredChar) string {
	var b strings.Builder
	var word *responses.GetPageTextStructuredChar // the last letter on the line
	letters, raised, pending := 0, false, ""
	for _, c := range chars {
		r := []rune(c.Text + "\x00")[0]
		if r == '\r' || r == '\n' {
			pending += c.Text
			continue
		}
		isMark := unicode.IsDigit(r) && r < unicode.MaxASCII && letters > 2 && isRaised(c, word)
		if pending != "" {
			// The library breaks the line before and after a raised character.
			switch {
			case isMark:
			case raised && isOnLine(c, word):
				b.WriteByte(' ')
			default:
				b.WriteString(pending)
				letters = 0
			}
			pending = ""
		}
		raised = isMark || raised && unicode.IsSpace(r)
		if isMark {
			b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'])
			continue
		}
		switch {
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
