package newsource

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/internal/diag"
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

// MaxOPML is the largest OPML file that is read, in bytes.
const MaxOPML = 10 << 20

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
		return OPMLResult{}, diag.Inputf("%q is not the name of a file in the folder sources; use a name such as imported.yaml", in.File)
	}
	known, err := loadSources(dir)
	if err != nil {
		return OPMLResult{}, err
	}
	outlines, err := readOPML(in.Name, in.Content)
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
		return OPMLResult{}, diag.Inputf("%s exists already; choose another name", result.File)
	}
	return result, err
}

// readOPML returns the outlines of a file. The name is for errors.
func readOPML(name string, content io.Reader) ([]outline, error) {
	var list opml
	err := xml.NewDecoder(io.LimitReader(content, MaxOPML)).Decode(&list)
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return nil, diag.Inputf("%s:%d: it is not OPML: %s", name, syntax.Line, syntax.Msg)
	}
	if err != nil {
		return nil, diag.Inputf("%s is not OPML; use a file that a feed reader exported", name)
	}
	return list.Body, nil
}

// OPMLFeeds returns the addresses of the feeds of an OPML file, each once, and a source for each feed that no known source
// reads. The name of the file is for errors.
func OPMLFeeds(name string, content io.Reader, known []models.Source) (addresses []string, added []models.Source, err error) {
	outlines, err := readOPML(name, content)
	if err != nil {
		return nil, nil, err
	}
	added, _ = newFeeds(outlines, known, "")
	return addressesOf(outlines), added, nil
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
			id := sources.FreeID(name, redact.URL(address), taken)
			taken[id], taken[address] = true, true
			added = append(added, models.Source{ID: id, Name: name, URL: address, Role: role})
		}
	}
	visit(outlines)
	return added, skipped
}

// addressesOf returns the addresses of the feeds of outlines, each once.
func addressesOf(outlines []outline) []string {
	var all []string
	for _, o := range outlines {
		if address := strings.TrimSpace(o.XMLURL); address != "" && !slices.Contains(all, address) {
			all = append(all, address)
		}
		for _, address := range addressesOf(o.Outlines) {
			if !slices.Contains(all, address) {
				all = append(all, address)
			}
		}
	}
	return all
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
