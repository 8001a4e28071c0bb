package syntax

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// An EntityFile is a CSV file with named entities: firms, public bodies, products or people.
type EntityFile struct {
	Entities []Entity
	Hash     string // of the file's bytes
}

// An Entity has several names. An article that contains one of them names the entity.
type Entity struct {
	ID     string
	Name   string
	NameZH string // the first Chinese name, for Chinese readers; empty if there is none
	URL    string
	Names  []Entry // phrases to look for
}

// named returns the entity as matches show it. The kind says what the entities of the list are.
func (e Entity) named(kind string) models.Entity {
	return models.Entity{ID: e.ID, Name: e.Name, NameZH: e.NameZH, Kind: kind, URL: e.URL}
}

// The columns of an entity file.
const (
	columnID        = "id"
	columnName      = "name"
	columnAliases   = "aliases"
	columnAliasesZH = "aliases_zh"
	columnURL       = "url"
)

func entityColumns() []string {
	return []string{columnID, columnName, columnAliases, columnAliasesZH, columnURL}
}

// maxEntities is the maximum number of entities in a file.
const maxEntities = 20_000

// ParseEntities reads an entity file. If it has problems, the result holds what could be read.
func ParseEntities(name string, src []byte) (*EntityFile, diag.Problems) {
	p := &entityParser{file: name, ids: make(map[string]int), names: make(map[string]entityName)}
	body := bytes.TrimPrefix(src, []byte("\ufeff"))
	f := &EntityFile{Hash: models.HashOf(string(src))}
	if !p.checkText(body) {
		return f, p.problems
	}
	p.lines = bytes.Split(body, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(body))
	r.FieldsPerRecord, r.Comment, r.Comma = -1, '#', separator(p.lines)
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		p.report(1, 1, "the file is empty", diag.Textf("begin with the line %s", strings.Join(entityColumns(), ",")))
		return f, p.problems
	}
	if err != nil || !p.header(r, header) {
		p.syntaxError(err)
		return f, p.problems.Sorted()
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.syntaxError(err)
			break
		}
		if len(f.Entities) == maxEntities {
			line, _ := r.FieldPos(0)
			p.report(line, 1, diag.Textf("the file has more than %d entities", maxEntities), "split it into several lists")
			break
		}
		if e, ok := p.entity(r, row); ok {
			f.Entities = append(f.Entities, e)
		}
	}
	if len(f.Entities) == 0 && len(p.problems) == 0 {
		p.report(1, 1, "the file has no entities", "add a line such as circle,Circle Internet Group,USDC issuer,,https://www.circle.com/")
	}
	return f, p.problems.Sorted()
}

func separatorName(c rune) string {
	switch c {
	case ';':
		return "a semicolon"
	case '\t':
		return "a tab"
	}
	return "a comma"
}

// separator returns what separates the columns of the header. Excel writes semicolons in many countries.
func separator(lines [][]byte) rune {
	for _, line := range lines {
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		for _, c := range []rune{',', ';', '\t'} {
			if bytes.ContainsRune(line, c) {
				return c
			}
		}
		break
	}
	return ','
}

type entityParser struct {
	file     string
	lines    [][]byte
	columns  []string // of the header
	problems diag.Problems

	ids   map[string]int        // the line of each ID
	names map[string]entityName // by folded name
}

type entityName struct {
	id   string
	line int
}

func (p *entityParser) report(line, col int, what, want diag.Text) {
	p.problems = append(p.problems, Pos{p.file, line, col}.Problem(what, want))
}

// checkText reports what no CSV file in UTF-8 contains.
func (p *entityParser) checkText(body []byte) bool {
	line, col := 1, 1
	for i := 0; i < len(body); {
		c, size := utf8.DecodeRune(body[i:])
		switch {
		case c == utf8.RuneError && size <= 1 || c == 0:
			p.report(line, col, "the file is not UTF-8", "save it as CSV UTF-8")
			return false
		case c == '\n':
			line, col = line+1, 0
		case unicode.IsControl(c) && c != '\r' && c != '\t':
			p.report(line, col, diag.Textf("the file contains the control character %U", c), "remove it")
			return false
		}
		i, col = i+size, col+1
	}
	return true
}

