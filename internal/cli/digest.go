package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newDigest(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "digest",
		Short: "Preview, send and list digests",
		Example: `  regwatch digest preview
  regwatch digest send weekly
  regwatch digest list`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDigestPreview(sh), newDigestSend(sh), newDigestList(sh))
	return cmd
}

// oneDigest accepts the name of a digest, which may be left out.
func oneDigest(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%s takes the name of one digest, and got %s", cmd.CommandPath(), strings.Join(args, ", "))}
	}
	return nil
}

// first returns the first argument; empty if there is none.
func first(args []string) string { return append(args, "")[0] }

func newDigestPreview(sh *shell) *cobra.Command {
	var q app.DigestQuery
	var format, out string
	cmd := &cobra.Command{
		Use:   "preview [DIGEST]",
		Short: "Show the digest as it would be sent now, or an earlier one",
		Long: `Show the digest as it would be sent now. It covers the time since the previous
digest, or a day, week or month if there is none. Nothing is stored or sent. The
name is optional if only one digest is configured.

--at shows the digest as of another time, with the events as they are today. --last
and --issue show an earlier digest, word for word.

--out writes the digest as it is mailed. A name that ends in .html or .txt is a file;
any other name is a folder, which gets digest.html and digest.txt. With --format only
that one is written, and any name with an ending is a file.`,
		Example: `  regwatch digest preview
  regwatch digest preview weekly --out digest.html
  regwatch digest preview weekly --at "2026-11-23 08:00" --out /tmp/digest
  regwatch digest preview weekly --last`,
		Args: oneDigest,
		RunE: func(cmd *cobra.Command, args []string) error {
			if q.At != "" && (q.Last || q.ID != "") || q.Last && q.ID != "" {
				return usageError{errors.New("use only one of --at, --last and --issue")}
			}
			if !slices.Contains([]string{"", "text", "html"}, format) {
				return usageError{fmt.Errorf("--format %q is not understood; use text or html", format)}
			}
			files, err := digestFiles(out, format)
			if err != nil {
				return err
			}
			q.Name = first(args)
			return previewDigest(cmd.Context(), sh, q, format, files)
		},
	}
	cmd.Flags().StringVar(&q.At, "at", "", "as of this time, such as \"2026-11-23 08:00\" in the digest's zone, or 2026-11-23T00:00:00Z")
	cmd.Flags().BoolVar(&q.Last, "last", false, "show the last digest that was created")
	cmd.Flags().StringVar(&q.ID, "issue", "", "show an earlier digest, by its ID or how it begins")
	cmd.Flags().StringVar(&format, "format", "", "text or html (default: text, or both with --out)")
	cmd.Flags().StringVar(&out, "out", "", "file or folder to write to, instead of printing the digest")
	return cmd
}

func previewDigest(ctx context.Context, sh *shell, q app.DigestQuery, format string, files []digestFile) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	return sh.withEngine(ctx, log, nil, func(e *app.Engine) error {
		digest, err := e.ShowDigest(ctx, q)
		if err != nil {
			return err
		}
		if err := writeDigest(files, digest); err != nil {
			return err
		}
		return sh.print(digest.Digest, func() error {
			switch {
			case len(files) > 0:
				for _, f := range files {
					sh.printf("wrote %s\n", f.path)
				}
			case format == "html":
				sh.printf("%s", digest.HTML)
			default:
				sh.printf("%s", digest.Terminal)
			}
			return nil
		})
	})
}

// A digestFile is a file that a digest is written to.
type digestFile struct {
	path, format string // the format is html or text
}

// digestFiles returns the files that --out and --format ask for: none without --out, one
// file, or those of a folder.
func digestFiles(out, format string) ([]digestFile, error) {
	formats := map[string]string{".html": "html", ".htm": "html", ".txt": "text"}
	ending := strings.ToLower(filepath.Ext(out))
	info, err := os.Stat(out)
	exists := err == nil
	isFolder := exists && info.IsDir() || strings.HasSuffix(out, "/") || strings.HasSuffix(out, string(filepath.Separator))
	named := formats[ending]
	switch {
	case out == "":
		return nil, nil
	case isFolder:
	case named != "" && format != "" && format != named:
		return nil, usageError{fmt.Errorf("--out %s is the name of a file with %s, and --format is %s; use only one of them", out, named, format)}
	case named != "":
		return []digestFile{{out, named}}, nil
	case format != "" && (ending != "" || exists):
		return []digestFile{{out, format}}, nil
	case exists:
		return nil, usageError{fmt.Errorf("--out %s is a file; add --format text or --format html, or name a folder", out)}
	}
	var files []digestFile
	for _, f := range []digestFile{{filepath.Join(out, "digest.html"), "html"}, {filepath.Join(out, "digest.txt"), "text"}} {
		if format == "" || format == f.format {
			files = append(files, f)
		}
	}
	return files, nil
}

