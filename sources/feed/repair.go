package feed

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"regwatch/internal/htmltext"
)

// MaxDepth is how deep elements may be nested. Feeds need about ten levels; thousands
// exhaust the stack of parsers.
const MaxDepth = 256

var (
	feedRoot    = regexp.MustCompile(`(?i)<(?:([a-z_][\w.-]*):)?(rss|rdf|feed)(?:[\s/>])`)
	channelRoot = regexp.MustCompile(`(?i)<channel[\s>]`)
	channelEnd  = regexp.MustCompile(`(?i)</channel\s*>\s*$`)
)

// A document is the text of an XML feed from its root element on, with what parsers
// need to know about it.
type document struct {
	text     string
	root     string            // the start tag of the root
	prefix   string            // the prefix of the root with its colon, or empty
	entities map[string]string // the entities that the DOCTYPE declares
	isAtom   bool
}

// IsXML reports whether a text has a feed in XML, as far as its root shows.
func IsXML(text string) bool {
	_, _, ok := trimToRoot(text)
	return ok
}

// trimToRoot drops everything before the root element: the XML declaration, whose
// encoding no longer applies; a DOCTYPE with entities; error messages of the server.
// Ok is false if the text has no feed.
func trimToRoot(text string) (doc document, junk string, ok bool) {
	m := feedRoot.FindStringSubmatchIndex(text)
	if m == nil {
		// A channel alone is RSS without its root, or CDF, the predecessor of RSS.
		at := channelRoot.FindStringIndex(text)
		if at == nil {
			return document{}, "", false
		}
		text = text[:at[0]] + "<rss>" + text[at[0]:]
		if channelEnd.MatchString(text) {
			text += "</rss>"
		}
		m = feedRoot.FindStringSubmatchIndex(text)
	}
	junk = prolog.ReplaceAllString(text[:m[0]], "")
	if htmltext.IsPage(junk) { // a DOCTYPE of HTML alone is none
		return document{}, "", false
	}
	doc.entities = declaredEntities(text[:m[0]])
	doc.text = text[m[0]:]
	if m[2] >= 0 {
		doc.prefix = text[m[2]:m[3]] + ":"
	}
	doc.isAtom = strings.EqualFold(text[m[4]:m[5]], "feed")
	return doc, strings.TrimSpace(junk), true
}

// prolog matches what may come before a root element.
var prolog = regexp.MustCompile(`(?is)<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>`)

// maxEntity is the longest replacement text of an entity, in bytes. Longer ones and
// nested ones are used in attacks.
const maxEntity = 64

var entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([A-Za-z][A-Za-z0-9]*)\s+(?:"([^"<&%]*)"|'([^'<&%]*)')\s*>`)

// declaredEntities returns the short plain texts that a DOCTYPE declares.
func declaredEntities(head string) map[string]string {
	if !strings.Contains(head, "<!ENTITY") {
		return nil
	}
	named := make(map[string]string)
	for _, m := range entityDeclaration.FindAllStringSubmatch(head, 100) {
		if value := m[2] + m[3]; len(value) <= maxEntity {
			named[m[1]] = value
		}
	}
	return named
}

// repairXML turns text that is nearly XML into XML: without illegal characters, stray
// "&" and "<", HTML entities and declared entities. It returns the number of repaired
// faults.
func repairXML(text string, named map[string]string) (repaired string, repairs int) {
	var b strings.Builder
	b.Grow(len(text) + len(text)/16)
	lastComment := strings.LastIndex(text, "-->")
	for i := 0; i < len(text); {
		rest := text[i:]
		switch c := text[i]; {
		case c == '<' && strings.HasPrefix(rest, "<![CDATA["):
			end := strings.Index(rest, "]]>")
			if end < 0 {
				end = len(rest)
			} else {
				end += len("]]>")
			}
			clean, n := dropIllegalChars(rest[:end])
			b.WriteString(clean)
			repairs += n
			i += end
		case c == '<' && strings.HasPrefix(rest, "<!--"):
			if lastComment < i {
				// An unclosed comment would hide the rest.
				b.WriteString("&lt;")
				repairs++
				i++
				continue
			}
			i += strings.Index(rest, "-->") + len("-->")
		case c == '<' && strings.HasPrefix(rest, "<?") && strings.Contains(rest[:min(len(rest), 1024)], "?>"):
			// A later XML declaration would change the encoding again.
			i += strings.Index(rest, "?>") + len("?>")
		case c == '>' && strings.HasSuffix(b.String(), "]]"):
			b.WriteString("&gt;")
			repairs++
			i++
		case c == '<' && !startsTag(rest):
			b.WriteString("&lt;")
			repairs++
			i++
		case c == '<' && isEmptyContainer(rest):
			size := tagLength(rest)
			b.WriteString(rest[:size-len("/>")] + "></" + tagName(rest[1:]) + ">")
			i += size
		case c == '&':
			out, n, fault := readReference(rest, named)
			b.WriteString(out)
			if fault {
				repairs++
			}
			i += n
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			repairs++
			i++
		case c < utf8.RuneSelf:
			b.WriteByte(c)
			i++
		default:
			r, size := utf8.DecodeRuneInString(rest)
			if isXMLChar(r) && (r != utf8.RuneError || size > 1) {
				b.WriteString(rest[:size])
			} else {
				repairs++
			}
			i += size
		}
	}
	return b.String(), repairs
}

