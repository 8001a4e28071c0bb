// Package archive reads files of articles that were published in the past.
//
// Start with [Read]. A file has one JSON object on each line, or is a table (CSV) with a header. It is read as a stream: memory
// does not grow with the file, whatever it contains. Every fault has a line and, where there is one, a column; reading goes on
// after it.
//
// The package knows nothing of sources and of what is stored: package app checks that and stores the articles.
package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"regwatch/internal/dates"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// A Format is how a file is written.
type Format string

// The formats.
const (
	JSONL Format = "jsonl" // one JSON object on each line
	CSV   Format = "csv"   // a table with a header; separated by commas, semicolons or tabs
)

// maxRow is the most bytes of one row. No article is as long; a file without line ends or with an open quote is.
const maxRow = 4 << 20

// Options say how to read a file.
type Options struct {
	Name string         // of the file, for messages and to tell its format
	Zone *time.Location // of dates that name none; nil is UTC
	Now  time.Time      // to refuse dates in the future
}

// A Row is one article as the file gives it. Title and Published are always set.
type Row struct {
	Line         int
	Title        string
	Text         string
	Summary      string
	Link         string // empty, or a web address
	Source       string // an ID; empty if the file names none
	Language     string
	Author       string
	Published    time.Time
	PublishedRaw string

	file string
	cols map[string]int // columns of the fields
}

// Problem returns a fault at a field of the row.
func (r Row) Problem(field, what, want string) diag.Problem {
	return diag.Problem{File: r.file, Line: r.Line, Col: r.cols[field], What: what, Want: want}
}

// A File is what Read says of a whole file.
type File struct {
	Format  Format
	Ignored []string // names of fields that mean nothing here, in order
}

// names are the fields and their other names. Of several names in one row the first counts.
var names = map[string][]string{
	"title":     {"title"},
	"text":      {"body", "text"},
	"summary":   {"summary"},
	"link":      {"link", "url"},
	"source":    {"source", "source_id"},
	"language":  {"language", "lang"},
	"author":    {"author"},
	"published": {"published", "published_at", "date"},
}

// fieldOf returns the field that a name means; empty if it means none.
func fieldOf(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	for field, all := range names {
		if slices.Contains(all, name) {
			return field
		}
	}
	return ""
}

// Read calls visit for every row with either the article or its faults, until it returns an error. Empty lines are skipped. The
// file may be compressed by gzip. A fault of the file as a whole is a [diag.Problems]: then nothing after it can be read.
func Read(r io.Reader, o Options, visit func(Row, diag.Problems) error) (File, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if begin, _ := in.Peek(2); bytes.Equal(begin, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return File{}, o.fault(0, fmt.Sprintf("cannot unpack the file: %v", err), "")
		}
		in = bufio.NewReaderSize(unpacked, 64<<10)
	}
	format, err := formatOf(in, o)
	if err != nil {
		return File{}, err
	}
	s := &reader{Options: o, in: in, visit: visit, ignored: make(map[string]bool), table: format == CSV}
	if format == CSV {
		err = s.readCSV()
	} else {
		err = s.readLines()
	}
	return File{Format: format, Ignored: slices.Sorted(maps.Keys(s.ignored))}, err
}

// fault is a fault of the file as a whole.
func (o Options) fault(line int, what, want string) error {
	return diag.Problems{{File: o.Name, Line: line, What: what, Want: want}}
}

// unreadable is the fault of a file that ends early or cannot be read on.
func (o Options) unreadable(line int, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return o.fault(line, "the compressed file is damaged or cut off", "compress it again")
	}
	return fmt.Errorf("read %s: %w", o.Name, err)
}

