package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/app/newsource"
	"regwatch/internal/sanitize"
)

func newSources(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "sources",
		Aliases: []string{"source"},
		Short:   "List the sources and their health; try, add and import sources",
		Long: `List the sources and the health of each:

  healthy   it responds and publishes as usual
  quiet     it responds, but has published nothing for longer than usual
  shrunk    it responds with less than half of its usual articles
  failing   at least three scans in a row have failed
  dead      it has failed for a week

The recipients under health in regwatch.yaml receive a message when a source
changes from one to another, and when articles may have been missed.

Below the list are pages of articles that regwatch reads no more, because reading them
ended it three times or took too much memory or time, with the reason.

Keys and tokens in addresses are shown as [secret].`,
		Example: `  regwatch sources
  regwatch sources try https://www.example.gov/news/
  regwatch sources add https://www.example.gov/news/ --role regulator`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				all, err := a.Sources(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(all, func() error {
					err := sh.printSources(all, a.Zone())
					sh.printGivenUpPages(all, a.Zone())
					return err
				})
			})
		},
	}
	cmd.AddCommand(newTry(sh), newAddSource(sh), newRetryPage(sh), newImport(sh), newExport(sh))
	return cmd
}

func (sh *shell) printSources(all []app.Source, zone *time.Location) error {
	table := newTable(sh.stdout, "SOURCE", "STATE", "LAST SUCCESS", "LAST NEW ARTICLE", "ARTICLES", "NEXT SCAN", "NOTES")
	for _, s := range all {
		articles := "-"
		if s.Usual > 0 {
			articles = fmt.Sprintf("%d of %d", s.Records, s.Usual)
		}
		table.row(s.ID, s.State, clock(s.LastSuccess, zone), clock(s.LastNew, zone), articles, nextScan(s, zone), sourceNotes(s, zone))
	}
	return table.flush()
}

// printGivenUpPages lists the pages that are not read again because of what that takes.
func (sh *shell) printGivenUpPages(all []app.Source, zone *time.Location) {
	last := ""
	for _, s := range all {
		for _, p := range s.GivenUp {
			if last == "" {
				sh.printf("\nPages that are not read again:\n")
			}
			last = p.ShortID
			sh.printf("  %s  %s · given up %s · %s\n            %s\n", p.ShortID, s.ID, clock(&p.At, zone), sanitize.Line(p.Link), sanitize.Line(p.Why))
		}
	}
	if last != "" {
		sh.printf("To try one again at the next scan: %s\n", sh.command("sources retry "+last))
	}
}

