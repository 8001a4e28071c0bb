package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newAddSource(sh *shell) *cobra.Command {
	var n app.NewSource
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
	app.SourceProposal
	Written bool `json:"written"`
}

func addSource(cmd *cobra.Command, sh *shell, n app.NewSource, yes bool) error {
	p, err := app.ProposeSource(cmd.Context(), sh.dir, n)
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

func (sh *shell) printSourceProposal(p app.SourceProposal) {
	url := sanitize.Line(p.URL)
	switch p.Found {
	case app.FoundNamed:
		sh.printf("The page names this feed: %s\n", url)
	case app.FoundUsual:
		sh.printf("The page names no feed that can be read. This feed is at a usual address: %s\nCheck that it has the articles that you want. To read the list on the page instead, add --kind listing.\n", url)
	case app.FoundList:
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
	if private, ok := errors.AsType[*app.PrivateHostError](err); ok {
		return fmt.Errorf("%[1]s is a private address, so regwatch did not contact it; add --allow-host %[1]s to allow it", private.Host)
	}
	return err
}
