package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/report"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// wantReport says what a command expects.
const wantReport = "the ID of a report, or how it begins; regwatch report list lists them"

func newReport(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Write reports for a committee: new, edit, finish, export",
		Long: `Write reports on the events of a period, such as for a monthly committee.

A new report proposes the events of its period, the most severe first. As a draft it
shows them as they are now; "regwatch report edit" changes the order and adds a line to
each. Finishing it stores a version that never changes, with all that it says. The next
report with the same title begins where the last one ended, and says what has changed
since: new events, stages, dates, official confirmation, publishers, and what is gone.`,
		Example: `  regwatch report new "Monthly committee"
  regwatch report edit 01KB3W > monthly.yaml
  regwatch report edit 01KB3W monthly.yaml
  regwatch report finish 01KB3W
  regwatch report export 01KB3W --format html --out monthly.html`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newReportNew(sh), newReportList(sh), newReportShow(sh), newReportEdit(sh), newReportRefresh(sh), newReportFinish(sh), newReportReopen(sh),
		newReportExport(sh), newReportDelete(sh), newReportRestore(sh))
	return cmd
}

func newReportNew(sh *shell) *cobra.Command {
	var r app.ReportRequest
	var from, to string
	var official, press bool
	cmd := &cobra.Command{
		Use:   "new TITLE",
		Short: "Start a report of the events of a period",
		Long: `Start a report of the events that were first seen, changed or reported again in a period.
It begins where the last finished report of the same title ended, or 30 days ago, and ends
now; --from and --to say otherwise, in the time zone of the folder. Events that people
marked as not relevant are left out until you put them in.`,
		Example: `  regwatch report new "Monthly committee"
  regwatch report new "Stablecoins, Q4" --from 2026-10-01 --to 2026-12-31 --rule stablecoin-ordinance --severity high
  regwatch report new "Licences" --stage licensing --query '"virtual asset"'`,
		Args: oneArg(`a title, such as "Monthly committee"`),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Title, r.By = args[0], actorName(r.By)
			switch {
			case official && press:
				return usageError{errors.New("--official and --press exclude each other; use one of them")}
			case official:
				r.Filter.Published = app.PublishedOfficially
			case press:
				r.Filter.Published = app.PublishedByPress
			}
			return sh.withApp(cmd.Context(), func(a *app.App) (err error) {
				if r.From, err = reportDay("--from", from, a.Zone()); err != nil {
					return err
				}
				if r.To, err = reportDay("--to", to, a.Zone()); err != nil {
					return err
				}
				if !r.To.IsZero() {
					r.To = r.To.AddDate(0, 0, 1)
				}
				d, err := a.NewReport(cmd.Context(), r)
				if err != nil {
					return err
				}
				return sh.print(d, func() error {
					sh.printReport(d, a.Zone())
					sh.printf("To edit it: %s > report.yaml\n", sh.command("report edit "+d.ShortID))
					return nil
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "first day of the period, such as 2026-10-01")
	flags.StringVar(&to, "to", "", "last day of the period, included")
	flags.StringSliceVar(&r.Filter.Rules, "rule", nil, "only events that these rules match")
	flags.StringVar(&r.Filter.Severity, "severity", "", "only events of this severity or higher")
	flags.StringSliceVar(&r.Filter.Stages, "stage", nil, "only events at these stages")
	flags.StringSliceVar(&r.Filter.Sources, "source", nil, "only events with an article of these sources")
	flags.StringSliceVar(&r.Filter.Jurisdictions, "jurisdiction", nil, "only events of these jurisdictions, in English")
	flags.StringVar(&r.Filter.State, "state", "", "only open or closed events")
	flags.StringVar(&r.Filter.Query, "query", "", "only events with an article that this query matches; \"regwatch search --help\" explains queries")
	flags.BoolVar(&official, "official", false, "only events that an authority published")
	flags.BoolVar(&press, "press", false, "only events that the press alone reports")
	flags.BoolVar(&r.Filter.Mentions, "mentions", false, "also events that are only mentioned")
	flags.StringVar(&r.By, "by", "", "name for the audit log (default: your user name)")
	return cmd
}

// reportDay reads a day; empty is the zero time.
func reportDay(flag, text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, usageError{fmt.Errorf("%s %q is not a day; write it as 2026-01-31", flag, text)}
	}
	return day, nil
}

func newReportList(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the reports",
		Long:  "List the reports, the newest first, with their state and last version.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				reports, err := a.Reports(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(reports, func() error {
					if len(reports) == 0 {
						sh.printf("There are no reports. To start one: %s\n", sh.command(`report new "Monthly committee"`))
						return nil
					}
					table := newTable(sh.stdout, "ID", "TITLE", "STATE", "VERSIONS", "CHANGED", "BY")
					for _, r := range reports {
						table.row(r.ShortID, shorten(r.Title, 60), r.State, fmt.Sprint(r.Last), clock(&r.ChangedAt, a.Zone()), personOf(r.ChangedBy))
					}
					return table.flush()
				})
			})
		},
	}
}

