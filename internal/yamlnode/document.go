package yamlnode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// The limits of a file that a person writes. The largest file that we ship is a vocabulary of about
// 20 kB.
const (
	MaxBytes = 1 << 20
	maxDepth = 64
)

type document struct {
	file         string
	lines        [][]byte
	problems     diag.Problems
	commentedOut map[*yaml.Node]bool // empty values whose text follows an unquoted #; each is reported
}

// Parse reads src, which must be a single document. [Node.Problems] returns the problems found now
// and later. After a syntax error the returned Node is absent.
func Parse(file string, src []byte) Node {
	doc := &document{file: file, commentedOut: make(map[*yaml.Node]bool)}
	return Node{doc: doc, yaml: doc.parse(src)}
}

func (d *document) parse(src []byte) *yaml.Node {
	if len(src) > MaxBytes {
		d.add(0, 0, diag.Textf("the file has %d bytes", len(src)), diag.Textf("the maximum is %d", MaxBytes))
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if line, col, ok := firstInvalid(src); ok {
		d.add(line, col, "not valid UTF-8", "save the file as UTF-8")
		return nil
	}
	d.lines = bytes.Split(src, []byte("\n"))
	decoder, err := yaml.NewLoader(bytes.NewReader(src))
	if err != nil {
		d.add(0, 0, diag.Textf("%s", err.Error()), "")
		return nil
	}
	var root yaml.Node
	if err := decoder.Load(&root); err != nil {
		if errors.Is(err, io.EOF) {
			d.add(1, 1, "the file is empty", "")
			return nil
		}
		d.addSyntaxError(err)
		return nil
	}
	var second yaml.Node
	switch err := decoder.Load(&second); {
	case err == nil:
		d.add(second.Line, second.Column, "a second document begins here", "use one document per file")
	case !errors.Is(err, io.EOF):
		d.addSyntaxError(err)
		return nil
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		d.add(1, 1, "the file is empty", "")
		return nil
	}
	if !d.check(root.Content[0], 0) {
		return nil
	}
	return root.Content[0]
}

// check reports what could make a document mean something else than a reader sees. It returns
// false if the document must not be used at all.
func (d *document) check(n *yaml.Node, depth int) bool {
	if depth > maxDepth {
		d.add(n.Line, n.Column, "nested too deeply", diag.Textf("the maximum is %d levels", maxDepth))
		return false
	}
	ok := true
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.add(n.Line, n.Column, "anchors and aliases are not supported", "write out the value, or move a shared term list to a vocabulary file")
		ok = false
	}
	if n.Kind == yaml.AliasNode {
		return false
	}
	switch n.Kind {
	case yaml.MappingNode:
		d.joinNumbers(n)
		d.checkKeys(n)
	case yaml.ScalarNode:
		if i := strings.IndexFunc(n.Value, isForbidden); i >= 0 {
			r, _ := utf8.DecodeRuneInString(n.Value[i:])
			d.add(n.Line, n.Column, diag.Textf("the text contains the control character %U", r), "only tabs and line breaks are allowed")
		}
	case yaml.SequenceNode:
		for _, child := range n.Content {
			d.checkCommentedOut(child.Line, "this entry", child)
		}
	}
	for _, child := range n.Content {
		ok = d.check(child, depth+1) && ok
	}
	return ok
}

// checkKeys reports duplicate keys and values that are commented out.
func (d *document) checkKeys(mapping *yaml.Node) {
	lines := make(map[string]int)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key := mapping.Content[i]
		if first, dup := lines[key.Value]; dup && key.Kind == yaml.ScalarNode {
			d.add(key.Line, key.Column, diag.Textf("duplicate key %q", key.Value), diag.Textf("it is already on line %d", first))
			continue
		}
		lines[key.Value] = key.Line
		d.checkCommentedOut(key.Line, fmt.Sprintf("%q", key.Value), mapping.Content[i+1])
	}
}

