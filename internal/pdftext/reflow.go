package pdftext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// edge is how many lines at the top and at the bottom of a page may be its
// header or footer.
const edge = 3

// reflow makes paragraphs of the lines of pages: what stands at the edge of
// most pages is left out, and lines that were broken to a width are joined.
func reflow(pages []string) string {
	split := make([][]string, len(pages))
	for i, p := range pages {
		split[i] = linesOf(p)
	}
	dropEdges(split)
	var paragraphs []string
	open := "" // the paragraph that may go on
	for _, lines := range split {
		width := 0
		for _, l := range lines {
			width = max(width, columns(l))
		}
		for _, l := range lines {
			if open != "" && begins(l) {
				paragraphs, open = append(paragraphs, open), ""
			}
			open = join(open, l)
			// A line that stops well before the margin is a paragraph's last.
			if columns(l)*5 < width*4 || endsList(l) {
				paragraphs, open = append(paragraphs, open), ""
			}
		}
		// A page ends a paragraph only where a sentence ends with it.
		if open != "" && strings.ContainsAny(open[len(open)-1:], ".!?:;") || strings.HasSuffix(open, "。") {
			paragraphs, open = append(paragraphs, open), ""
		}
	}
	if open != "" {
		paragraphs = append(paragraphs, open)
	}
	return strings.Join(paragraphs, "\n\n")
}

func linesOf(page string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(page, "\r", "\n")) {
		line = strings.Map(func(r rune) rune {
			// PDFium gives U+0002 for a hyphen at which a word was broken, and U+FFFE
			// for a character without a meaning.
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

// dropEdges removes headers and footers: lines near the edge of a page that,
// but for their numbers, stand there on at least half of three pages or more.
func dropEdges(pages [][]string) {
	if len(pages) < 3 {
		return
	}
	atEdge := func(lines []string, i int) bool { return i < edge || i >= len(lines)-edge }
	seen := make(map[string]int)
	for _, lines := range pages {
		once := make(map[string]bool)
		for i, l := range lines {
			if key := digits.ReplaceAllString(l, "#"); atEdge(lines, i) && !once[key] {
				once[key] = true
				seen[key]++
			}
		}
	}
	for p, lines := range pages {
		var kept []string
		for i, l := range lines {
			if atEdge(lines, i) && seen[digits.ReplaceAllString(l, "#")]*2 >= len(pages) {
				continue
			}
			kept = append(kept, l)
		}
		pages[p] = kept
	}
}

// starts are the beginnings of lines that begin a paragraph wherever the line
// before them ended: numbers and bullets of lists.
var starts = regexp.MustCompile(`^(?:[•●▪◦‧\-–—*]\s|\(?[0-9a-zA-Z]{1,3}[.)]\s|\(?[一二三四五六七八九十]{1,3}[)）、.]|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十百]+[條条章節节])`)

func begins(line string) bool { return starts.MatchString(line) }

// endsList reports whether a line ends as one before a list does.
func endsList(line string) bool {
	return strings.HasSuffix(line, ":") || strings.HasSuffix(line, "：")
}

// join puts two lines of a paragraph together: without a space where a word was
// broken, or between two characters that are written without one.
func join(a, b string) string {
	if a == "" {
		return b
	}
	if cut, broken := strings.CutSuffix(a, "\u00ad"); broken {
		return cut + b
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if wide(last) && wide(first) {
		return a + b
	}
	return a + " " + b
}

// columns counts the places that a line takes, where a wide character takes two.
func columns(line string) int {
	n := 0
	for _, r := range line {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0x3001 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF5E
}
