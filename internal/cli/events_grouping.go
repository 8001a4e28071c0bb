package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/app/evaluation"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newEventsEval(sh *shell) *cobra.Command {
	var texts string
	cmd := &cobra.Command{
		Use:   "eval FILE...",
		Short: "Measure how well articles are grouped into events, on labelled articles",
		Long: `Measure how well articles are grouped into events, on articles whose events people
have labelled, beside other ways to group them.

A file has one article a line, as JSON, and may be compressed by gzip. Fields: id,
source, link, published, title, text, event (the development that it reports; empty
if no other article does), soft (events that it may be counted to or not), and lang,
or title_zh and text_zh for the same article in Chinese.

B3 is over the articles whose event has several. WRONG is how many of 100 articles
are in a group of another event. ALERTS is how many groups an event of several
articles is in, and FOLLOW-UPS how many of its articles are sent in the thread of a
group because they state a stage that it did not have. Of en-zh, the pairs are those of
two languages.

With --leave-one-out, the articles of each file are grouped by a model that was fitted
to the other files. The folder has articles-dev.jsonl and stream-dev.jsonl.gz, which
tell how rare terms are and how titles are translated.`,
		Example: `  regwatch events eval labelled.jsonl.gz
  regwatch events eval --leave-one-out texts march.jsonl april.jsonl
  regwatch events eval march.jsonl april.jsonl --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New(cmd.CommandPath() + " takes at least one argument: a file of labelled articles, such as labelled.jsonl.gz")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			scores, err := evaluation.Grouping(evaluation.GroupingRequest{Files: args, Texts: texts})
			if err != nil {
				return err
			}
			return sh.print(scores, func() error {
				table := newTable(sh.stdout, "BLOCK", "LANGUAGES", "METHOD", "B3 P", "R", "F1", "PAIRS F1", "WRONG", "ALERTS", "FOLLOW-UPS", "EVENTS", "ARTICLES")
				for _, s := range scores {
					table.row(s.Block, s.Languages, s.Method, share(s.B3.P), share(s.B3.R), share(s.B3.F1), share(s.Pairs.F1),
						fmt.Sprintf("%.1f", s.Wrong), fmt.Sprintf("%.2f", s.Alerts), fmt.Sprintf("%.2f", s.FollowUps), fmt.Sprint(s.Stories), fmt.Sprint(s.Articles))
				}
				return table.flush()
			})
		},
	}
	cmd.Flags().StringVar(&texts, "leave-one-out", "", "group each file by a model fitted to the others, and to the articles of this folder")
	return cmd
}

func share(x float64) string { return fmt.Sprintf("%.3f", x) }

// correctionFlags are who corrects the grouping and why.
type correctionFlags struct{ by, reason string }

func (f *correctionFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.by, "by", "", "who says so (default: your user name)")
	cmd.Flags().StringVar(&f.reason, "reason", "", "why; others see it")
}

const wantTwoEvents = "two arguments: the IDs of two events, or their first characters; regwatch events lists them"

// exactly refuses another number of arguments.
func exactly(n int, want string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("%s takes %s", cmd.CommandPath(), want)}
		}
		return nil
	}
}

func newEventsMerge(sh *shell) *cobra.Command {
	var f correctionFlags
	cmd := &cobra.Command{
		Use:   "merge EVENT INTO",
		Short: "Merge an event into another one that reports the same development",
		Long: `Merge an event into another one, INTO, that reports the same development. Its
articles, assignments and feedback count for INTO from now on, and so do later reports
of it. The messages about EVENT say where the story continues. Nothing that was sent is
sent again.`,
		Example: `  regwatch events merge 01K9ZQ4T 01K9ZQ1B --reason "one press release"`,
		Args:    exactly(2, wantTwoEvents),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.MergeEvents(cmd.Context(), args[0], args[1], actorName(f.by), f.reason)
				if err != nil {
					return err
				}
				return sh.printCorrection(done, func() {
					sh.printf("%s\nEvent %s is merged into it; it now has %s.\n", sanitize.Line(done.Other.Title), done.EventID, plural(len(done.Other.Articles), "article", "articles"))
				})
			})
		},
	}
	f.add(cmd)
	return cmd
}

func newEventsSplit(sh *shell) *cobra.Command {
	var f correctionFlags
	cmd := &cobra.Command{
		Use:   "split EVENT ARTICLE...",
		Short: "Let articles of an event open an event of their own",
		Long: `Let articles of an event open an event of their own, because they report another
development. They never rejoin. Who was not alerted to what one of the two events
reports is alerted now. "regwatch events show EVENT" lists the articles.`,
		Example: `  regwatch events split 01K9ZQ4T 01K9ZQ4S --reason "another bank"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usageError{errors.New(cmd.CommandPath() + " takes at least two arguments: the ID of an event, and those of its articles that report something else")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.SplitEvent(cmd.Context(), args[0], args[1:], actorName(f.by), f.reason)
				if err != nil {
					return err
				}
				return sh.printCorrection(done, func() {
					sh.printf("%s\nThe new event %s has %s; event %s keeps %s.\n", sanitize.Line(done.Other.Title), done.Other.ShortID,
						plural(len(done.Other.Articles), "article", "articles"), done.Event.ShortID, plural(len(done.Event.Articles), "article", "articles"))
				})
			})
		},
	}
	f.add(cmd)
	return cmd
}