// The parts of a number or a text that a comma between braces splits: {min: 50,000,000}, {title: fine of 2,800 dollars}.
var (
	startOfNumber = regexp.MustCompile(`(?:^|[^\d.,])\d{1,3}(?:,\d{3})*$`)
	restOfNumber  = regexp.MustCompile(`^\d{3}(?:\D|$)`)
)

// joinNumbers joins the values of a mapping between braces that are split at the comma of a number: what follows the
// comma is a key without a value. It reports each of them once.
func (d *document) joinNumbers(mapping *yaml.Node) {
	for i := 1; i < len(mapping.Content); i += 2 {
		value := mapping.Content[i]
		end := i + 1
		for end+1 < len(mapping.Content) && continuesNumber(value, mapping.Content[end], mapping.Content[end+1]) {
			value.Value += "," + mapping.Content[end].Value
			end += 2
		}
		if end == i+1 {
			continue
		}
		want := diag.Textf("put quotes around the whole text: %q", value.Value)
		if number := strings.ReplaceAll(value.Value, ",", ""); !strings.ContainsFunc(number, func(r rune) bool { return !unicode.IsDigit(r) }) {
			want = diag.Textf("write %s, or put quotes around it: %q", number, value.Value)
		}
		d.add(value.Line, value.Column, diag.Textf("%s is split at its comma, because a comma between braces begins the next key", value.Value), want)
		mapping.Content = slices.Delete(mapping.Content, i+1, end)
	}
}

// continuesNumber reports whether a key is the rest of the number in which a value ends, and has no value of its own.
func continuesNumber(value, key, of *yaml.Node) bool {
	return value.Kind == yaml.ScalarNode && value.Style == 0 && key.Kind == yaml.ScalarNode && key.Style == 0 &&
		of.Kind == yaml.ScalarNode && of.Tag == "!!null" && of.Value == "" &&
		startOfNumber.MatchString(value.Value) && restOfNumber.MatchString(key.Value) &&
		key.Line == value.Line && key.Column == value.Column+utf8.RuneCountInString(value.Value)+1
}