func newRetryPage(sh *shell) *cobra.Command {
	by := ""
	cmd := &cobra.Command{
		Use:   "retry ARTICLE",
		Short: "Try again to read the page of an article that was given up",
		Long: `Let the next scan of the source read the page of an article again that could not be
read. Until then, and if it fails again, the summary of the article stays.

A page is given up after nine failed tries within three days, or after three that
ended regwatch or took too much memory or time. "regwatch sources" lists the latter.

ARTICLE is the ID of an article, its first characters, or its link.`,
		Example: `  regwatch sources retry 01K9ZQ4T
  regwatch sources retry https://www.example.gov/circulars/12.pdf`,
		Args: oneArg(wantArticle),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				article, err := a.RetryPage(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(article, func() error {
					sh.printf("%s\nThe next scan of %s reads its page again.\n", sanitize.Line(article.Title), article.Source)
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who asks for it (default: your user name)")
	return cmd
}

func nextScan(s app.Source, zone *time.Location) string {
	switch {
	case s.NextScan == nil:
		return "-"
	case s.Due:
		return "now, " + s.Why
	}
	return clock(s.NextScan, zone) + ", " + s.Why
}

func sourceNotes(s app.Source, zone *time.Location) string {
	var notes []string
	if text := strings.TrimSuffix(cmp.Or(s.Error, s.Detail), "."); text != "" {
		notes = append(notes, text)
	}
	if s.RecentGap {
		notes = append(notes, fmt.Sprintf("articles may have been missed from %s to %s", clock(&s.Gap.From, zone), clock(&s.Gap.To, zone)))
	}
	if s.MovedTo != "" {
		notes = append(notes, "its address has moved permanently, and the new one is read; put it into its file: url: "+s.MovedTo)
	}
	return strings.Join(notes, "; ")
}

func newExport(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write the feeds as OPML, for feed readers",
		Long: `Write the sources that are feeds to the standard output as OPML 2.0, which feed
readers import. Sources that are disabled or of another kind are skipped and listed
on the standard error.

Keys and tokens in addresses are replaced by [secret]. Enter them again in the feed
reader.`,
		Example: "  regwatch sources export > sources.opml",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			export, err := newsource.ExportOPML(sh.dir)
			if err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(export)
			}
			sh.printf("%s", export.OPML)
			if len(export.Skipped) > 0 {
				fmt.Fprintf(sh.stderr, "Skipped, because they are disabled or no feeds: %s\n", strings.Join(export.Skipped, ", "))
			}
			if len(export.Masked) > 0 {
				fmt.Fprintf(sh.stderr, "Exported without the key or token in their address: %s\n", strings.Join(export.Masked, ", "))
			}
			return nil
		},
	}
}

func newImport(sh *shell) *cobra.Command {
	in := newsource.OPMLImport{}
	cmd := &cobra.Command{
		Use:   "import FILE.opml|-",
		Short: "Add the feeds of an OPML file as sources",
		Long: `Read an OPML file, which feed readers export, and write its feeds to a new file in
the folder sources. Feeds that are already sources are skipped.

OPML does not say who publishes a feed, so every feed gets the role that you choose
with --role. Check the roles in the new file afterwards: only a regulator or
government confirms an event.`,
		Example: `  regwatch sources import subscriptions.opml
  regwatch sources import regulators.opml --role regulator --to regulators.yaml
  regwatch sources try --all`,
		Args: oneArg("an OPML file, or - for the standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := opener(cmd)(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			in.Name, in.Content = args[0], file
			result, err := app.ImportOPML(cmd.Context(), sh.dir, in)
			if err != nil {
				return err
			}
			return sh.print(result, func() error { sh.printImport(args[0], result); return nil })
		},
	}
	cmd.Flags().StringVar(&in.Role, "role", "press", "who publishes the feeds: regulator, government or press")
	cmd.Flags().StringVar(&in.File, "to", "imported.yaml", "the file to write, in the folder sources")
	return cmd
}

func (sh *shell) printImport(from string, r newsource.OPMLResult) {
	if len(r.Added) == 0 {
		sh.printf("Nothing to add: every feed in %s is already a source.\n", from)
		return
	}
	sh.printf("Added %s with the role %s in %s", plural(len(r.Added), "source", "sources"), r.Role, r.File)
	if r.Skipped > 0 {
		sh.printf("; skipped %s that are already sources or have no web address", plural(r.Skipped, "feed", "feeds"))
	}
	sh.printf(".\nNext: %s shows which of them respond. To undo, delete the file.\n", sh.command("sources try --all"))
}

func newAddSource(sh *shell) *cobra.Command {
	var n newsource.Request
	var yes bool
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Add a source: find its feed or list, show its articles, write its file",
		Long: `Add a source by the address of a feed or of a news page. For a page, regwatch
uses a feed that the page names, or a feed at a usual address such as /feed/ or
/rss.xml. If there is none, it proposes settings that read the list of articles on
the page.

You see the first articles and the file before it is written. On a terminal regwatch
asks whether to write it; elsewhere add --yes. It writes sources/ID.yaml, never
over an existing file, and only if the folder then has no mistakes.`,
		Example: `  regwatch sources add https://www.example.gov/news/ --role regulator
  regwatch sources add https://news.example/rss.xml --id example-news --name "Example News" --yes
  regwatch sources add https://www.example.gov/news/ --kind listing`,
		Args: oneArg("the address of a feed or of a page with news"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n.URL = args[0]
			return addSource(cmd, sh, n, yes)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&n.ID, "id", "", "the ID of the source (default: made from its name)")
	flags.StringVar(&n.Name, "name", "", "the name that readers of alerts see (default: the title of the feed or page)")
	flags.StringVar(&n.Role, "role", "press", "who publishes it: regulator, government or press; only the first two confirm an event")
	flags.StringVar(&n.Kind, "kind", "", "how to read it: feed, listing, sitemap or page (default: find out)")
	flags.StringSliceVar(&n.AllowHosts, "allow-host", nil, "a private or loopback host that the source may reach")
	flags.BoolVar(&yes, "yes", false, "write the file without asking")
	return cmd
}

// An addedSource is what --json prints: the proposal, and whether its file was written.
type addedSource struct {
	newsource.Proposal
	Written bool `json:"written"`
}

func addSource(cmd *cobra.Command, sh *shell, n newsource.Request, yes bool) error {
	p, err := newsource.Propose(cmd.Context(), sh.dir, n)
	if err != nil {
		return suggestAllowHost(err)
	}
	if !sh.asJSON {
		sh.printSourceProposal(p)
	}
	if !yes && !sh.asJSON && isTerminal(cmd.InOrStdin()) {
		sh.printf("\nWrite this file? [y/N] ")
		if yes, err = confirmed(cmd.InOrStdin()); err != nil {
			return err
		}
		if !yes {
			sh.printf("Nothing was written.\n")
			return nil
		}
	}
	if !yes {
		if sh.asJSON {
			err = sh.printJSON(addedSource{p, false})
		}
		return errors.Join(err, usageError{errors.New("nothing was written; add --yes to write the file")})
	}
	saved, err := app.SaveSource(sh.dir, p.Text)
	if err != nil {
		return err
	}
	return sh.print(addedSource{p, true}, func() error { sh.printSavedSource(saved); return nil })
}

// confirmed reports whether a person answers with yes.
func confirmed(in io.Reader) (bool, error) {
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}

func (sh *shell) printSourceProposal(p newsource.Proposal) {
	url := sanitize.Line(p.URL)
	switch p.Found {
	case newsource.FoundNamed:
		sh.printf("The page names this feed: %s\n", url)
	case newsource.FoundUsual:
		sh.printf("The page names no feed that can be read. This feed is at a usual address: %s\nCheck that it has the articles that you want. To read the list on the page instead, add --kind listing.\n", url)
	case newsource.FoundList:
		sh.printf("The site has no feed that regwatch can find. It will read the list of articles on the page: %s\n", url)
	default:
		sh.printf("%s is a source of kind %s.\n", url, p.Kind)
	}
	sh.printf("\n%s", plural(p.Count, "article", "articles"))
	switch {
	case p.Count > len(p.Articles):
		sh.printf(". The first %d:\n", len(p.Articles))
	case p.Count > 0:
		sh.printf(":\n")
	default:
		sh.printf(" at present.\n")
	}
	sh.printTriedArticles(p.Articles)
	sh.printf("\n")
	sh.printWarnings(p.Warnings)
	if len(p.Feeds) > 0 {
		sh.printf("The page also names these feeds. To use one, give its address:\n")
		for _, f := range p.Feeds {
			sh.printf("    %s  %s\n", sanitize.Line(f.URL), sanitize.Line(f.Title))
		}
		sh.printf("\n")
	}
	sh.printf("%s:\n", p.File)
	for line := range strings.Lines(p.Settings) {
		text := strings.TrimLeft(line, " ")
		sh.printf("    %s%s\n", strings.Repeat(" ", len(line)-len(text)), sanitize.Line(text))
	}
}

func (sh *shell) printSavedSource(s app.SavedSource) {
	alerts := "without alerts"
	if s.LookBack > 0 {
		alerts = "and alerts only for articles of the last " + inWords(s.LookBack)
	}
	sh.printf(`
Wrote %s.
If regwatch is running, it uses the source within a few seconds. The first scan stores
the articles %s.
To read it now:  regwatch scan %s
To undo this, delete the file.
`, s.File, alerts, s.ID)
}

// suggestAllowHost names the flag with which an address in a private network is read.
func suggestAllowHost(err error) error {
	if private, ok := errors.AsType[*newsource.PrivateHostError](err); ok {
		return fmt.Errorf("%[1]s is a private address, so regwatch did not contact it; add --allow-host %[1]s to allow it", private.Host)
	}
	return err
}
