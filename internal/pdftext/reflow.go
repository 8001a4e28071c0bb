package pdftext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// marginLines is how many lines at the top and at the bottom of a page can be its
// header or footer.
const marginLines = 3

// reflow joins the lines of pages into paragraphs. It removes headers and footers, and
// joins lines that were broken at the margin.
func reflow(pages []string) string {
	split := make([][]string, len(pages))
	for i, p := range pages {
		split[i] = cleanLines(p)
	}
	removeHeadersFooters(split)
	var paragraphs []string
	current := "" // the paragraph that may continue
	for _, lines := range split {
		width := 0
		for _, l := range lines {
			width = max(width, displayWidth(l))
		}
		for _, l := range lines {
			if current != "" && startsParagraph(l) {
				paragraphs, current = append(paragraphs, current), ""
			}
			current = joinLines(current, l)
			// The last line of a paragraph stops well before the margin.
			if displayWidth(l)*5 < width*4 || introducesList(l) {
				paragraphs, current = append(paragraphs, current), ""
			}
		}
		// A page ends a paragraph only if it ends with a sentence.
		if current != "" && strings.ContainsAny(current[len(current)-1:], ".!?:;") || strings.HasSuffix(current, "。") {
			paragraphs, current = append(paragraphs, current), ""
		}
	}
	if current != "" {
		paragraphs = append(paragraphs, current)
	}
	return strings.Join(paragraphs, "\n\n")
}

func cleanLines(page string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(page, "\r", "\n")) {
		line = strings.Map(func(r rune) rune {
			// PDFium returns U+0002 for a hyphen that breaks a word, and U+FFFE for a
			// character without a code.
			if r == 2 {
				return '\u00ad'
			}
			if unicode.IsControl(r) && r != '\t' || r == '\ufffe' || r == '\uffff' {
				return -1
			}
			return r
		}, line)
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

var digits = regexp.MustCompile(`\d+`)

// removeHeadersFooters removes lines in the margins that are on at least half of the
// pages, if there are at least three pages. Numbers in a line do not count.
func removeHeadersFooters(pages [][]string) {
	if len(pages) < 3 {
		return
	}
	inMargin := func(lines []string, i int) bool { return i < marginLines || i >= len(lines)-marginLines }
	pagesWith := make(map[string]int)
	for _, lines := range pages {
		counted := make(map[string]bool)
		for i, l := range lines {
			if key := digits.ReplaceAllString(l, "#"); inMargin(lines, i) && !counted[key] {
				counted[key] = true
				pagesWith[key]++
			}
		}
	}
	for p, lines := range pages {
		var kept []string
		for i, l := range lines {
			if inMargin(lines, i) && pagesWith[digits.ReplaceAllString(l, "#")]*2 >= len(pages) {
				continue
			}
			kept = append(kept, l)
		}
		pages[p] = kept
	}
}

// paragraphStart matches lines that always start a paragraph: numbers and bullets of
// lists.
var paragraphStart = regexp.MustCompile(`^(?:[•●▪◦‧\-–—*]\s|\(?[0-9a-zA-Z]{1,3}[.)]\s|\(?[一二三四五六七八九十]{1,3}[)）、.]|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十百]+[條条章節节])`)

func startsParagraph(line string) bool { return paragraphStart.MatchString(line) }

// introducesList reports whether a line ends like one before a list.
func introducesList(line string) bool {
	return strings.HasSuffix(line, ":") || strings.HasSuffix(line, "：")
}

// joinLines joins two lines of a paragraph. It adds no space if a word was broken, or
// between two characters of a script without spaces.
func joinLines(a, b string) string {
	if a == "" {
		return b
	}
	if stem, hyphenated := strings.CutSuffix(a, "\u00ad"); hyphenated {
		return stem + b
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if isWide(last) && isWide(first) {
		return a + b
	}
	return a + " " + b
}

// displayWidth returns the width of a line. A wide character counts as two.
func displayWidth(line string) int {
	n := 0
	for _, r := range line {
		n++
		if isWide(r) {
			n++
		}
	}
	return n
}

func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0x3001 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF5E
}