// syntaxError reports that the file is not CSV. What follows cannot be read reliably.
func (p *entityParser) syntaxError(err error) {
	fault, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return
	}
	line, what, want := fault.Line, diag.Text("a quote is in the middle of a value"), diag.Text(`put quotes around the whole value, and write "" for a quote within it`)
	col := p.column(line, fault.Column)
	if errors.Is(err, csv.ErrQuote) && fault.StartLine != fault.Line {
		line, col, what = fault.StartLine, 1, "a quote is not closed"
	}
	p.report(line, col, what, want)
}

// column returns the number of characters before a byte of a line, from 1 on.
func (p *entityParser) column(line, col int) int {
	if line < 1 || line > len(p.lines) {
		return 1
	}
	text := p.lines[line-1]
	return utf8.RuneCount(text[:min(max(col-1, 0), len(text))]) + 1
}

func (p *entityParser) header(r *csv.Reader, header []string) bool {
	for i, column := range header {
		line, at := r.FieldPos(i)
		col := p.column(line, at)
		column = strings.ToLower(strings.TrimSpace(column))
		switch {
		case !slices.Contains(entityColumns(), column):
			want := diag.Textf("the columns are %s", strings.Join(entityColumns(), ", "))
			if near := yamlnode.Nearest(column, entityColumns()); near != "" {
				want = diag.Textf("did you mean %q? %s", near, want)
			}
			p.report(line, col, diag.Textf("unknown column %q", column), want)
		case slices.Contains(p.columns, column):
			p.report(line, col, diag.Textf("duplicate column %q", column), "remove one of them")
		}
		p.columns = append(p.columns, column)
	}
	for _, column := range []string{columnID, columnName} {
		if !slices.Contains(p.columns, column) {
			p.report(1, 1, diag.Textf("the column %q is missing", column), diag.Textf("begin with the line %s", strings.Join(entityColumns(), ",")))
		}
	}
	return len(p.problems) == 0
}

// entity reads one line. It returns false for a line without values, and for one without an ID or a name.
func (p *entityParser) entity(r *csv.Reader, row []string) (Entity, bool) {
	if !slices.ContainsFunc(row, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return Entity{}, false
	}
	if len(row) > len(p.columns) {
		line, at := r.FieldPos(len(p.columns))
		p.report(line, p.column(line, at), diag.Textf("the line has %d values, and the header %d columns", len(row), len(p.columns)), diag.Textf("put quotes around a value that contains %s", separatorName(r.Comma)))
	}
	var e Entity
	line, _ := r.FieldPos(0)
	own := make(map[string]bool)
	for _, column := range entityColumns() { // so that the name comes before the aliases
		i := slices.Index(p.columns, column)
		if i < 0 || i >= len(row) {
			continue
		}
		f := entityField{row[i], p.fieldPos(r, i)}
		switch column {
		case columnID:
			e.ID = p.id(f)
		case columnName:
			e.Name = strings.TrimPrefix(strings.TrimSpace(f.value), "=")
			p.add(&e, f.part(0, len(f.value)), own)
		case columnAliases, columnAliasesZH:
			for _, alias := range f.split() {
				if column == columnAliasesZH && e.NameZH == "" {
					e.NameZH = strings.TrimPrefix(strings.TrimSpace(alias.value), "=")
				}
				p.add(&e, alias, own)
			}
		case columnURL:
			e.URL = p.url(f)
		}
	}
	if e.Name == "" {
		p.report(line, 1, "the entity has no name", "add one to the column name")
	}
	return e, e.ID != "" && e.Name != ""
}

// An entityField is a value, or a part of one, and where it begins.
type entityField struct {
	value string
	pos   Pos
}