func dropIllegalChars(s string) (string, int) {
	n := 0
	clean := strings.Map(func(r rune) rune {
		if !isXMLChar(r) {
			n++
			return -1
		}
		return r
	}, s)
	return clean, n
}

// isXMLChar reports whether XML 1.0 allows a character.
func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// emptyContainer matches the start of elements that HTML never closes with "/>": to its
// parsers, all that follows <script/> is a script. XML has <script></script> for the same.
var emptyContainer = regexp.MustCompile(`^(?i)<(?:[a-z_][\w.-]*:)?(?:iframe|script|style|video|audio|object|select|textarea|template|canvas|button|svg|math|noscript|noembed|noframes|xmp)[\s/]`)

// isEmptyContainer reports whether s starts with such an element without content.
func isEmptyContainer(s string) bool {
	size := 0
	if emptyContainer.MatchString(s[:min(len(s), 64)]) {
		size = tagLength(s)
	}
	return size > 2 && s[size-2] == '/' && s[size-1] == '>'
}

func startsTag(s string) bool {
	if len(s) < 2 {
		return false
	}
	c := s[1]
	if c == '/' && len(s) > 2 {
		c = s[2]
	}
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// readReference reads the entity or character reference at the start of s. It returns
// the replacement and the length of what it replaces.
func readReference(s string, named map[string]string) (out string, n int, fault bool) {
	const bare = "&amp;"
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return bare, 1, true
	}
	name := s[1:end]
	if name[0] == '#' {
		digits, base := name[1:], 10
		if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
			digits, base = digits[1:], 16
		}
		code, err := strconv.ParseInt(digits, base, 32)
		if err != nil {
			return bare, 1, true
		}
		if code >= 0x80 && code <= 0x9F { // Windows-1252, as browsers read it
			return html.UnescapeString(s[:end+1]), end + 1, false
		}
		if !isXMLChar(rune(code)) {
			return "", end + 1, true
		}
		return s[:end+1], end + 1, false
	}
	if strings.ContainsFunc(name, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return bare, 1, true
	}
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		return s[:end+1], end + 1, false
	}
	if value, ok := named[name]; ok {
		return html.EscapeString(value), end + 1, false
	}
	char := html.UnescapeString("&" + name + ";")
	if strings.HasPrefix(char, "&") || strings.HasSuffix(char, ";") || strings.ContainsAny(char, "<>\"'") {
		return bare, 1, true
	}
	return char, end + 1, false
}

// tooDeep reports whether elements are nested deeper than max. An end tag closes
// everything open inside its element, as lenient parsers do; so does a further element
// with the name alone, if alone is not empty.
func tooDeep(text string, max int, alone string) bool {
	var open []string
	for i := 0; i < len(text); {
		lt := strings.IndexByte(text[i:], '<')
		if lt < 0 {
			return false
		}
		i += lt
		rest := text[i:]
		if skip := opaqueLength(rest); skip > 0 {
			i += skip
			continue
		}
		end := tagLength(rest)
		if end < 0 {
			return false
		}
		if end < 2 {
			i++
			continue
		}
		switch tag := rest[:end]; {
		case tag[1] == '!' || tag[1] == '?' || strings.HasSuffix(tag, "/>"):
		case tag[1] == '/':
			open = closeElement(open, tagName(tag[2:]))
		default:
			name := tagName(tag[1:])
			if name == alone {
				open = closeElement(open, name)
			}
			if open = append(open, name); len(open) > max {
				return true
			}
		}
		i += end
	}
	return false
}

func closeElement(open []string, name string) []string {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == name {
			return open[:i]
		}
	}
	return open
}

// opaqueLength returns the length of the CDATA section or comment at the start of s,
// or 0.
func opaqueLength(s string) int {
	for _, pair := range [][2]string{{"<![CDATA[", "]]>"}, {"<!--", "-->"}} {
		if !strings.HasPrefix(s, pair[0]) {
			continue
		}
		if end := strings.Index(s, pair[1]); end >= 0 {
			return end + len(pair[1])
		}
		return len(s)
	}
	return 0
}

// tagLength returns the length of the tag at the start of s, past quoted values, or -1
// if the tag does not end.
func tagLength(s string) int {
	var quote byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && s[i-1] == '=':
			quote = c
		case c == '>':
			return i + 1
		case c == '<':
			return i // a tag that was never closed
		}
	}
	return -1
}

func tagName(s string) string {
	if end := strings.IndexAny(s, " \t\r\n/>"); end >= 0 {
		return s[:end]
	}
	return s
}
