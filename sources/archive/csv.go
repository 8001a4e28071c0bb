package archive

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// readCSV reads a table, whose first row names the columns.
func (s *reader) readCSV() error {
	limited := &rowLimit{in: s.in, left: maxRow}
	table := csv.NewReader(limited)
	table.Comma = separator(s.in)
	table.FieldsPerRecord = -1
	table.ReuseRecord = true
	header, err := table.Read()
	if err != nil {
		return s.tableFault(1, err)
	}
	columns, err := s.columns(header)
	if err != nil {
		return err
	}
	for line := 1; ; {
		limited.begin()
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if _, ok := errors.AsType[*csv.ParseError](err); !ok || errors.Is(err, errLongRow) {
				return s.tableFault(line+1, err)
			}
			if err := s.bad(parsePosition(err)); err != nil {
				return err
			}
			continue
		}
		line, _ = table.FieldPos(len(record) - 1)
		if err := s.record(table, columns, record); err != nil {
			return err
		}
	}
}

// separator is what separates the columns: the most frequent of comma, semicolon and tab in the header.
func separator(in *bufio.Reader) rune {
	begin, _ := in.Peek(4 << 10)
	header, _, _ := bytes.Cut(begin, []byte("\n"))
	best, most := ',', 0
	for _, r := range ",;\t" {
		if n := bytes.Count(header, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

// columns returns the name of each column; empty for one that means nothing.
func (s *reader) columns(header []string) ([]string, error) {
	for _, name := range header {
		if invalidUTF8([]byte(name)) < 0 {
			s.utf8 = s.utf8 || !isASCII([]byte(name))
		} else if _, err := s.notUTF8(1, 0, []byte(name)); err != nil {
			return nil, err
		}
	}
	columns := make([]string, len(header))
	met := make(map[string]bool)
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if fieldOf(name) == "" {
			if name != "" {
				s.ignore(strings.ToValidUTF8(name, "?"))
			}
			continue
		}
		if met[name] {
			return nil, s.fault(1, fmt.Sprintf("two columns are named %s", name), "rename one of them")
		}
		met[name] = true
		columns[i] = name
	}
	var missing diag.Problems
	for _, field := range []string{"title", "published"} {
		if !slices.ContainsFunc(names[field], func(name string) bool { return met[name] }) {
			missing = append(missing, diag.Problem{
				File: s.Name, Line: 1, What: fmt.Sprintf("no column is named %s; the columns are %s", field, columnNames(header)),
				Want: "rename one of them to " + yamlnode.Or(slices.Sorted(slices.Values(names[field]))),
			})
		}
	}
	return columns, missing.Err()
}

// maxColumnNames is how many columns a message names.
const maxColumnNames = 12

// columnNames lists the columns of a header for a message.
func columnNames(header []string) string {
	var all []string
	for _, name := range header[:min(len(header), maxColumnNames)] {
		all = append(all, quote(strings.TrimSpace(name)))
	}
	if more := len(header) - maxColumnNames; more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

// record reads one row of the table.
func (s *reader) record(table *csv.Reader, columns, record []string) error {
	line, _ := table.FieldPos(0)
	if len(record) == 1 && record[0] == "" {
		return nil
	}
	v := make(values)
	if len(record) > len(columns) {
		_, col := fieldPosition(table, record, len(columns))
		// The values may be in the wrong columns, so they are not judged.
		return s.bad(line, col, fmt.Sprintf("the row has %d columns and the header %d", len(record), len(columns)), "put a value with a separator in double quotes")
	}
	for i, name := range columns {
		if i >= len(record) {
			break
		}
		text := record[i]
		at, col := fieldPosition(table, record, i)
		if invalidUTF8([]byte(text)) >= 0 {
			fault, file := s.notUTF8(at, col, []byte(text))
			if file != nil {
				return file
			}
			return s.bad(at, col, fault.What, fault.Want)
		}
		s.utf8 = s.utf8 || !isASCII([]byte(text))
		if strings.IndexByte(text, 0) >= 0 {
			return s.bad(at, col, "the text has a NUL byte", "save the file as plain text in UTF-8")
		}
		if name != "" {
			v[name] = value{strings.Clone(text), col}
		}
	}
	return s.row(line, v, nil)
}

// tableFault is a fault after which the table cannot be read on.
func (s *reader) tableFault(line int, err error) error {
	if errors.Is(err, errLongRow) {
		return s.fault(line, fmt.Sprintf("a row that begins here is longer than %d MB; a quote may not be closed", maxRow>>20), `close every quote, and write a quote within a value as ""`)
	}
	if _, ok := errors.AsType[*csv.ParseError](err); ok {
		line, col, what, want := parsePosition(err)
		return diag.Problems{{File: s.Name, Line: line, Col: col, What: what, Want: want}}
	}
	return s.unreadable(line, err)
}

// parsePosition returns where and why a row of a table cannot be read.
func parsePosition(err error) (line, col int, what, want string) {
	fault, _ := errors.AsType[*csv.ParseError](err)
	what, want = fault.Err.Error(), ""
	if errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote) {
		what, want = "a double quote is not closed, or stands within a value without quotes", `put the value in double quotes and write a quote within it as ""`
	}
	return fault.Line, 0, what, want // its column counts bytes
}

// fieldPosition returns where a value begins, the column in characters. The table counts it in bytes.
func fieldPosition(table *csv.Reader, record []string, i int) (line, col int) {
	line, col = table.FieldPos(i)
	for j := i - 1; j >= 0; j-- {
		before := record[j]
		end := strings.LastIndexByte(before, '\n')
		before = before[end+1:]
		col -= len(before) - utf8.RuneCountInString(before)
		if end >= 0 {
			break
		}
	}
	return line, col
}

// errLongRow means that a row is longer than [maxRow].
var errLongRow = errors.New("the row is too long")

// A rowLimit ends a table in which one row is too long: the reader of tables keeps a row in memory until its quote is closed.
type rowLimit struct {
	in   io.Reader
	left int
}

func (l *rowLimit) begin() { l.left = maxRow }

// Read reads at most what is left of the row.
func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLongRow
	}
	n, err := l.in.Read(p)
	l.left -= n
	return n, err
}