func (p *entityParser) fieldPos(r *csv.Reader, i int) Pos {
	line, at := r.FieldPos(i)
	if text := p.lines[line-1]; at <= len(text) && text[at-1] == '"' {
		at++
	}
	return Pos{p.file, line, p.column(line, at)}
}

// part returns a part of the value without the spaces around it.
func (f entityField) part(start, end int) entityField {
	value := f.value[start:end]
	start += len(value) - len(strings.TrimLeft(value, " \t\r\n"))
	pos := f.pos
	if !strings.Contains(f.value[:start], "\n") {
		pos.Col += utf8.RuneCountInString(f.value[:start])
	}
	return entityField{strings.TrimSpace(value), pos}
}

// split returns the aliases of a value.
func (f entityField) split() []entityField {
	var parts []entityField
	start := 0
	for i, c := range f.value + ";" {
		if c != ';' && c != '|' && c != '；' && c != '、' {
			continue
		}
		if alias := f.part(start, min(i, len(f.value))); alias.value != "" {
			parts = append(parts, alias)
		}
		start = i + utf8.RuneLen(c)
	}
	return parts
}

func (p *entityParser) id(f entityField) string {
	id := strings.TrimSpace(f.value)
	switch first, taken := p.ids[id]; {
	case id == "":
		p.problems = append(p.problems, f.pos.Problem("the entity has no id", "add a short name in lower case, such as circle"))
	case !idPattern.MatchString(id):
		p.problems = append(p.problems, f.pos.Problem(diag.Textf("id %q is not valid", id), diag.Textf("use lower-case letters and digits joined by hyphens, such as %s", suggest(id, "circle"))))
	case taken:
		p.problems = append(p.problems, f.pos.Problem(diag.Textf("id %q is taken", id), diag.Textf("the entity on line %d has it", first)))
	default:
		p.ids[id] = f.pos.Line
	}
	return id
}

func (p *entityParser) url(f entityField) string {
	address := strings.TrimSpace(f.value)
	if address == "" {
		return ""
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		p.problems = append(p.problems, f.pos.Problem(diag.Textf("url %q is not a web address", address), "use an address that begins with https://"))
		return ""
	}
	return address
}

// acronym is a short name in capitals, which must not match a word in small letters.
var acronym = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,4}$`)

// add adds a name to an entity, unless it has it: own are the names that it has. A short name in capitals requires its
// exact case.
func (p *entityParser) add(e *Entity, f entityField, own map[string]bool) {
	phrase := f.value
	if phrase == "" {
		return
	}
	if acronym.MatchString(phrase) {
		phrase = "=" + phrase
	}
	what, want := checkPhrase(phrase)
	if _, isRegex := RegexPattern(phrase); isRegex {
		what, want = diag.Textf("name %q is a regular expression", phrase), "put it into a term list of the rule"
	} else if utf8.RuneCountInString(phrase) == 1 {
		what, want = diag.Textf("name %q is a single character, which nearly every article contains", phrase), "use a longer name"
	}
	if what != "" {
		p.problems = append(p.problems, f.pos.Problem(what, want))
		return
	}
	key := text.Fold(strings.TrimPrefix(phrase, "="))
	if first, taken := p.names[key]; taken && first.id != e.ID {
		p.problems = append(p.problems, f.pos.Problem(diag.Textf("%q is already a name of %q on line %d", f.value, first.id, first.line),
			"delete one of them; case, hyphens and the two Chinese scripts make no difference"))
		return
	}
	p.names[key] = entityName{e.ID, f.pos.Line}
	if strings.HasPrefix(phrase, "=") {
		key = "=" + key
	}
	if own[key] {
		return // such as a name in both Chinese scripts
	}
	own[key] = true
	e.addName(Entry{Phrase: phrase, Pos: f.pos})
}

// addName adds a phrase to look for. Its gloss is the name of the entity, for readers of English.
func (e *Entity) addName(n Entry) {
	if !text.HasCJK(e.Name) {
		n.Gloss = e.Name
	}
	e.Names = append(e.Names, n)
}
