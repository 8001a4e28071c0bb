package app

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/sources"
)

// An opml is a list of subscriptions as feed readers exchange it (OPML 2.0,
// http://opml.org/spec2.opml).
type opml struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Body    []outline `xml:"body>outline"`
}

// An outline is a feed, or a folder of feeds.
type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// maxOPML is the largest OPML file that is read, in bytes.
const maxOPML = 10 << 20

// An OPMLExport is the feeds of a folder as OPML.
type OPMLExport struct {
	OPML    string   `json:"opml"`
	Skipped []string `json:"skipped"` // sources that are disabled or no feeds
	Masked  []string `json:"masked"`  // sources whose key or token was replaced by [secret]
}

// ExportOPML returns the feeds of a folder in OPML 2.0, which feed readers import.
func ExportOPML(dir string) (OPMLExport, error) {
	list, err := loadSources(dir)
	if err != nil {
		return OPMLExport{}, err
	}
	out := opml{Version: "2.0", Title: "Sources of regwatch"}
	export := OPMLExport{Skipped: []string{}, Masked: []string{}}
	for _, src := range list {
		if src.Kind != sources.KindFeed || src.Disabled {
			export.Skipped = append(export.Skipped, src.ID)
			continue
		}
		shown := redact.URL(src.URL)
		out.Body = append(out.Body, outline{Text: src.Name, Title: src.Name, Type: "rss", XMLURL: shown, Language: src.Language})
		if shown != src.URL {
			export.Masked = append(export.Masked, src.ID)
		}
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	export.OPML = xml.Header + string(text) + "\n"
	return export, err
}

// An OPMLImport says which OPML file to import and how.
type OPMLImport struct {
	Name    string // of the file, for errors
	Content io.Reader
	Role    string // of every source
	File    string // to write, in the folder sources
}

// An OPMLResult says what was imported.
type OPMLResult struct {
	File    string   `json:"file"` // empty if there was nothing to add
	Role    string   `json:"role"`
	Added   []string `json:"added"`   // IDs
	Skipped int      `json:"skipped"` // feeds that are read already or have no web address
}

// ImportOPML writes the feeds of an OPML file to a new file of the folder sources. Feeds
// that are read already are skipped.
func ImportOPML(dir string, in OPMLImport) (OPMLResult, error) {
	if !slices.Contains(sourceRoles(), in.Role) {
		return OPMLResult{}, unknownRole(in.Role)
	}
	if filepath.Base(in.File) != in.File || filepath.Ext(in.File) != ".yaml" {
		return OPMLResult{}, inputError("%q is not the name of a file in the folder sources; use a name such as imported.yaml", in.File)
	}
	known, err := loadSources(dir)
	if err != nil {
		return OPMLResult{}, err
	}
	outlines, err := in.read()
	if err != nil {
		return OPMLResult{}, err
	}
	added, skipped := newFeeds(outlines, known, models.Role(in.Role))
	result := OPMLResult{Role: in.Role, Added: []string{}, Skipped: skipped}
	if len(added) == 0 {
		return result, nil
	}
	for _, src := range added {
		result.Added = append(result.Added, src.ID)
	}
	text := importedFile(added)
	if _, problems := sources.Parse(in.File, text); len(problems) > 0 {
		return OPMLResult{}, problems
	}
	result.File = filepath.Join(dir, "sources", in.File)
	err = userfile.Create(result.File, text)
	if errors.Is(err, fs.ErrExist) {
		return OPMLResult{}, inputError("%s exists already; choose another name", result.File)
	}
	return result, err
}

// read returns the outlines of the file.
func (in OPMLImport) read() ([]outline, error) {
	var list opml
	err := xml.NewDecoder(io.LimitReader(in.Content, maxOPML)).Decode(&list)
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return nil, inputError("%s:%d: it is not OPML: %s", in.Name, syntax.Line, syntax.Msg)
	}
	if err != nil {
		return nil, inputError("%s is not OPML; use a file that a feed reader exported", in.Name)
	}
	return list.Body, nil
}

// newFeeds returns the feeds of outlines that no known source reads, and how many it
// skipped.
func newFeeds(outlines []outline, known []models.Source, role models.Role) (added []models.Source, skipped int) {
	taken := make(map[string]bool)
	for _, src := range known {
		taken[src.ID], taken[src.URL] = true, true
	}
	var visit func([]outline)
	visit = func(list []outline) {
		for _, o := range list {
			visit(o.Outlines)
			address := strings.TrimSpace(o.XMLURL)
			if address == "" {
				continue
			}
			if taken[address] || !isWebAddress(address) {
				skipped++
				continue
			}
			name := strings.Join(strings.Fields(o.Title), " ")
			if name == "" {
				name = strings.Join(strings.Fields(o.Text), " ")
			}
			if name == "" {
				name = redact.URL(address) // alerts show the name
			}
			id := freeID(name, redact.URL(address), taken)
			taken[id], taken[address] = true, true
			added = append(added, models.Source{ID: id, Name: name, URL: address, Role: role})
		}
	}
	visit(outlines)
	return added, skipped
}

// freeID makes an ID from a name, or else from an address, that is not taken.
func freeID(name, address string, taken map[string]bool) string {
	slug := func(text string) string {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		id := strings.Join(words, "-")
		return strings.Trim(id[:min(len(id), 50)], "-")
	}
	id := slug(name)
	if id == "" {
		_, rest, _ := strings.Cut(address, "://")
		id = slug(rest)
	}
	free := id
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free
}

// importedFile writes sources as a person would.
func importedFile(list []models.Source) []byte {
	var b strings.Builder
	b.WriteString("# Imported from OPML. Check each role: only a regulator or government confirms\n# an event. docs/reference/sources.md explains every key.\n\nsources:\n")
	for _, src := range list {
		fmt.Fprintf(&b, "  - id: %s\n    name: %q\n    url: %q\n    role: %s\n    verified: never\n\n", src.ID, src.Name, src.URL, src.Role)
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}
