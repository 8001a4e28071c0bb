package htmltext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An inlineText is a text under construction. It rewrites the elements within a line whose
// text is not simply the next part of a word: footnote marks, deleted text and the
// pronunciation of characters.
//
// A footnote mark becomes superscript digits, which no word contains: "coin<sup>1</sup>"
// is "coin¹". An exponent, a unit and an ordinal stay part of their word: "m<sup>2</sup>"
// is "m2". Deleted text and pronunciation are left out, as a reader of the current text
// needs neither.
type inlineText struct {
	text []byte
	open []inlineElement
}

// An inlineElement is an element that was started and has not ended.
type inlineElement struct {
	tag   atom.Atom
	start int // of its content, in the text
	kind  inlineKind
}

// maxMark is how many bytes a footnote mark and the like may have.
const maxMark = 200

type inlineKind int

const (
	ordinaryText inlineKind = iota
	raisedText              // above the line
	linkedText              // a link within the page
	noteLink                // a link that is named as one to a note
	removedText
)

func (t *inlineText) WriteString(s string) { t.text = append(t.text, s...) }

// startElement begins an element.
func (t *inlineText) startElement(tag atom.Atom, attr func(string) string) {
	if tag == atom.Rt || tag == atom.Rp || tag == atom.Rb || tag == atom.Rtc {
		t.endPronunciation() // its end tag may be left out
	}
	if kind := inlineKindOf(tag, attr); kind != ordinaryText || len(t.open) > 0 && tag == t.open[len(t.open)-1].tag {
		t.open = append(t.open, inlineElement{tag, len(t.text), kind})
	}
}

// endElement ends an element, if it was started. It returns what its text became, and
// whether that differs from what it was.
func (t *inlineText) endElement(tag atom.Atom) (became string, changed bool) {
	if tag == atom.Ruby {
		t.endPronunciation()
	}
	// Few elements are open at once, unless a page never ends them.
	for i := len(t.open) - 1; i >= max(0, len(t.open)-20); i-- {
		if t.open[i].tag == tag {
			e := t.open[i]
			t.open = t.open[:i]
			return t.finish(e)
		}
	}
	return "", false
}

func (t *inlineText) endPronunciation() {
	if n := len(t.open); n > 0 && (t.open[n-1].tag == atom.Rt || t.open[n-1].tag == atom.Rp || t.open[n-1].tag == atom.Rtc) {
		t.endElement(t.open[n-1].tag)
	}
}

func (t *inlineText) finish(e inlineElement) (became string, changed bool) {
	if e.kind != removedText && len(t.text)-e.start > maxMark {
		return "", false // sentences; nested elements would copy them again and again
	}
	content := string(t.text[e.start:])
	before := string(t.text[max(0, e.start-60):e.start])
	if became = e.kind.rewrite(before, content); became == content {
		return content, false
	}
	t.text = append(t.text[:e.start], became...)
	return became, true
}

func inlineKindOf(tag atom.Atom, attr func(string) string) inlineKind {
	switch tag {
	case atom.Del, atom.S, atom.Strike, atom.Rt, atom.Rp, atom.Rtc:
		return removedText
	case atom.Sup:
		return raisedText
	case atom.A:
		switch page, fragment, _ := strings.Cut(attr("href"), "#"); {
		case fragment == "" && page != "" && !strings.HasPrefix(page, "javascript:"):
			if noteName.MatchString(attr("class")) {
				return linkedText // or a number that is the title of another page
			}
		case noteName.MatchString(attr("class")+" "+attr("role")+" "+attr("epub:type")) || noteName.MatchString(fragment):
			return noteLink
		case fragment != "":
			return linkedText
		}
	case atom.Span, atom.Font:
		switch {
		case noteName.MatchString(attr("class")):
			return noteLink
		case raisedStyle.MatchString(attr("style")), raisedClass.MatchString(attr("class")):
			return raisedText
		}
	}
	return ordinaryText
}