func newEventsKeepApart(sh *shell) *cobra.Command {
	var f correctionFlags
	cmd := &cobra.Command{
		Use:   "keep-apart EVENT OTHER",
		Short: "Say that two events are not one",
		Long: `Say that two events are not one, however alike their reports are. An article that is
as close to one as to the other joins neither. An event that may belong to the other
is no longer listed by "regwatch events --may-belong".`,
		Example: `  regwatch events keep-apart 01K9ZQ4T 01K9ZQ1B --reason "two banks"`,
		Args:    exactly(2, wantTwoEvents),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.KeepApart(cmd.Context(), args[0], args[1], actorName(f.by), f.reason)
				if err != nil {
					return err
				}
				return sh.printCorrection(done, func() {
					sh.printf("%s\n%s\nThese two events are kept apart.\n", sanitize.Line(done.Event.Title), sanitize.Line(done.Other.Title))
				})
			})
		},
	}
	f.add(cmd)
	return cmd
}

func newEventsMove(sh *shell) *cobra.Command {
	var f correctionFlags
	cmd := &cobra.Command{
		Use:   "move ARTICLE EVENT",
		Short: "Move an article into another event",
		Long: `Move an article into another event, because it reports that development. It stays
there. Readers of EVENT get what it adds, as of any other report.`,
		Example: `  regwatch events move 01K9ZQ4S 01K9ZQ1B`,
		Args:    exactly(2, "two arguments: the ID of an article, and that of the event that it belongs to"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.MoveArticle(cmd.Context(), args[0], args[1], actorName(f.by), f.reason)
				if err != nil {
					return err
				}
				return sh.printCorrection(done, func() {
					sh.printf("%s\nMoved from event %s to event %s: %s\n", sanitize.Line(done.Articles[0].Title), done.Event.ShortID, done.Other.ShortID, sanitize.Line(done.Other.Title))
				})
			})
		},
	}
	f.add(cmd)
	return cmd
}

func newEventsUndo(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "undo-grouping ID",
		Short: "Undo a merge, a split, a move or keeping apart",
		Long: `Undo a merge, a split, a move or keeping apart. ID is that of the correction or its
first characters; "regwatch events show EVENT" lists those of an event. Of several
corrections of one event the last is undone first. Messages that were sent stay.`,
		Example: `  regwatch events undo-grouping 01K9ZR77`,
		Args:    oneArg("the ID of a correction, or its first characters; regwatch events show EVENT lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.UndoGrouping(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(done, func() error {
					sh.printf("Undone: %s\n", correctionSentence(done.EventLink))
					sh.printAlerted(done.Notices)
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who undoes it (default: your user name)")
	return cmd
}

// printCorrection prints what changed, who is notified, and how to undo it.
func (sh *shell) printCorrection(done app.Correction, what func()) error {
	return sh.print(done, func() error {
		what()
		sh.printAlerted(done.Notices)
		sh.printf("To undo: %s\n", sh.undoGrouping(done.EventLink))
		return nil
	})
}

func (sh *shell) printAlerted(notices int) {
	if notices > 0 {
		sh.printf("%s because of this.\n", plural(notices, "message is sent", "messages are sent"))
	}
}

func (sh *shell) undoGrouping(l models.EventLink) string {
	return sh.command("events undo-grouping " + l.ID)
}

// correctionSentence says what a person corrected.
func correctionSentence(l models.EventLink) string {
	var what string
	switch l.Kind {
	case models.LinkMerge:
		what = fmt.Sprintf("event %s was merged into event %s", l.EventID, l.OtherID)
	case models.LinkSplit:
		what = fmt.Sprintf("event %s was split off event %s", l.OtherID, l.EventID)
	case models.LinkMove:
		what = fmt.Sprintf("%s moved from event %s to event %s", plural(len(l.Articles), "article", "articles"), l.EventID, l.OtherID)
	default:
		what = fmt.Sprintf("events %s and %s are kept apart", l.EventID, l.OtherID)
	}
	what += ", by " + personOf(l.By)
	if l.Reason != "" {
		what += ": " + sanitize.Line(l.Reason)
	}
	return what
}
