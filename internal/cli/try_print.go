package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/sources"
)

// shownText is how much of an article's text is shown to a person.
const shownText = 300 // characters

// print shows what came of trying one source.
func (t tried) print(sh *shell) {
	sh.printf("%s", sanitize.Line(cmp.Or(t.URL, "the file")))
	if t.Kind != "" && t.Kind != string(sources.FormatUnknown) {
		sh.printf(", read as %s", t.Kind)
	}
	sh.printf("\n")
	for i, a := range t.Articles {
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
		field("text", textLine(a))
	}
	sh.printf("\n")
	for _, w := range t.Warnings {
		sh.printf("warning: %s\n", sanitize.Line(w))
	}
	if t.Error != "" {
		sh.printf("It cannot be read: %s\n", sanitize.Line(t.Error))
		return
	}
	sh.printf("%s. Nothing was kept.\n", plural(len(t.Articles), "article", "articles"))
	for i, p := range t.Proposals {
		finds := fmt.Sprintf("%s (%s, …)", plural(p.Articles, "article", "articles"), sanitize.Line(strings.Join(p.Titles[:1], "")))
		switch {
		case i > 0:
			sh.printf("\nOr these, which find %s:\n", finds)
		case t.Kind == sources.KindListing:
			sh.printf("\nTo read this page as above, give the source these settings:\n")
		default:
			sh.printf("\nIf it is a list that you are after, these settings find %s:\n", finds)
		}
		for line := range strings.Lines(p.Settings) {
			sh.printf("    %s", line)
		}
	}
}

// dateLine says when an article was published, and from which words that was
// read.
func dateLine(a triedArticle) string {
	switch {
	case a.Published == nil && a.PublishedRaw == "":
		return "no date"
	case a.Published == nil:
		return fmt.Sprintf("not understood: %q", a.PublishedRaw)
	}
	return fmt.Sprintf("%s (from %q)", a.Published.UTC().Format("2006-01-02 15:04 UTC"), a.PublishedRaw)
}

func textLine(a triedArticle) string {
	size := plural(len([]rune(a.Text)), "character", "characters")
	switch models.BodyState(a.TextState) {
	case models.BodyWanted:
		size += "; a scan fetches the page behind it (here: --pages)"
	case models.BodySummary:
		size += ", which is all the source gives"
	}
	return fmt.Sprintf("%s [%s]", shorten(a.Text, shownText), size)
}

// A standing is how one source answered.
type standing struct {
	Source   string     `json:"source"`
	Kind     string     `json:"kind"`
	URL      string     `json:"url"`
	Enabled  bool       `json:"enabled"`
	Verified string     `json:"verified"`
	Answers  bool       `json:"answers"`
	Articles int        `json:"articles"`
	Newest   *time.Time `json:"newest"`
	Took     float64    `json:"seconds"`
	Warnings []string   `json:"warnings"`
	Error    string     `json:"error,omitempty"`
}

// tryAll asks every source of the folder and shows which of them answer.
func tryAll(ctx context.Context, sh *shell) error {
	list, problems := sources.Load(userfile.Dir(filepath.Join(sh.dir, "sources")))
	if len(problems) > 0 {
		return app.Below(sh.dir, "sources", problems)
	}
	if len(list) == 0 {
		return usageError{errors.New("there is no source to try here; regwatch init writes a folder with some, or name one with -C DIR")}
	}
	config, _ := configs.Load(sh.dir)
	client := app.NewClient(config, sh.dir, redact.New(config.SecretValues()...))
	defer client.Close()
	rows := make([]standing, len(list))
	var group sync.WaitGroup
	var progress sync.Mutex
	done := 0
	for i, src := range list {
		group.Go(func() {
			started := time.Now()
			batch, err := sources.Open(src, client).Fetch(ctx, models.Cursor{})
			rows[i] = standingOf(src, batch, err, time.Since(started))
			progress.Lock()
			defer progress.Unlock()
			done++
			fmt.Fprintf(sh.stderr, "%d of %d: %s\n", done, len(list), src.ID)
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	return printStandings(sh, rows)
}

func standingOf(src models.Source, batch models.Batch, err error, took time.Duration) standing {
	s := standing{
		Source: src.ID, Kind: src.Kind, URL: redact.URL(src.URL), Enabled: !src.Disabled, Verified: src.Verified,
		Answers: err == nil, Articles: len(batch.Articles), Took: took.Round(10 * time.Millisecond).Seconds(),
		Warnings: append([]string{}, batch.Warnings...),
	}
	if err != nil {
		s.Error = err.Error()
	}
	for _, a := range batch.Articles {
		if !a.PublishedAt.IsZero() && (s.Newest == nil || a.PublishedAt.After(*s.Newest)) {
			s.Newest = &a.PublishedAt
		}
	}
	return s
}

func printStandings(sh *shell, rows []standing) error {
	t := newTable(sh.stdout, "SOURCE", "KIND", "ANSWERS", "ARTICLES", "NEWEST", "TOOK", "WHAT TO KNOW")
	answering, unresolved := 0, 0
	for _, r := range rows {
		answers := "no"
		if r.Answers {
			answers = "yes"
			answering++
		}
		know := append([]string{}, r.Warnings...)
		if r.Error != "" {
			know = []string{r.Error}
		}
		if strings.Contains(r.Error, "does not resolve") {
			unresolved++
		}
		if !r.Enabled {
			know = append([]string{"turned off"}, know...)
		}
		newest := "-"
		if r.Newest != nil {
			newest = r.Newest.UTC().Format(time.DateOnly)
		}
		t.row(r.Source, r.Kind, answers, fmt.Sprint(r.Articles), newest, fmt.Sprintf("%.1f s", r.Took), strings.Join(know, "; "))
	}
	if err := t.flush(); err != nil {
		return err
	}
	sh.printf("\n%d of %s answer. Nothing was kept.\n", answering, plural(len(rows), "source", "sources"))
	switch {
	case unresolved == len(rows) && unresolved > 1:
		sh.printf("No host name resolved: this machine has no network or DNS, or needs a proxy (HTTPS_PROXY).\n")
	case answering < len(rows):
		sh.printf("What each sentence means, and what to do: docs/reference/source-health.md, \"Error messages\".\n")
	}
	return nil
}