var (
	noteName    = regexp.MustCompile(`(?i)(?:^|[\s_-])_?(?:fn|ftn|edn|foot-?notes?|end-?notes?|notes?|note-?ref|fn-?ref|cite|reference)(?:[\s_\d.:-]|ref|$)`)
	raisedStyle = regexp.MustCompile(`(?i)vertical-align:\s*(?:super|text-top)`)
	raisedClass = regexp.MustCompile(`(?i)(?:^|\s)(?:sup|superscript)(?:\s|$)`)

	// noteMark matches the mark of a note, such as "1", "[12]", "(a)", "*", "1,2" and "註3".
	noteMark  = regexp.MustCompile(`(?i)^([\[(（［【〔]?)\s*(?:註|注|note|n\.|fn\.?)?\s*(?:(?:\d{1,3}|[*†‡§¶#¹²³⁰-⁹]+|[a-z])(?:\s*[,;、–-]\s*(?:\d{1,3}|[*†‡§¶#¹²³⁰-⁹]+|[a-z]))*)?\s*[\])）］】〕]?$`)
	endsWord  = regexp.MustCompile(`(?:\pL{3}|\p{Han})[.,;:!?。，；：！？）)”’」》]{0,2}$`)
	exponent  = regexp.MustCompile(`^[−+-]?\d+$`)
	unit      = regexp.MustCompile(`^(?:[kcmdn]?m|ft|yd|mi|in|sq|sec|hr|kg|lb|CO|NO|SO|sin|cos|tan|log|exp)$`)
	roman     = regexp.MustCompile(`^[IVXLC]+$`)
	trademark = map[string]string{"TM": "™", "SM": "℠"}
)

// rewrite returns what the text of an element becomes. Before is the text before it.
func (k inlineKind) rewrite(before, content string) string {
	inner := strings.TrimFunc(content, unicode.IsSpace)
	switch {
	case k == ordinaryText:
		return content
	case k == removedText:
		if inner != content {
			return " "
		}
		return ""
	case inner == "":
		return content
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	word := lastLetters(before)
	mark := noteMark.FindStringSubmatch(inner)
	isDigits := exponent.MatchString(inner)
	isFormula := !unicode.IsDigit(last) && word != "" && !unicode.Is(unicode.Han, last) && (utf8.RuneCountInString(word) == 1 || unit.MatchString(word))
	switch {
	case k == linkedText:
		// "section <a href=#s4>4</a>" is text to read; "coin<a href=#x>4</a>" is not.
		if mark == nil || isLetters(inner) || mark[1] == "" && !endsWord.MatchString(before) {
			return content
		}
		return superscript(inner)
	case k == noteLink:
		if mark == nil || isLetters(inner) && !unicode.IsLetter(last) {
			return content
		}
		return superscript(inner)
	case isDigits && isFormula:
		return content
	case isDigits:
		return superscript(inner)
	case mark != nil && !isLetters(inner):
		return superscript(inner)
	case trademark[inner] != "":
		return trademark[inner]
	case utf8.RuneCountInString(word) < 2 || roman.MatchString(word) || unicode.Is(unicode.Han, last):
		return content // the end of an abbreviation or an ordinal
	case mark != nil && utf8.RuneCountInString(word) > 2:
		return superscript(inner)
	}
	if first, _ := utf8.DecodeRuneInString(inner); unicode.IsLetter(first) {
		return " " + content
	}
	return content
}

func isLetters(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// lastLetters returns the letters that a text ends with.
func lastLetters(s string) string {
	end := strings.TrimRightFunc(s, unicode.IsLetter)
	return s[len(end):]
}

// superscript returns the digits and symbols of a mark as superscripts. Letters and brackets
// have none that is not part of a word, so they are left out.
func superscript(mark string) string {
	const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	return strings.TrimFunc(strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return []rune(raised)[r-'0']
		case r == '-' || r == '−':
			return '⁻'
		case r == '+':
			return '⁺'
		case unicode.IsLetter(r) && !strings.ContainsRune(raised, r), unicode.In(r, unicode.Ps, unicode.Pe), unicode.IsSpace(r):
			return -1
		}
		return r
	}, mark), func(r rune) bool {
		return strings.ContainsRune(",;、–⁻.", r) && !strings.ContainsAny(mark, "-−")
	})
}

// RewriteInline replaces the footnote marks of a page by superscript digits, and removes its
// deleted text and the pronunciation of characters. Call it before the text of a tree is read:
// what is read later need not know of them. The elements stay where they are, so selectors
// find the same.
func RewriteInline(doc *html.Node) {
	var t inlineText
	Traverse(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			t.WriteString(n.Data)
		case n.Type != html.ElementNode:
		case IsNotText(n.DataAtom) || n.DataAtom == atom.Noscript:
			return n.DataAtom == atom.Head
		case IsBlock(n.DataAtom) || n.DataAtom == atom.Br || n.DataAtom == atom.Td || n.DataAtom == atom.Th:
			t.WriteString(string(ParagraphBreak))
		default:
			t.startElement(n.DataAtom, func(key string) string { return Attr(n, key) })
		}
		return true
	}, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		if IsBlock(n.DataAtom) {
			t.WriteString(string(ParagraphBreak))
			return
		}
		if became, changed := t.endElement(n.DataAtom); changed {
			replaceText(n, became)
		}
	})
}

// replaceText makes a text that of an element, in the first of its nodes of text.
func replaceText(n *html.Node, text string) {
	Walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			c.Data, text = text, ""
		}
		return true
	})
}
