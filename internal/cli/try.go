package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/sources"
)

// A trial is what a person asks of regwatch sources try.
type trial struct {
	kind     string
	settings string   // a file with one source
	url      string   // what a file at hand is the answer of
	headers  []string // of a file at hand
	allow    []string
	pages    int
	all      bool
}

func newTry(sh *shell) *cobra.Command {
	var t trial
	cmd := &cobra.Command{
		Use:   "try SOURCE|URL|FILE|-",
		Short: "Read a source once and show the articles that result",
		Long: `Read a source and show the articles that result, field by field, with every
warning. Nothing is kept, and no alert is made.

What is read is a source of the configuration by its id, a web address, or a
file as a server sent it ("-" is standard input). The kind of an address or file
that no setting describes is found out from what it holds; for a page with a list
of articles settings are proposed that you can put into a source file.

With --all every source is asked, those that are turned off too, and a table
says which of them answer, and how. It is the first thing to run with a new
folder: addresses rot.`,
		Example: `  regwatch sources try --all
  regwatch sources try hkma-press --pages 3
  regwatch sources try https://www.example.gov/news/
  regwatch sources try saved.html --kind listing --config my-source.yaml --json
  regwatch sources try feed.xml --header 'Content-Type: text/xml; charset=gbk'
  regwatch sources try article.html --kind page`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case t.all && len(args) > 0:
				return usageError{fmt.Errorf("--all tries every source, so name none; got %q", args[0])}
			case !t.all && len(args) != 1:
				return usageError{errors.New("regwatch sources try takes one argument: a source, a web address or a file; or --all")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if t.all {
				return tryAll(cmd.Context(), sh)
			}
			return t.try(cmd, sh, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&t.kind, "kind", "", "what it is: "+strings.Join(sources.Kinds(), ", ")+" (default: found out)")
	flags.StringVar(&t.settings, "config", "", "a file with one source, as in sources/*.yaml, whose settings are used")
	flags.StringVar(&t.url, "url", "", "the address that a file came from, which its links are relative to")
	flags.StringArrayVar(&t.headers, "header", nil, "an HTTP header that a file came with, as 'Name: value'; may be repeated")
	flags.StringSliceVar(&t.allow, "allow-host", nil, "a private or loopback host that may be reached")
	flags.IntVar(&t.pages, "pages", 0, "fetch the pages behind so many articles too")
	flags.BoolVar(&t.all, "all", false, "ask every source and say which answer")
	return cmd
}

// A tried is what came of it.
type tried struct {
	Source   string         `json:"source,omitempty"`
	URL      string         `json:"url"`
	Kind     string         `json:"kind"`
	Articles []triedArticle `json:"articles"`
	Records  int            `json:"records"` // that a plain look finds in the answer, read or not
	Warnings []string       `json:"warnings"`
	Error    string         `json:"error,omitempty"`

	// Proposals are ways to read a page that no settings describe as a list. If
	// Kind is listing, the first was taken.
	Proposals []proposal `json:"proposals,omitempty"`
}

// A triedArticle is an article as it would be stored.
type triedArticle struct {
	Title        string     `json:"title"`
	Link         string     `json:"link"`
	ID           string     `json:"id,omitempty"` // the source's own
	Published    *time.Time `json:"published"`
	PublishedRaw string     `json:"published_raw"` // as the source wrote it
	Language     string     `json:"language"`
	Author       string     `json:"author,omitempty"`
	Summary      string     `json:"summary,omitempty"`
	Text         string     `json:"text"`
	TextState    string     `json:"text_state"` // full, summary, or wanted: the page would be fetched
}

func triedOf(a models.Article) triedArticle {
	t := triedArticle{
		Title: a.Title, Link: redact.URL(a.Link), ID: redact.URL(a.GUID), PublishedRaw: a.PublishedRaw, Language: a.Language,
		Author: a.Author, Summary: a.Summary, Text: a.Body, TextState: string(a.BodyState),
	}
	if !a.PublishedAt.IsZero() {
		t.Published = &a.PublishedAt
	}
	return t
}

func (t *trial) try(cmd *cobra.Command, sh *shell, what string) error {
	ctx := cmd.Context()
	if t.kind != "" && !slices.Contains(sources.Kinds(), t.kind) {
		return usageError{fmt.Errorf("--kind %q; want %s", t.kind, strings.Join(sources.Kinds(), ", "))}
	}
	header, err := parseHeaders(t.headers)
	if err != nil {
		return usageError{err}
	}
	src, err := t.source(sh, what)
	if err != nil {
		return err
	}
	config, _ := configs.Load(sh.dir) // trying needs no configuration
	client := app.NewClient(config, sh.dir, redact.New(config.SecretValues()...))
	defer client.Close()
	var result tried
	if body, atHand, err := t.body(cmd.InOrStdin(), sh.dir, what, src); err != nil {
		return err
	} else if atHand {
		src.URL = cmp.Or(t.url, header.Get("Content-Location"), src.URL)
		result = t.readOrSniff(ctx, src, body, header)
	} else if described(src) {
		result = t.fetch(ctx, src, client)
	} else {
		result = t.look(ctx, src, client)
	}
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if sh.asJSON {
		if err := sh.printJSON(result); err != nil {
			return err
		}
	} else {
		result.print(sh)
	}
	if result.Error != "" {
		return errReported
	}
	return nil
}

// triedID is the id of a source that no settings describe.
const triedID = "tried"

// source returns the source that is meant, with what the flags say of it.
func (t *trial) source(sh *shell, what string) (models.Source, error) {
	src := models.Source{ID: triedID, Name: triedID}
	if t.settings != "" {
		content, err := os.ReadFile(t.settings)
		if err != nil {
			return src, err
		}
		list, problems := sources.Parse(t.settings, content)
		if len(problems) > 0 {
			return src, problems
		}
		if len(list) != 1 {
			return src, usageError{fmt.Errorf("%s holds %s; --config takes a file with one", t.settings, plural(len(list), "source", "sources"))}
		}
		src = list[0]
	} else if known, ok := configured(sh.dir, what); ok {
		src = known
	}
	src.Disabled = false
	src.Kind = cmp.Or(t.kind, src.Kind)
	src.AllowHosts = append(slices.Clone(src.AllowHosts), t.allow...)
	if isWebAddress(what) {
		src.URL = what
	}
	src.URL = cmp.Or(t.url, src.URL)
	if t.url != "" && !isWebAddress(t.url) {
		return src, usageError{fmt.Errorf("--url %q; want a whole web address with http:// or https:// and a host", redact.URL(t.url))}
	}
	return src, nil
}

// configured returns the source of the folder that has an id. A folder that
// cannot be read has none: trying an address needs no folder.
func configured(dir, id string) (models.Source, bool) {
	list, _ := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	i := slices.IndexFunc(list, func(s models.Source) bool { return s.ID == id })
	if i < 0 {
		return models.Source{}, false
	}
	return list[i], true
}

// sourceIDs are those of a folder; none if it cannot be read.
func sourceIDs(dir string) []string {
	list, _ := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	return ids
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// body returns the answer that is at hand: what a file or the standard input
// holds.
func (t *trial) body(stdin io.Reader, dir, what string, src models.Source) (body []byte, atHand bool, err error) {
	if what == "-" {
		body, err = io.ReadAll(io.LimitReader(stdin, sources.DefaultMaxBody+1))
		return body, true, err
	}
	if isWebAddress(what) || src.ID == what {
		return nil, false, nil
	}
	body, err = os.ReadFile(what)
	if errors.Is(err, os.ErrNotExist) {
		return nil, false, usageError{fmt.Errorf("%q is no file, no web address and no source of this folder%s; regwatch sources lists those", redact.URL(what), didYouMean(what, sourceIDs(dir)))}
	}
	if len(body) > sources.DefaultMaxBody {
		return nil, false, fmt.Errorf("%s is too large: an answer of more than 10 MiB is never read", what)
	}
	return body, true, err
}

func parseHeaders(lines []string) (http.Header, error) {
	header := make(http.Header)
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, fmt.Errorf("--header %q; want 'Name: value', such as 'Content-Type: text/html; charset=gbk'", line)
		}
		header.Add(textproto.TrimString(name), textproto.TrimString(value))
	}
	return header, nil
}

// described reports whether it is known how to read a source: it is configured,
// or of a kind that needs no settings.
func described(src models.Source) bool {
	if src.ID != triedID {
		return true
	}
	return src.Kind == sources.KindFeed || src.Kind == sources.KindSitemap
}

func (t *trial) readOrSniff(ctx context.Context, src models.Source, body []byte, header http.Header) tried {
	if described(src) {
		return t.read(ctx, src, body, header)
	}
	return t.sniff(ctx, src, body, header)
}

// read makes the articles of an answer that is at hand.
func (t *trial) read(ctx context.Context, src models.Source, body []byte, header http.Header) tried {
	batch, err := sources.Open(src, nil).Read(ctx, bytes.Clone(body), header)
	return triedBatch(src, batch, err)
}

// fetch asks the source, and for as many pages behind its articles as wanted.
func (t *trial) fetch(ctx context.Context, src models.Source, client *sources.Client) tried {
	reader := sources.Open(src, client)
	batch, err := reader.Fetch(ctx, models.Cursor{})
	for i := range min(t.pages, len(batch.Articles)) {
		full, err := reader.Complete(ctx, batch.Articles[i])
		if err != nil {
			batch.Warnings = append(batch.Warnings, err.Error())
			continue
		}
		batch.Articles[i] = full
	}
	return triedBatch(src, batch, err)
}

func triedBatch(src models.Source, batch models.Batch, err error) tried {
	result := tried{
		Source: src.ID, URL: redact.URL(src.URL), Kind: src.Kind, Records: batch.Items,
		Articles: []triedArticle{}, Warnings: append([]string{}, batch.Warnings...),
	}
	for _, a := range batch.Articles {
		result.Articles = append(result.Articles, triedOf(a))
	}
	if err != nil {
		result.Error = err.Error()
	}
	return result
}
