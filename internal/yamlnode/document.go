package yamlnode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// The limits of a file that a person writes. The largest shipped file is a
// vocabulary of some 20 KB.
const (
	MaxBytes = 1 << 20
	maxDepth = 64
)

type document struct {
	file     string
	lines    [][]byte
	problems diag.Problems
	hashed   map[*yaml.Node]bool // values that an unquoted # took away, and that are reported
}

// Parse reads the one document in src. The faults that are found now and later
// are had from [Node.Problems]; a syntax fault leaves a Node that is not there.
func Parse(file string, src []byte) Node {
	doc := &document{file: file, hashed: make(map[*yaml.Node]bool)}
	none := Node{doc: doc}
	if len(src) > MaxBytes {
		doc.add(0, 0, fmt.Sprintf("the file has %d bytes", len(src)), fmt.Sprintf("want at most %d", MaxBytes))
		return none
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if line, col, ok := firstInvalid(src); ok {
		doc.add(line, col, "not valid UTF-8", "save the file as UTF-8")
		return none
	}
	doc.lines = bytes.Split(src, []byte("\n"))
	decoder, err := yaml.NewLoader(bytes.NewReader(src))
	if err != nil {
		doc.add(0, 0, err.Error(), "")
		return none
	}
	var root yaml.Node
	if err := decoder.Load(&root); err != nil {
		if errors.Is(err, io.EOF) {
			doc.add(1, 1, "the file is empty", "")
			return none
		}
		doc.syntax(err)
		return none
	}
	var second yaml.Node
	switch err := decoder.Load(&second); {
	case err == nil:
		doc.add(second.Line, second.Column, "a second document starts here", "want one document a file")
	case !errors.Is(err, io.EOF):
		doc.syntax(err)
		return none
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		doc.add(1, 1, "the file is empty", "")
		return none
	}
	if !doc.sound(root.Content[0], 0) {
		return none
	}
	return Node{doc: doc, yaml: root.Content[0]}
}

// sound refuses what would make a document mean something else than it shows.
func (d *document) sound(n *yaml.Node, depth int) bool {
	if depth > maxDepth {
		d.add(n.Line, n.Column, "nested too deeply", fmt.Sprintf("want at most %d levels", maxDepth))
		return false
	}
	ok := true
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.add(n.Line, n.Column, "anchors and aliases are not supported", "write the value out, or put a shared term list into a vocabulary file")
		ok = false
	}
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]int)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if first, dup := seen[key.Value]; dup && key.Kind == yaml.ScalarNode {
				d.add(key.Line, key.Column, fmt.Sprintf("key %q is here twice", key.Value), fmt.Sprintf("it already stands in line %d", first))
				continue
			}
			seen[key.Value] = key.Line
			d.hash(key.Line, fmt.Sprintf("%q", key.Value), n.Content[i+1])
		}
	}
	if n.Kind == yaml.AliasNode {
		return false
	}
	if i := strings.IndexFunc(n.Value, forbidden); n.Kind == yaml.ScalarNode && i >= 0 {
		r, _ := utf8.DecodeRuneInString(n.Value[i:])
		d.add(n.Line, n.Column, fmt.Sprintf("the text holds the control character %U", r), "want none but tabs and line breaks")
	}
	if n.Kind == yaml.SequenceNode {
		for _, child := range n.Content {
			d.hash(child.Line, "this", child)
		}
	}
	for _, child := range n.Content {
		ok = d.sound(child, depth+1) && ok
	}
	return ok
}

// forbidden tells the characters that nobody sees and no text needs. PostgreSQL
// stores no NUL, and a terminal obeys some of the others.
func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' }

var lineColumn = regexp.MustCompile(`(?:yaml: )?(?:line (\d+)(?:,? column (\d+))?: )?(.*)`)

func (d *document) syntax(err error) {
	var load *yaml.LoadError
	if errors.As(err, &load) {
		line, col := load.Mark.Line, load.Mark.Column
		d.add(line, col, "cannot be read as YAML: "+load.Message, d.syntaxHint(line, load.Message))
		return
	}
	m := lineColumn.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	line, _ := strconv.Atoi(m[1])
	col, _ := strconv.Atoi(m[2])
	d.add(line, col, "cannot be read as YAML: "+m[3], d.syntaxHint(line, m[3]))
}

// syntaxHint says what would have been right for the mistakes that people make
// most; YAML's own messages speak of tokens.
func (d *document) syntaxHint(line int, message string) string {
	near := [][]byte{d.line(line), d.line(line - 1)}
	for _, text := range near {
		indent := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
		if bytes.ContainsRune(indent, '\t') {
			return "indent with spaces, not with tabs"
		}
	}
	if m := bareSign.FindSubmatch(near[0]); m != nil {
		return fmt.Sprintf(`a value that begins with %s needs quotes, such as cron: "*/15 * * * *" or "@hourly"`, m[1])
	}
	for _, text := range near {
		if bytes.Contains(text, []byte("：")) && !bytes.Contains(text, []byte(": ")) {
			return "a key ends with : and a space; ： is another character"
		}
	}
	if strings.Contains(message, "did not find expected") {
		for _, text := range near {
			for _, b := range braceHints {
				if b.pattern.Match(text) {
					return b.hint
				}
			}
		}
	}
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return `a text with ": " in it needs quotes, and keys of one block need the same indentation`
	case strings.Contains(message, "did not find expected"):
		return "check the indentation here and in the lines above, and that every bracket and quote is closed"
	default:
		return "check quotes, brackets and indentation here and in the line above"
	}
}

// bareSign is a value that begins with a sign that means something else to YAML.
var bareSign = regexp.MustCompile("(?:: +|^\\s*- +|[\\[,] *)([*@%`])")

// line returns a line of the file, from 1; nothing where there is none.
func (d *document) line(i int) []byte {
	if i < 1 || i > len(d.lines) {
		return nil
	}
	return d.lines[i-1]
}

// A hashValue is a value that was meant and is a comment, as in "channel: #alerts".
// Nobody writes a comment so, for it would be "# alerts".
var hashValue = regexp.MustCompile(`^[^#"']*(?::|-)[ \t]+(#[^\s#].*?)\s*$`)

// hash reports an empty value of which the line says that a # took it away.
func (d *document) hash(line int, what string, value *yaml.Node) {
	if value.Kind != yaml.ScalarNode || value.Tag != "!!null" || value.Value != "" {
		return
	}
	at := hashValue.FindSubmatchIndex(d.line(line))
	if at == nil {
		return
	}
	text := d.line(line)
	d.add(line, utf8.RuneCount(text[:at[2]])+1, what+" is empty, because # begins a comment", fmt.Sprintf("want quotes around it: %q", text[at[2]:at[3]]))
	d.hashed[value] = true
}

// braceHints are the values that people forget to quote between braces, where
// YAML gives more signs a meaning.
var braceHints = []struct {
	pattern *regexp.Regexp
	hint    string
}{
	{regexp.MustCompile(`[{,].*: +#`), `# begins a comment; what begins with # needs quotes, such as "#name"`},
	{regexp.MustCompile(`[{,].*: +\$\{`), `${NAME} is not filled in here; write env:NAME for an environment variable, and quotes around a text with { in it`},
	{regexp.MustCompile(`[{,] *\w+: +[^"'{\[ ][^,}]*: `), `a text with ": " in it needs quotes, such as title: "Ban: who pays"`},
}

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

func (d *document) add(line, col int, what, want string) {
	d.problems = append(d.problems, diag.Problem{File: d.file, Line: line, Col: col, What: what, Want: want})
}