// isForbidden reports whether r is a control character that no text needs. PostgreSQL cannot store
// NUL, and terminals execute some of the others.
func isForbidden(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' }

// commentedValue finds a value that was meant as text but is a comment, as in "channel: #alerts". A
// comment that is meant as one has a space: "# alerts".
var commentedValue = regexp.MustCompile(`^[^#"']*(?::|-)[ \t]+(#[^\s#].*?)\s*$`)

// checkCommentedOut reports an empty value if its line shows that a # turned the value into a
// comment.
func (d *document) checkCommentedOut(line int, what string, value *yaml.Node) {
	if value.Kind != yaml.ScalarNode || value.Tag != "!!null" || value.Value != "" {
		return
	}
	at := commentedValue.FindSubmatchIndex(d.line(line))
	if at == nil {
		return
	}
	text := d.line(line)
	d.add(line, utf8.RuneCount(text[:at[2]])+1, diag.Textf("%s is empty, because # begins a comment", diag.Text(what)), diag.Textf("put quotes around it: %q", text[at[2]:at[3]]))
	d.commentedOut[value] = true
}

var lineColumn = regexp.MustCompile(`(?:yaml: )?(?:line (\d+)(?:,? column (\d+))?: )?(.*)`)

func (d *document) addSyntaxError(err error) {
	var load *yaml.LoadError
	if errors.As(err, &load) {
		line, col := load.Mark.Line, load.Mark.Column
		if open := load.ContextMark; strings.Contains(load.ContextMsg, "quoted scalar") && strings.Contains(load.Message, "end of stream") {
			quote := `"`
			if d.character(open.Line, open.Column) == '\'' {
				quote = "'"
			}
			d.add(open.Line, open.Column, "a quote is not closed", diag.Textf("add %s after the last word of the text", quote))
			return
		}
		d.add(line, col, diag.Textf("not valid YAML: %s", load.Message), d.syntaxHint(line, load.Message))
		return
	}
	m := lineColumn.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	line, _ := strconv.Atoi(m[1])
	col, _ := strconv.Atoi(m[2])
	d.add(line, col, diag.Textf("not valid YAML: %s", m[3]), d.syntaxHint(line, m[3]))
}

// Values that need quotes and often lack them. Between braces YAML gives more characters a meaning.
var (
	unquotedSign      = regexp.MustCompile("(?:: +|^\\s*- +|[\\[,] *)([*@%`])")
	commentInList     = regexp.MustCompile(`[\[{,](#[^,\]}]*)`)
	commentInBraces   = regexp.MustCompile(`[{,].*: +#`)
	variableInBraces  = regexp.MustCompile(`[{,].*: +\$\{`)
	colonTextInBraces = regexp.MustCompile(`[{,] *\w+: +[^"'{\[ ][^,}]*: `)
)

// syntaxHint says how to fix the most frequent mistakes. YAML's own messages name tokens that few
// people know.
func (d *document) syntaxHint(line int, message string) diag.Text {
	near := [][]byte{d.line(line), d.line(line - 1)}
	for _, text := range near {
		indent := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
		if bytes.ContainsRune(indent, '\t') {
			return "indent with spaces, not with tabs"
		}
	}
	if m := commentInList.FindSubmatch(near[0]); m != nil && strings.Contains(message, "comment") {
		return diag.Textf("# begins a comment; put quotes around the text: %q", bytes.TrimSpace(m[1]))
	}
	if m := unquotedSign.FindSubmatch(near[0]); m != nil {
		return diag.Textf(`a value that begins with %s needs quotes, such as cron: "*/15 * * * *" or "@hourly"`, m[1])
	}
	for _, text := range near {
		if bytes.Contains(text, []byte("：")) && !bytes.Contains(text, []byte(": ")) {
			return "a key ends with : and a space; ： is another character"
		}
	}
	misplaced := strings.Contains(message, "did not find expected")
	if misplaced {
		for _, text := range near {
			if hint := braceHint(text); hint != "" {
				return hint
			}
		}
	}
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return `a text that contains ": " needs quotes, and all keys of a block need the same indentation`
	case misplaced:
		return "check the indentation here and in the lines above, and that every bracket and quote is closed"
	default:
		return "check quotes, brackets and indentation here and in the line above"
	}
}

func braceHint(text []byte) diag.Text {
	switch {
	case commentInBraces.Match(text):
		return `# begins a comment; a text that begins with # needs quotes, such as "#name"`
	case variableInBraces.Match(text):
		return `${NAME} is not replaced here; write env:NAME for an environment variable, and quotes around a text that contains {`
	case colonTextInBraces.Match(text):
		return `a text that contains ": " needs quotes, such as title: "Ban: who pays"`
	}
	return ""
}

// line returns line i of the file, from 1; nil if the file has no such line.
func (d *document) line(i int) []byte {
	if i < 1 || i > len(d.lines) {
		return nil
	}
	return d.lines[i-1]
}

// character returns the character at a position, both numbers from 1; 0 if there is none.
func (d *document) character(line, col int) rune {
	if text := []rune(string(d.line(line))); col >= 1 && col <= len(text) {
		return text[col-1]
	}
	return 0
}

// firstInvalid returns the position of the first byte that is not valid UTF-8.
func firstInvalid(src []byte) (line, col int, found bool) {
	if utf8.Valid(src) {
		return 0, 0, false
	}
	line, col = 1, 1
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			return line, col, true
		}
		i, col = i+size, col+1
		if r == '\n' {
			line, col = line+1, 1
		}
	}
	return 0, 0, false
}

func (d *document) add(line, col int, what, want diag.Text) {
	d.problems = append(d.problems, diag.New(d.file, line, col, what, want))
}