// formatOf tells the format by the name of the file, or by how it begins.
func formatOf(in *bufio.Reader, o Options) (Format, error) {
	begin, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", o.unreadable(0, err)
	}
	if bytes.HasPrefix(begin, []byte("\xef\xbb\xbf")) { // the mark of UTF-8
		_, _ = in.Discard(3)
		begin = begin[3:]
	}
	begin = bytes.TrimSpace(begin)
	switch {
	case len(begin) == 0:
		return "", o.fault(0, "the file is empty", "")
	case bytes.HasPrefix(begin, []byte{0xff, 0xfe}) || bytes.HasPrefix(begin, []byte{0xfe, 0xff}):
		return "", o.fault(1, "the file is in UTF-16", wantUTF8(o.isTable()))
	case begin[0] == '<':
		return "", o.fault(1, "this is a list of feeds (OPML) or a page, and has no articles", "add the feeds with: regwatch sources import FILE")
	case begin[0] == '[':
		return "", o.fault(1, "the file is one JSON array", "write one object on each line, such as with: jq -c '.[]' FILE")
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		return "", o.fault(1, "this is a ZIP file or a workbook", "unpack it; in Excel, save the table as “"+excelUTF8+"”")
	}
	if o.isTable() || !o.isLines() && begin[0] != '{' {
		return CSV, nil
	}
	return JSONL, nil
}

// isTable and isLines report whether the name of the file says its format.
func (o Options) isTable() bool { return slices.Contains([]string{".csv", ".tsv"}, o.extension()) }

func (o Options) isLines() bool {
	return slices.Contains([]string{".jsonl", ".ndjson", ".json"}, o.extension())
}

func (o Options) extension() string {
	return strings.ToLower(filepath.Ext(strings.TrimSuffix(o.Name, ".gz")))
}

// A reader reads one file.
type reader struct {
	Options
	in      *bufio.Reader
	visit   func(Row, diag.Problems) error
	ignored map[string]bool
	table   bool
	utf8    bool // a text with other characters than ASCII was valid, so the file is in UTF-8
}

// values are the fields of one row, by name.
type values map[string]value

type value struct {
	text string
	col  int
}

// row checks the values of a row and hands it on.
func (s *reader) row(line int, v values, found diag.Problems) error {
	r := Row{Line: line, file: s.Name, cols: make(map[string]int)}
	get := func(field string) string {
		for _, name := range names[field] {
			if x, ok := v[name]; ok && strings.TrimSpace(x.text) != "" {
				r.cols[field] = x.col
				return strings.TrimSpace(x.text)
			}
		}
		return ""
	}
	r.Title, r.Text, r.Summary, r.Author = get("title"), get("text"), get("summary"), get("author")
	r.Link, r.Source, r.Language, r.PublishedRaw = get("link"), get("source"), get("language"), get("published")
	// A field whose value is wrong is not missing too.
	wrong := func(field string) bool {
		return slices.ContainsFunc(found, func(p diag.Problem) bool { return strings.HasPrefix(p.What, field+" ") })
	}
	if r.Language != "" {
		tag, err := language.Parse(r.Language)
		if err != nil {
			found = append(found, r.Problem("language", fmt.Sprintf("language %s is not a language tag", quote(r.Language)), "use en, zh-Hant or zh-Hans, another tag such as fr, or leave it out"))
		}
		r.Language = tag.String()
	}
	if r.Title == "" && !wrong("title") {
		found = append(found, r.Problem("title", "title is missing", "give every article a title"))
	}
	if r.Link != "" && !isWebAddress(r.Link) {
		found = append(found, r.Problem("link", fmt.Sprintf("link %s is no web address", quote(r.Link)), "write it with https:// and at most 4,000 characters, or leave it out"))
	}
	if !wrong("published") {
		found = append(found, s.setPublished(&r)...)
	}
	if len(found) > 0 {
		return s.visit(Row{Line: line, file: s.Name}, found)
	}
	return s.visit(r, nil)
}

// wantDate is what a date should look like.
const wantDate = "write it as 2024-03-01 or 2024-03-01T09:30:00+08:00"

// excelDays is a date as Excel stores it: the days since 1900, here of 1954 to 2119.
var excelDays = regexp.MustCompile(`^[2-7]\d{4}(\.\d+)?$`)

