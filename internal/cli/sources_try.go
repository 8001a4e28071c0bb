package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app/newsource"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newTry(sh *shell) *cobra.Command {
	var t newsource.Trial
	var headers []string
	var all bool
	cmd := &cobra.Command{
		Use:   "try SOURCE|URL|FILE|-",
		Short: "Read a source once and show its articles",
		Long: `Read a source once and show its articles, field by field, with every warning.
Nothing is stored and no alert is sent.

Give the ID of a source, a web address, or a file that a server sent ("-" reads
the standard input). If no settings describe the address or file, regwatch finds
out what it is. For a page with a list of articles it proposes settings that you
can put into a source file; "regwatch sources add" writes that file for you.

--all tries every source, also disabled ones, and shows which of them respond. Run
it first in a new folder, because addresses change.`,
		Example: `  regwatch sources try --all
  regwatch sources try hkma-press --pages 3
  regwatch sources try https://www.example.gov/news/
  regwatch sources try saved.html --kind listing --config my-source.yaml --json
  regwatch sources try feed.xml --header 'Content-Type: text/xml; charset=gbk'
  regwatch sources try article.html --kind page`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case all && len(args) > 0:
				return usageError{fmt.Errorf("--all tries every source; remove %q or --all", args[0])}
			case !all && len(args) != 1:
				return usageError{errors.New("regwatch sources try takes one argument: a source, a web address or a file; or --all")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if all {
				return tryAll(cmd, sh)
			}
			t.What = args[0]
			t.Open = opener(cmd)
			var err error
			if t.Header, err = parseHeaders(headers); err != nil {
				return usageError{err}
			}
			result, err := newsource.Try(cmd.Context(), sh.dir, t)
			if err != nil {
				return err
			}
			if err := sh.print(result, func() error { sh.printTrial(result); return nil }); err != nil {
				return err
			}
			if result.Error != "" {
				return errReported
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&t.Kind, "kind", "", "how to read it: "+strings.Join(newsource.Kinds(), ", ")+" (default: find out)")
	flags.StringVar(&t.Settings, "config", "", "a file with one source, as in sources/*.yaml, whose settings are used")
	flags.StringVar(&t.URL, "url", "", "the address that a file came from, for its relative links")
	flags.StringArrayVar(&headers, "header", nil, "an HTTP header that a file came with, as 'Name: value'; may be repeated")
	flags.StringSliceVar(&t.AllowHosts, "allow-host", nil, "a private or loopback host that may be reached")
	flags.IntVar(&t.Pages, "pages", 0, "read this many articles in full, from their pages")
	flags.BoolVar(&all, "all", false, "try every source and show which respond")
	return cmd
}

// opener opens the files that a person names; "-" is the standard input.
func opener(cmd *cobra.Command) func(string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) {
		if name == "-" {
			return io.NopCloser(cmd.InOrStdin()), nil
		}
		return os.Open(name)
	}
}

func parseHeaders(lines []string) (http.Header, error) {
	header := make(http.Header)
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, fmt.Errorf("--header %q is not understood; use 'Name: value', such as 'Content-Type: text/html; charset=gbk'", line)
		}
		header.Add(textproto.TrimString(name), textproto.TrimString(value))
	}
	return header, nil
}

func tryAll(cmd *cobra.Command, sh *shell) error {
	trials, err := newsource.TryAll(cmd.Context(), sh.dir, func(source string, n, total int) {
		fmt.Fprintf(sh.stderr, "%d of %d: %s\n", n, total, source)
	})
	if err != nil {
		return err
	}
	err = sh.print(trials, func() error { return sh.printTrials(trials) })
	if !slices.ContainsFunc(trials, func(t newsource.SourceTrial) bool { return t.Answers }) {
		return errors.Join(err, errReported) // the table shows why
	}
	return err
}

// shownText is how much of an article's text is shown to a person.
const shownText = 300 // characters

// printTrial shows what reading one source gave.
func (sh *shell) printTrial(t newsource.Result) {
	sh.printf("%s", sanitize.Line(cmp.Or(t.URL, "the file")))
	if t.Kind != "" && t.Kind != "unknown" {
		sh.printf(", read as %s", t.Kind)
	}
	sh.printf("\n")
	sh.printTriedArticles(t.Articles)
	sh.printf("\n")
	sh.printWarnings(t.Warnings)
	if t.Error != "" {
		sh.printf("It cannot be read: %s\n", sanitize.Line(t.Error))
		if t.Private {
			sh.printf("To read it anyway, name its host with --allow-host.\n")
		}
		return
	}
	sh.printf("%s. Nothing was stored.\n", plural(len(t.Articles), "article", "articles"))
	if slices.ContainsFunc(t.Articles, func(a newsource.Article) bool { return models.BodyState(a.TextState) == models.BodyWanted }) {
		sh.printf("Some texts are incomplete; --pages 3 reads the pages of the first three articles.\n")
	}
	if len(t.Feeds) > 0 {
		sh.printf("\nThe page names this feed, which says more and outlives the next design of the page:\n    kind: feed\n    url: %s\n", sanitize.Line(t.Feeds[0].URL))
	}
	for i, p := range t.Proposals {
		sh.printProposal(p, i > 0, t.Kind)
	}
}