// writeDigest writes a digest to files, and makes their folders.
func writeDigest(files []digestFile, digest app.RenderedDigest) error {
	for _, f := range files {
		text := digest.Text
		if f.format == "html" {
			text = digest.HTML
		}
		if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(f.path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func newDigestSend(sh *shell) *cobra.Command {
	var r app.ResendRequest
	cmd := &cobra.Command{
		Use:   "send [DIGEST]",
		Short: "Create and send the digest now, or send an earlier one again",
		Long: `Create the digest for the time since the previous one and send it now. The next
digest starts where this one ends.

With --to or --issue an earlier digest is sent again, word for word. --issue names
it (default: the last one), and --to the destination (default: where it was sent
before). If its readers have several languages, --to sends the version of the first
reader.`,
		Example: `  regwatch digest send weekly
  regwatch digest send weekly --to mail:someone@example.com
  regwatch digest send --issue 01JDB3ZK7W5V0QX8 --to mail:someone@example.com`,
		Args: oneDigest,
		RunE: func(cmd *cobra.Command, args []string) error {
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			r.Name, r.By = first(args), actorName(r.By)
			return sh.withEngine(cmd.Context(), log, sh.terminal(), func(e *app.Engine) error {
				if len(r.To) > 0 || r.ID != "" {
					return sh.resendDigest(cmd.Context(), e, r)
				}
				return sh.sendDigest(cmd.Context(), e, r.Name)
			})
		},
	}
	cmd.Flags().StringArrayVar(&r.To, "to", nil, "send an earlier digest here: a channel, or channel:address; may be repeated")
	cmd.Flags().StringVar(&r.ID, "issue", "", "send this earlier digest, by its ID or how it begins")
	cmd.Flags().StringVar(&r.By, "by", "", "who sends it again, for the audit log (default: your user name)")
	return cmd
}

func (sh *shell) sendDigest(ctx context.Context, e *app.Engine, name string) error {
	sent, err := e.SendDigest(ctx, name, deliverTimeout)
	if err != nil {
		return err
	}
	return sh.print(sent, func() error {
		if !sent.Sent {
			sh.printf("The digest was created but not sent: %s.\n", sent.Held)
			return nil
		}
		sh.printf("The digest was created with %s; %s.\n", plural(len(sent.Digest.Events), "event", "events"), sh.deliverySummary(sent.Deliveries))
		if sent.Held != "" {
			sh.printf("Some readers do not get it: %s.\n", sent.Held)
		}
		return nil
	})
}

func (sh *shell) resendDigest(ctx context.Context, e *app.Engine, r app.ResendRequest) error {
	resent, err := e.ResendDigest(ctx, r, deliverTimeout)
	if err != nil {
		return err
	}
	return sh.print(resent, func() error {
		sh.printf("Digest %s of %s goes to %s again; %s.\n", resent.ID, resent.Name, strings.Join(resent.To, ", "), sh.deliverySummary(resent.Deliveries))
		return nil
	})
}

func newDigestList(sh *shell) *cobra.Command {
	limit := 20
	cmd := &cobra.Command{
		Use:   "list [DIGEST]",
		Short: "List earlier digests and their deliveries",
		Example: `  regwatch digest list
  regwatch digest list weekly --limit 52 --json`,
		Args: oneDigest,
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 || limit > app.MaxDigests {
				return usageError{fmt.Errorf("--limit %d; use a number from 1 to %d", limit, app.MaxDigests)}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				digests, err := a.Digests(cmd.Context(), first(args), app.Position{}, limit)
				if err != nil {
					return err
				}
				return sh.print(digests, func() error { return sh.printDigests(digests) })
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many to list, the newest first")
	return cmd
}

func (sh *shell) printDigests(digests []app.Digest) error {
	if len(digests) == 0 {
		sh.printf("No digest has been created yet.\n")
		return nil
	}
	t := newTable(sh.stdout, "ID", "DIGEST", "FROM", "TO", "EVENTS", "", "DELIVERIES")
	for _, d := range digests {
		late := ""
		if d.Late {
			late = "late"
		}
		t.row(d.ID, d.Name, clock(&d.From, d.Zone), clock(&d.To, d.Zone), fmt.Sprint(d.Events), late, digestDeliveries(d))
	}
	return t.flush()
}

// digestDeliveries says what became of the deliveries of a digest.
func digestDeliveries(d app.Digest) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{d.Sent, "sent"}, {d.Due, "due"}, {d.Dead, "dead"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if d.Held != "" {
		parts = append(parts, "held: "+d.Held)
	}
	return strings.Join(parts, ", ")
}