// setPublished reads the date of a row.
func (s *reader) setPublished(r *Row) diag.Problems {
	if r.PublishedRaw == "" {
		return diag.Problems{r.Problem("published", "published is missing", "say when the article was published; "+wantDate)}
	}
	fault := func(what, want string) diag.Problems {
		return diag.Problems{r.Problem("published", "published "+quote(r.PublishedRaw)+" "+what, want)}
	}
	if excelDays.MatchString(r.PublishedRaw) {
		return fault("is a day number of Excel", "format the column as a date such as 2024-03-01 and save the file again")
	}
	d, ok := dates.Parse(r.PublishedRaw, dates.Options{Zone: s.Zone})
	switch {
	case !ok:
		dayFirst, isDayFirst := dates.Parse(r.PublishedRaw, dates.Options{Zone: time.UTC, Order: dates.DayFirst})
		monthFirst, isMonthFirst := dates.Parse(r.PublishedRaw, dates.Options{Zone: time.UTC, Order: dates.MonthFirst})
		if isDayFirst && isMonthFirst {
			return fault(fmt.Sprintf("may be %s or %s", dayFirst.Time.Format("2 January"), monthFirst.Time.Format("2 January 2006")), wantDate)
		}
		return fault("is not a date since 1970", wantDate)
	case d.Time.Unix() <= 0:
		return fault("is before 1970", "an archive has articles since 1970")
	case d.Time.After(s.Now.Add(clockSkew)):
		return fault("is in the future", "an archive has only what was published")
	}
	r.Published = d.Time
	return nil
}

// clockSkew is how far in the future a date may be: the same day begins earlier in other time zones.
const clockSkew = 24 * time.Hour

// maxLink is the longest link that is kept.
const maxLink = 4000

func isWebAddress(link string) bool {
	_, host, ok := strings.Cut(link, "://")
	scheme := strings.ToLower(link[:len(link)-len(host)])
	return ok && (scheme == "http://" || scheme == "https://") && len(link) <= maxLink && host != "" && !strings.ContainsAny(link, " \t\r\n\x00") && host[0] != '/'
}

// quote quotes the beginning of a value for a message.
func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// ignore remembers a field that means nothing. A name close to one that is missing is a likely mistake, which the caller reports.
func (s *reader) ignore(name string) {
	if len(s.ignored) < maxIgnored {
		s.ignored[name] = true
	}
}

// maxIgnored is how many names of unknown fields are remembered.
const maxIgnored = 50

// excelUTF8 is the format in which Excel saves a table in UTF-8, by the name that Excel gives it.
const excelUTF8 = "CSV UTF-8 (Comma delimited)"

func wantUTF8(table bool) string {
	if table {
		return "save it in UTF-8; in Excel the format is “" + excelUTF8 + "”"
	}
	return "save it in UTF-8"
}

// notUTF8 reports a text that is not UTF-8. It is a fault of its row if the file is in UTF-8 otherwise. If not, every row would
// have it, and leaving them out would leave out all Chinese articles: then it is a fault of the file.
func (s *reader) notUTF8(line, col int, text []byte) (row diag.Problem, file error) {
	row = diag.Problem{File: s.Name, Line: line, Col: col, What: "the text is not UTF-8", Want: "save the file in UTF-8"}
	valid, invalid, run, longest := 0, 0, 0, 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			invalid++
		case size > 1:
			valid++
		}
		if run++; text[0] < utf8.RuneSelf {
			run = 0
		}
		longest = max(longest, run)
		text = text[size:]
	}
	if s.utf8 || valid > invalid {
		return row, nil
	}
	probably := "GB18030 or Big5, as Chinese versions of Excel save it"
	if longest < 2 { // single letters such as é between letters of ASCII
		probably = "Windows-1252, as Excel saves a plain CSV"
	}
	return row, s.fault(line, "the file is not UTF-8, but probably "+probably, wantUTF8(s.table))
}

// known returns the names of all fields.
func known() []string {
	var all []string
	for _, some := range names {
		all = append(all, some...)
	}
	slices.Sort(all)
	return all
}

// Nearest returns the name of a field that somebody may have meant by an unknown one; empty if none is near.
func Nearest(name string) string { return yamlnode.Nearest(name, known()) }
