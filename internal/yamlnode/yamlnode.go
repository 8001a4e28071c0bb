// Package yamlnode walks a YAML document that a person wrote and collects every
// fault in it, each with its line and column.
//
// Start with [Parse]. The package decides what is well-formed: one document, no
// duplicate keys, no anchors, valid UTF-8 without control characters, bounded in
// size and depth. What the keys mean is left to the caller, who asks a [Node] for what he expects and
// goes on after a fault, so that all faults are found at once.
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

// The limits of a file that a person writes. The largest shipped file is a
// vocabulary of some 20 KB.
const (
	MaxBytes = 1 << 20
	maxDepth = 64
)

// A Node is one value of a document. The zero Node stands for a value that is
// not there: every method on it answers with nothing and reports nothing.
type Node struct {
	doc  *document
	yaml *yaml.Node
}

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

// Problems returns every fault found in the document so far, in reading order.
func (n Node) Problems() diag.Problems {
	if n.doc == nil {
		return nil
	}
	return n.doc.problems.Sorted()
}

// Report adds a fault at the node: what is wrong, and what would have been right.
func (n Node) Report(what, want string) {
	if n.doc == nil {
		return
	}
	line, col := n.Place()
	n.doc.add(line, col, what, want)
}

// Place returns the node's line and column, both from 1; 0, 0 if it is not there.
func (n Node) Place() (line, col int) {
	if n.yaml == nil {
		return 0, 0
	}
	return n.yaml.Line, n.yaml.Column
}

// File returns the name of the file that the node is in.
func (n Node) File() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.file
}

// There reports whether the node stands in the document, be it null.
func (n Node) There() bool { return n.yaml != nil }

// IsNull reports whether the node is there and empty, as in "key:".
func (n Node) IsNull() bool {
	return n.yaml != nil && n.yaml.Kind == yaml.ScalarNode && n.yaml.Tag == "!!null"
}

// IsMap, IsList and IsScalar report the node's shape.
func (n Node) IsMap() bool    { return n.yaml != nil && n.yaml.Kind == yaml.MappingNode }
func (n Node) IsList() bool   { return n.yaml != nil && n.yaml.Kind == yaml.SequenceNode }
func (n Node) IsScalar() bool { return n.yaml != nil && n.yaml.Kind == yaml.ScalarNode && !n.IsNull() }

// A Pair is a key of a mapping with its value.
type Pair struct {
	Key   Node
	Name  string
	Value Node
}

// Pairs returns the pairs of a mapping in the order in which they stand, or
// reports that what ("a term list") is not a mapping. Of a key that stands
// twice, the first is taken.
func (n Node) Pairs(what string) []Pair {
	if n.yaml == nil {
		return nil
	}
	if !n.IsMap() {
		n.Report(fmt.Sprintf("%s is %s", what, n.shape()), "want key: value pairs")
		return nil
	}
	var pairs []Pair
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		key, value := n.yaml.Content[i], n.yaml.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			Node{n.doc, key}.Report("a key is not a plain word", "")
			continue
		}
		if slices.ContainsFunc(pairs, func(p Pair) bool { return p.Name == key.Value }) {
			continue
		}
		pairs = append(pairs, Pair{Key: Node{n.doc, key}, Name: key.Value, Value: Node{n.doc, value}})
	}
	return pairs
}

// A Map is a mapping whose keys are known.
type Map struct {
	node  Node
	pairs []Pair
}

// Map returns the node as a mapping that may have just these keys. What it is
// ("a rule") is for the message that an unknown key earns.
func (n Node) Map(what string, keys ...string) Map {
	pairs := n.Pairs(what)
	for _, p := range pairs {
		if !slices.Contains(keys, p.Name) {
			want := fmt.Sprintf("%s has %s", what, strings.Join(keys, ", "))
			if near := Nearest(p.Name, keys); near != "" {
				want = fmt.Sprintf("did you mean %q? %s", near, want)
			} else if strings.ContainsFunc(p.Name, func(r rune) bool { return r != '_' && !unicode.IsLower(r) }) {
				want = `if it is the start of a text with ": " in it, put quotes around the whole text; ` + want
			}
			p.Key.Report(fmt.Sprintf("unknown key %q", p.Name), want)
		}
	}
	return Map{node: n, pairs: pairs}
}

