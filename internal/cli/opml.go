package cli

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"regwatch/app"
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

// An outline is a feed, or a folder of them.
type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

func newExport(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write the sources that are feeds as OPML, for feed readers",
		Long: `Write the sources that are feeds to the standard output as OPML 2.0, which feed
readers import. Sources of other kinds, and those that are turned off, are left
out and named on the standard error. So are those in whose address a key or a
token is replaced by [secret]: put it back in the feed reader.`,
		Example: "  regwatch sources export > sources.opml",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			list, problems := sources.Load(userfile.Dir(filepath.Join(sh.dir, "sources")))
			if len(problems) > 0 {
				return app.Below(sh.dir, "sources", problems)
			}
			out := opml{Version: "2.0", Title: "Sources of regwatch"}
			var left, masked []string
			for _, src := range list {
				if src.Kind != sources.KindFeed || src.Disabled {
					left = append(left, src.ID)
					continue
				}
				out.Body = append(out.Body, outline{Text: src.Name, Title: src.Name, Type: "rss", XMLURL: redact.URL(src.URL), Language: src.Language})
				if redact.URL(src.URL) != src.URL {
					masked = append(masked, src.ID)
				}
			}
			text, err := xml.MarshalIndent(out, "", "  ")
			if err != nil {
				return err
			}
			sh.printf("%s%s\n", xml.Header, text)
			if len(left) > 0 {
				fmt.Fprintf(sh.stderr, "Left out, because they are no feeds or turned off: %s\n", strings.Join(left, ", "))
			}
			if len(masked) > 0 {
				fmt.Fprintf(sh.stderr, "Exported with [secret] in the place of the key or token in their address: %s\n", strings.Join(masked, ", "))
			}
			return nil
		},
	}
}

func newImport(sh *shell) *cobra.Command {
	var role, to string
	cmd := &cobra.Command{
		Use:   "import FILE.opml|-",
		Short: "Add the feeds of a feed reader's OPML file as sources",
		Long: `Read an OPML file, which feed readers export, and write its feeds into a new file
of the folder sources. Feeds that are watched already are left out. OPML does not
say who publishes, so every feed gets the role that you give: look through
the file afterwards, since only a regulator or government confirms an event.`,
		Example: `  regwatch sources import subscriptions.opml
  regwatch sources import regulators.opml --role regulator --to regulators.yaml
  regwatch sources try --all`,
		Args: oneArg("an OPML file, or - for the standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return importOPML(cmd, sh, args[0], role, to)
		},
	}
	cmd.Flags().StringVar(&role, "role", string(models.Press), "who publishes them: regulator, government or press")
	cmd.Flags().StringVar(&to, "to", "imported.yaml", "the file to write, in the folder sources")
	return cmd
}

func importOPML(cmd *cobra.Command, sh *shell, from, role, to string) error {
	if !slices.Contains([]models.Role{models.Regulator, models.Government, models.Press}, models.Role(role)) {
		return usageError{fmt.Errorf("--role %q; want regulator, government or press", role)}
	}
	if filepath.Base(to) != to || filepath.Ext(to) != ".yaml" {
		return usageError{fmt.Errorf("--to %q; want the name of a file in the folder sources, such as imported.yaml", to)}
	}
	known, problems := sources.Load(userfile.Dir(filepath.Join(sh.dir, "sources")))
	if len(problems) > 0 {
		return app.Below(sh.dir, "sources", problems)
	}
	var in io.Reader = cmd.InOrStdin()
	if from != "-" {
		file, err := os.Open(from)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	var list opml
	if err := xml.NewDecoder(io.LimitReader(in, 10<<20)).Decode(&list); err != nil {
		if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
			return usageError{fmt.Errorf("%s:%d: it is not OPML: %s", from, syntax.Line, syntax.Msg)}
		}
		return usageError{fmt.Errorf("%s is not OPML: want a file that a feed reader has exported", from)}
	}
	added, skipped := sourcesOf(list.Body, known, models.Role(role))
	if len(added) == 0 {
		sh.printf("Nothing to add: %s has no feed that is not watched already.\n", from)
		return nil
	}
	text := sourceFile(added)
	if _, problems := sources.Parse(to, text); len(problems) > 0 {
		return problems
	}
	path := filepath.Join(sh.dir, "sources", to)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return usageError{fmt.Errorf("%s is there already; choose another name with --to", path)}
	}
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	sh.printf("%s written to %s, as %s", plural(len(added), "source", "sources"), path, role)
	if skipped > 0 {
		sh.printf("; %s left out, watched already or without a web address", plural(skipped, "feed", "feeds"))
	}
	sh.printf(".\nNext: regwatch sources try --all says which of them answer. To undo, delete the file.\n")
	return nil
}

// sourcesOf returns the feeds of an outline that are not watched yet, and how
// many it left out.
func sourcesOf(outlines []outline, known []models.Source, role models.Role) (added []models.Source, skipped int) {
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
				name = redact.URL(address) // readers of an alert see it
			}
			id := freeID(name, redact.URL(address), taken)
			taken[id], taken[address] = true, true
			added = append(added, models.Source{ID: id, Name: name, URL: address, Role: role})
		}
	}
	visit(outlines)
	return added, skipped
}

// freeID makes an id of a name that no other source has.
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

// sourceFile writes sources as a person would.
func sourceFile(list []models.Source) []byte {
	var b strings.Builder
	b.WriteString("# Imported from OPML. Look at each role: only a regulator or government confirms\n# an event. Every key is explained in docs/reference/sources.md.\n\nsources:\n")
	for _, src := range list {
		fmt.Fprintf(&b, "  - id: %s\n    name: %q\n    url: %q\n    role: %s\n    verified: never\n\n", src.ID, src.Name, src.URL, src.Role)
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}