// reportVersionFlag gives a command the flag --number.
func reportVersionFlag(cmd *cobra.Command, version *int) {
	cmd.Flags().IntVar(version, "number", 0, "a finished version by its number (default: the draft, or the last version if nothing changed since)")
}

func readReport(cmd *cobra.Command, a *app.App, id string, version int) (app.ReportDetails, error) {
	switch {
	case version < 0 || version == 0 && cmd.Flags().Changed("number"):
		return app.ReportDetails{}, usageError{fmt.Errorf("--number %d; use 1 or more", version)}
	case version > 0:
		return a.ReportVersion(cmd.Context(), id, version)
	}
	return a.Report(cmd.Context(), id)
}

func newReportShow(sh *shell) *cobra.Command {
	version := 0
	cmd := &cobra.Command{
		Use:   "show REPORT",
		Short: "Show a report, and what changed since the last one of its title",
		Long: `Show what a report says, its versions with their hashes, and what changed since the last
report of the same title. The hash of a version is also in the audit log:
regwatch audit --action report.finished.`,
		Example: `  regwatch report show 01KB3W
  regwatch report show 01KB3W --number 1 --json`,
		Args: oneArg(wantReport),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				d, err := readReport(cmd, a, args[0], version)
				if err != nil {
					return err
				}
				return sh.print(d, func() error { sh.printReport(d, a.Zone()); return nil })
			})
		},
	}
	reportVersionFlag(cmd, &version)
	return cmd
}