// Get returns the value of a key; a Node that is not there if the key is absent.
func (m Map) Get(key string) Node {
	for _, p := range m.pairs {
		if p.Name == key {
			return p.Value
		}
	}
	return Node{doc: m.node.doc}
}

// Key returns the key itself, for reports about it.
func (m Map) Key(key string) Node {
	for _, p := range m.pairs {
		if p.Name == key {
			return p.Key
		}
	}
	return Node{doc: m.node.doc}
}

// Need returns the value of a key, and reports it if it is absent or empty.
func (m Map) Need(key, want string) Node {
	n := m.Get(key)
	if n.IsNull() && n.doc.hashed[n.yaml] {
		return Node{doc: m.node.doc} // is reported
	}
	if (!n.There() && (m.node.IsMap() || m.node.IsNull())) || n.IsNull() {
		at := m.node
		if n.There() {
			at = m.Key(key)
		}
		at.Report(fmt.Sprintf("%q is missing", key), want)
		return Node{doc: m.node.doc}
	}
	return n
}

// Items returns the values of a list, or the one value that stands alone where
// a list could.
func (n Node) Items() []Node {
	switch {
	case n.yaml == nil || n.IsNull():
		return nil
	case n.IsList():
		items := make([]Node, len(n.yaml.Content))
		for i, c := range n.yaml.Content {
			items[i] = Node{n.doc, c}
		}
		return items
	default:
		return []Node{n}
	}
}

// String returns the node's text, or reports that what is no text. Text that
// YAML would read as a number or a truth value is taken as it is written.
func (n Node) String(what string) string {
	if n.yaml == nil || n.IsNull() {
		return ""
	}
	if !n.IsScalar() {
		n.Report(fmt.Sprintf("%s is %s", what, n.shape()), "want a text")
		return ""
	}
	return n.yaml.Value
}

// Strings returns the texts of a list, or of one text alone.
func (n Node) Strings(what string) []string {
	var texts []string
	for _, item := range n.Items() {
		if item.IsNull() {
			if n.doc.hashed[item.yaml] {
				continue // is reported
			}
			item.Report(what+" is empty", "want a text")
			continue
		}
		if s := item.String(what); s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

// Bool returns a truth value, or reports that it is none.
func (n Node) Bool(what string) bool {
	if n.yaml == nil || n.IsNull() {
		return false
	}
	switch n.yaml.Value {
	case "true", "yes", "on":
		return true
	case "false", "no", "off":
		return false
	}
	n.Report(fmt.Sprintf("%s is %q", what, n.yaml.Value), "want true or false")
	return false
}

// Int returns a whole number between low and high, or reports that it is none.
func (n Node) Int(what string, low, high int) int {
	if n.yaml == nil || n.IsNull() {
		return 0
	}
	i, err := strconv.Atoi(n.yaml.Value)
	if !n.IsScalar() || err != nil || i < low || i > high {
		n.Report(fmt.Sprintf("%s is %q", what, n.yaml.Value), fmt.Sprintf("want a whole number from %d to %d", low, high))
		return 0
	}
	return i
}

// OneOf returns a text that must be one of those allowed.
func (n Node) OneOf(what string, allowed ...string) string {
	s := n.String(what)
	if s == "" || slices.Contains(allowed, s) {
		return s
	}
	want := "want " + Or(allowed)
	if lower := strings.ToLower(s); slices.Contains(allowed, lower) {
		want = "want " + lower + ", in lower case"
	}
	n.Report(fmt.Sprintf("%s %q", what, s), want)
	return ""
}

func (n Node) shape() string {
	switch {
	case n.IsMap():
		return "a mapping"
	case n.IsList():
		return "a list"
	case n.IsNull():
		return "empty"
	default:
		return "a single text"
	}
}

// Or joins alternatives as a person says them: a, b or c.
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// Nearest returns the candidate that a mistyped word most likely meant, or ""
// if none is within two edits (Levenshtein distance).
func Nearest(word string, candidates []string) string {
	best, found := 3, ""
	for _, c := range candidates {
		if d := distance(word, c); d < best && d < len(c) {
			best, found = d, c
		}
	}
	return found
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := previous
			if a[i] != b[j] {
				cost = min(previous, row[j], row[j+1]) + 1
			}
			previous, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