func (sh *shell) printTriedArticles(articles []newsource.Article) {
	for i, a := range articles {
		sh.printf("\n%3d  %s\n", i+1, sanitize.Line(a.Title))
		field := func(name, value string) {
			if value = sanitize.Line(value); value != "" {
				sh.printf("     %-10s %s\n", name, value)
			}
		}
		field("link", a.Link)
		field("published", dateLine(a))
		field("author", a.Author)
		field("language", a.Language)
		if a.Pages > 0 {
			field("pages", fmt.Sprint(a.Pages))
		}
		field("text", textLine(a))
	}
}

func (sh *shell) printWarnings(warnings []string) {
	for _, w := range warnings {
		sh.printf("warning: %s\n", sanitize.Line(w))
	}
}

// printProposal shows settings for a page. The first ones of a listing were used above.
func (sh *shell) printProposal(p newsource.ListProposal, further bool, kind string) {
	finds := fmt.Sprintf("%s (%s, …)", plural(p.Articles, "article", "articles"), sanitize.Line(strings.Join(p.Titles[:1], "")))
	switch {
	case further:
		sh.printf("\nThese settings find %s instead:\n", finds)
	case kind == "listing":
		sh.printf("\nTo read this page as above, give the source these settings:\n")
	default:
		sh.printf("\nIf you want the list on this page, these settings find %s:\n", finds)
	}
	for line := range strings.Lines(p.Settings) {
		sh.printf("    %s", line)
	}
}

// dateLine says when an article was published, and from which text that was read.
func dateLine(a newsource.Article) string {
	switch {
	case a.Published == nil && a.PublishedRaw == "":
		return "no date"
	case a.Published == nil:
		return fmt.Sprintf("not understood: %q", a.PublishedRaw)
	}
	return fmt.Sprintf("%s (from %q)", a.Published.UTC().Format("2006-01-02 15:04 UTC"), a.PublishedRaw)
}

func textLine(a newsource.Article) string {
	size := plural(len([]rune(a.Text)), "character", "characters")
	switch models.BodyState(a.TextState) {
	case models.BodyWanted:
		size += "; a scan reads the rest from its page"
	case models.BodySummary:
		size += "; the source gives no more"
	}
	return fmt.Sprintf("%s [%s]", shorten(a.Text, shownText), size)
}

func (sh *shell) printTrials(trials []newsource.SourceTrial) error {
	table := newTable(sh.stdout, "SOURCE", "KIND", "RESPONDS", "ARTICLES", "NEWEST", "TOOK", "NOTES")
	responding, unresolved := 0, 0
	for _, t := range trials {
		if t.NoName {
			unresolved++
		}
	}
	noNetwork := unresolved == len(trials) && unresolved > 1
	for _, t := range trials {
		if noNetwork {
			t.Error = "" // said once below
		}
		responds := "no"
		if t.Answers {
			responds = "yes"
			responding++
		}
		newest := "-"
		if t.Newest != nil {
			newest = t.Newest.UTC().Format(time.DateOnly)
		}
		table.row(t.Source, t.Kind, responds, fmt.Sprint(t.Articles), newest, fmt.Sprintf("%.1f s", t.Took), trialNotes(t))
	}
	if err := table.flush(); err != nil {
		return err
	}
	sh.printf("\n%d of %s responded. Nothing was stored.\n", responding, plural(len(trials), "source", "sources"))
	switch {
	case noNetwork:
		sh.printf("No host name could be resolved: this machine has no network or DNS, or needs a proxy (HTTPS_PROXY).\n")
	case responding < len(trials):
		sh.printf("docs/reference/source-health.md, \"Error messages\", explains each message and what to do.\n")
	}
	return nil
}

func trialNotes(t newsource.SourceTrial) string {
	notes := t.Warnings
	if t.Error != "" {
		notes = []string{t.Error}
	}
	if !t.Enabled {
		notes = append([]string{"disabled"}, notes...)
	}
	return strings.Join(notes, "; ")
}