func newReportEdit(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "edit REPORT [FILE]",
		Short: "Write the draft of a report as a file to edit, or store such a file",
		Long: `Without FILE, write the draft of a report as YAML: its title, introduction, and the events
with a line to each. With FILE, or - for the standard input, store what you made of it:
move events to change the order, move them to left_out or remove them to leave them out,
add "- event: ID" for another event. If somebody has changed the report since, nothing is
stored.`,
		Example: `  regwatch report edit 01KB3W > monthly.yaml
  regwatch report edit 01KB3W monthly.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usageError{fmt.Errorf("%s takes %s, and a file to store", cmd.CommandPath(), wantReport)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				if len(args) == 1 {
					d, err := a.DraftOfReport(cmd.Context(), args[0])
					if err != nil {
						return err
					}
					return sh.print(d, func() error { sh.printf("%s", d.Edit()); return nil })
				}
				src, err := readReportFile(cmd, args[1])
				if err != nil {
					return err
				}
				edit, err := app.ParseReportEdit(args[1], src)
				if err != nil {
					return err
				}
				d, err := a.EditReport(cmd.Context(), args[0], edit, actorName(by))
				if changed, ok := errors.AsType[*app.ReportChangedError](err); ok {
					return fmt.Errorf("%w; write it again (%s) and repeat your changes", changed, sh.command("report edit "+args[0]))
				}
				if err != nil {
					return err
				}
				return sh.print(d, func() error { sh.printReport(d, a.Zone()); return nil })
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "name for the audit log (default: your user name)")
	return cmd
}

// maxReportFile is the size of the largest file of an edit, in bytes: 2,000 lines of 2,000 characters fit into it.
const maxReportFile = 1 << 24

func readReportFile(cmd *cobra.Command, name string) ([]byte, error) {
	in := cmd.InOrStdin()
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxReportFile+1))
	if err == nil && len(text) > maxReportFile {
		return nil, fmt.Errorf("%s is larger than %d MiB, which no report is", name, maxReportFile>>20)
	}
	return text, err
}

// newReportChange is a command that changes a report by its ID.
func newReportChange(sh *shell, c cobra.Command, do func(cmd *cobra.Command, a *app.App, id, by string) (any, string, error)) *cobra.Command {
	var by string
	c.Args = oneArg(wantReport)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return sh.withApp(cmd.Context(), func(a *app.App) error {
			result, said, err := do(cmd, a, args[0], actorName(by))
			if err != nil {
				return err
			}
			return sh.print(result, func() error { sh.printf("%s\n", said); return nil })
		})
	}
	c.Flags().StringVar(&by, "by", "", "name for the audit log (default: your user name)")
	return &c
}

func newReportRefresh(sh *shell) *cobra.Command {
	return newReportChange(sh, cobra.Command{
		Use:     "refresh REPORT",
		Short:   "Add the events that came into the period of a draft since it was started",
		Long:    "Look for events in the period of a draft again, and add at its end those that it does not have yet. What you left out stays left out.",
		Example: "  regwatch report refresh 01KB3W",
	}, func(cmd *cobra.Command, a *app.App, id, by string) (any, string, error) {
		d, added, err := a.RefreshReport(cmd.Context(), id, 0, by)
		return d, fmt.Sprintf("%s added to “%s”.", plural(added, "event was", "events were"), sanitize.Line(d.Title)), err
	})
}

func newReportFinish(sh *shell) *cobra.Command {
	r := app.FinishRequest{}
	cmd := newReportChange(sh, cobra.Command{
		Use:   "finish REPORT",
		Short: "Store what a report says as its next version, which never changes",
		Long: `Store what a report says as its next version, with the titles, stages, dates, sources and
passages of its events as they are now. A version never changes, whatever becomes of the
events and texts later; its hash is in the audit log. If events came into the period since
you last looked for new ones, nothing is finished: "regwatch report refresh" adds them.`,
		Example: "  regwatch report finish 01KB3W\n  regwatch report finish 01KB3W --revision 4",
	}, func(cmd *cobra.Command, a *app.App, id, by string) (any, string, error) {
		if cmd.Flags().Changed("revision") && r.Revision < 1 {
			return nil, "", usageError{fmt.Errorf("--revision %d; use 1 or more", r.Revision)}
		}
		r.By = by
		d, err := a.FinishReport(cmd.Context(), id, r)
		if news, ok := errors.AsType[*app.ReportNewsError](err); ok {
			return nil, "", fmt.Errorf("%w: %s, or --without-late", news, sh.command("report refresh "+id))
		}
		if err != nil {
			return nil, "", err
		}
		return d, fmt.Sprintf("“%s” is finished as version %d, with %s.\nSHA-256 %s\nTo export it: %s", sanitize.Line(d.Title), d.Content.Version,
			plural(len(d.Content.Events), "event", "events"), d.Hash, sh.command("report export "+d.ShortID+" --format html --out report.html")), nil
	})
	cmd.Flags().IntVar(&r.Revision, "revision", 0, "finish only the draft of this revision, which \"regwatch report show\" names (default: the one that is stored)")
	cmd.Flags().BoolVar(&r.WithoutLate, "without-late", false, "finish it without the events that came into its period since")
	return cmd
}

func newReportReopen(sh *shell) *cobra.Command {
	return newReportChange(sh, cobra.Command{
		Use:     "reopen REPORT",
		Short:   "Begin the next version of a finished report, with the events as they are now",
		Long:    "Begin the next version of a finished report, with the events as they are now. Earlier versions stay as they are.",
		Example: "  regwatch report reopen 01KB3W",
	}, func(cmd *cobra.Command, a *app.App, id, by string) (any, string, error) {
		d, err := a.ReopenReport(cmd.Context(), id, by)
		return d, fmt.Sprintf("“%s” is a draft again.", sanitize.Line(d.Title)), err
	})
}

func newReportDelete(sh *shell) *cobra.Command {
	return newReportChange(sh, cobra.Command{
		Use:     "delete REPORT",
		Short:   "Delete a report that has no finished version",
		Long:    "Delete a report that has no finished version. \"regwatch report restore\" brings it back.",
		Example: "  regwatch report delete 01KB3W",
	}, func(cmd *cobra.Command, a *app.App, id, by string) (any, string, error) {
		r, err := a.DeleteReport(cmd.Context(), id, by)
		return r, fmt.Sprintf("“%s” is deleted. To bring it back: %s", sanitize.Line(r.Title), sh.command("report restore "+r.ID)), err
	})
}

func newReportRestore(sh *shell) *cobra.Command {
	return newReportChange(sh, cobra.Command{
		Use:     "restore REPORT",
		Short:   "Bring back a report that was deleted",
		Long:    "Bring back a report that was deleted, by its whole ID. \"regwatch audit --action report.deleted\" has it.",
		Example: "  regwatch report restore 01KB3W6E4TQ8Z7Y5X3W2V1S0R9",
	}, func(cmd *cobra.Command, a *app.App, id, by string) (any, string, error) {
		r, err := a.RestoreReport(cmd.Context(), id, by)
		return r, fmt.Sprintf("“%s” is back.", sanitize.Line(r.Title)), err
	})
}

func newReportExport(sh *shell) *cobra.Command {
	version, format, out := 0, "html", ""
	cmd := &cobra.Command{
		Use:   "export REPORT",
		Short: "Write a report as HTML, CSV or JSON",
		Long: `Write a report as one HTML file, as CSV for a spreadsheet, or as the JSON that is stored. The
HTML file needs no network; to get a PDF, print it in a browser. A draft is marked as such.`,
		Example: `  regwatch report export 01KB3W --out monthly.html
  regwatch report export 01KB3W --number 1 --format csv --out monthly.csv`,
		Args: oneArg(wantReport),
		RunE: func(cmd *cobra.Command, args []string) error {
			if sh.asJSON && !cmd.Flags().Changed("format") {
				format = "json"
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				d, err := readReport(cmd, a, args[0], version)
				if err != nil {
					return err
				}
				var file []byte
				switch format {
				case "html":
					file, err = report.HTML(d.Content, d.Hash, report.Language{Tag: "en"})
				case "csv":
					file, err = report.CSV(d.Content)
				case "json":
					file, err = d.AsJSON()
				default:
					return usageError{fmt.Errorf("--format %q does not exist%s; use html, csv or json", format, didYouMean(format, []string{"html", "csv", "json"}))}
				}
				if err != nil {
					return err
				}
				if out == "" {
					_, err := sh.stdout.Write(file)
					return err
				}
				if err := os.WriteFile(out, file, 0o600); err != nil {
					return err
				}
				sh.printf("%s has “%s”%s.\n", out, sanitize.Line(d.Title), reportStand(d))
				return nil
			})
		},
	}
	reportVersionFlag(cmd, &version)
	cmd.Flags().StringVar(&format, "format", format, "html, csv or json")
	cmd.Flags().StringVar(&out, "out", "", "the file to write (default: the standard output)")
	return cmd
}

// reportStand says which version a report is.
func reportStand(d app.ReportDetails) string {
	if d.Content.Version == 0 {
		return fmt.Sprintf(" as a draft (revision %d)", d.Revision)
	}
	return fmt.Sprintf(", version %d", d.Content.Version)
}

func (sh *shell) printReport(d app.ReportDetails, zone *time.Location) {
	c := d.Content
	from, to := report.Period(c)
	sh.printf("%s%s\nReport %s · %s to %s (%s) · %s\n", sanitize.Line(c.Title), reportStand(d), d.ID, from, to, c.Zone, plural(len(c.Events), "event", "events"))
	if c.Introduction != "" {
		sh.printLines("", c.Introduction)
	}
	for _, r := range c.Altered {
		sh.printf("%s\n", report.Language{Tag: "en"}.Altered(r, c))
	}
	if c.Since == nil && c.Altered != nil {
		sh.printf("No version before it can be compared.\n")
	} else if c.Since == nil {
		sh.printf("No report of this title was finished before.\n")
	} else {
		n := report.CountOf(c)
		sh.printf("Since %s, until %s: %d new, %d changed, %d unchanged, %d gone\n", fmt.Sprint("version ", c.Since.Version), report.Until(*c.Since, c), n.New, n.Changed, n.Same, n.Gone)
	}
	language := report.Language{Tag: "en"}
	for i, e := range c.Events {
		mark := ""
		if e.New {
			mark = " (new)"
		}
		sh.printf("%d. %s · %s%s\n", i+1, strings.ToUpper(reportSeverity(e)), shorten(e.Title, 100), mark)
		sh.printLines("   ", e.Line)
		for _, change := range language.Changes(e) {
			sh.printf("   Changed: %s\n", change)
		}
	}
	for _, g := range c.Gone {
		sh.printf("Gone: %s (%s)\n", shorten(g.Title, 90), language.Gone(g.Reason))
	}
	if len(d.LeftOut) > 0 {
		sh.printf("Left out: %s\n", plural(len(d.LeftOut), "event", "events"))
	}
	for _, v := range d.Versions {
		sh.printf("Version %d: finished %s by %s, %s, SHA-256 %s\n", v.Number, clock(&v.FinishedAt, zone), personOf(v.FinishedBy), plural(v.Events, "event", "events"), v.Hash)
	}
}

// printLines prints the lines of a text that a person wrote.
func (sh *shell) printLines(indent, text string) {
	for part := range strings.SplitSeq(text, "\n") {
		if part != "" {
			sh.printf("%s%s\n", indent, sanitize.Line(part))
		}
	}
}

func reportSeverity(e models.ReportEvent) string {
	if e.Severity == "" {
		return "mention"
	}
	return e.Severity
}
