package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newEventsClose(sh *shell) *cobra.Command {
	var by, reason string
	cmd := &cobra.Command{
		Use:   "close EVENT --reason TEXT",
		Short: "Close an event when the work on it is done",
		Long: `Close an event when the work on it is done, or when there is none. Its alerts are not
escalated. A new stage, a higher severity or an official report opens it again; another
report of the same does not. Others see the reason.`,
		Example: `  regwatch events close 01K9ZQ4T --reason "no licence needed; see memo 12"
  regwatch events --state closed --days 90`,
		Args: oneArg(wantEvent),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.CloseEvent(cmd.Context(), args[0], reason, actorName(by))
				if err != nil {
					return err
				}
				return sh.print(done, func() error {
					sh.printf("%s\n", sanitize.Line(done.Event.Title))
					if !done.Changed {
						sh.printf("Already %s.\n", closedSentence(done.Closing, a.Zone()))
						return nil
					}
					sh.printf("Closed; its escalation is stopped.\nTo undo: %s\n", sh.command("events reopen "+done.Event.ShortID))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why (required)")
	cmd.Flags().StringVar(&by, "by", "", "who closes it (default: your user name)")
	return cmd
}

func newEventsReopen(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "reopen EVENT",
		Short: "Open a closed event again",
		Long: `Open a closed event again. A critical alert that nobody is assigned to is escalated when
that is due, or at once if that time has passed.`,
		Example: `  regwatch events reopen 01K9ZQ4T`,
		Args:    oneArg(wantEvent),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				opened, err := a.ReopenEvent(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(opened, func() error {
					sh.printf("%s\nOpen again. It was %s.\n", sanitize.Line(opened.Event.Title), closedSentence(opened.Was, a.Zone()))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who opens it (default: your user name)")
	return cmd
}

func newEventsDue(sh *shell) *cobra.Command {
	var by string
	var remove bool
	cmd := &cobra.Command{
		Use:   "due EVENT DAY",
		Short: "Set until when the work on an event is to be done",
		Long: `Set until when the work on an event is to be done: a day such as 2026-03-31. It is your
own date, beside the key dates that regwatch found in articles. A new one replaces it,
and --remove removes it.`,
		Example: `  regwatch events due 01K9ZQ4T 2026-03-31
  regwatch events due 01K9ZQ4T --remove`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case remove && len(args) == 1:
				return nil
			case remove:
				return usageError{fmt.Errorf("%s --remove takes one argument: %s", cmd.CommandPath(), wantEvent)}
			case len(args) != 2:
				return usageError{fmt.Errorf("%s takes two arguments: the ID of an event, or its first characters, and a day such as 2026-03-31", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			day := ""
			if !remove {
				day = args[1]
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				set, err := a.SetDue(cmd.Context(), args[0], day, actorName(by))
				if err != nil {
					return err
				}
				return sh.print(set, func() error {
					sh.printf("%s\n", sanitize.Line(set.Event.Title))
					undo := "events due " + set.Event.ShortID + " " + set.Was
					switch {
					case set.Day == set.Was && set.Day == "":
						sh.printf("It had no due date.\n")
						return nil
					case set.Day == set.Was:
						sh.printf("It was already due on %s.\n", set.Day)
						return nil
					case set.Day == "":
						sh.printf("No longer due on %s.\n", set.Was)
					default:
						sh.printf("Due on %s.\n", set.Day)
					}
					if set.Was == "" {
						undo = "events due " + set.Event.ShortID + " --remove"
					}
					sh.printf("To undo: %s\n", sh.command(undo))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who sets it (default: your user name)")
	cmd.Flags().BoolVar(&remove, "remove", false, "remove the due date")
	return cmd
}

func newEventsNote(sh *shell) *cobra.Command {
	var by, remove, restore string
	cmd := &cobra.Command{
		Use:   "note EVENT TEXT",
		Short: "Write a note on an event",
		Long: `Write a note on an event for your colleagues. With - as the text, it is read from the
standard input. "regwatch events show" lists the notes with their IDs. --remove hides a
note and --restore shows it again; the text stays stored.`,
		Example: `  regwatch events note 01K9ZQ4T "asked counsel, answer by Friday"
  regwatch events note 01K9ZQ4T - < memo.txt
  regwatch events note --remove 01KA02ZT`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case remove != "" && restore != "":
				return usageError{errors.New("use either --remove or --restore")}
			case remove+restore != "" && len(args) > 0:
				return usageError{fmt.Errorf("%s with --remove or --restore takes no argument", cmd.CommandPath())}
			case remove+restore == "" && len(args) != 2:
				return usageError{fmt.Errorf("%s takes two arguments: the ID of an event, or its first characters, and the text, or - to read it from the standard input", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				var note app.Note
				var err error
				var done string
				switch by := actorName(by); {
				case remove != "":
					note, err = a.RemoveNote(cmd.Context(), remove, by)
					done = "Note removed.\nTo undo: " + sh.command("events note --restore "+note.ID)
				case restore != "":
					note, err = a.RestoreNote(cmd.Context(), restore, by)
					done = "The note is shown again."
				default:
					text := args[1]
					if text == "-" {
						read, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<20))
						if err != nil {
							return err
						}
						text = string(read)
					}
					note, err = a.AddNote(cmd.Context(), args[0], text, by)
					done = "Note added.\nTo undo: " + sh.command("events note --remove "+note.ID)
				}
				if err != nil {
					return err
				}
				return sh.print(note, func() error {
					sh.printf("%s\n%s\n", sanitize.Line(note.Event.Title), done)
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who writes it (default: your user name)")
	cmd.Flags().StringVar(&remove, "remove", "", "remove this `NOTE`")
	cmd.Flags().StringVar(&restore, "restore", "", "show this removed `NOTE` again")
	return cmd
}

// closedSentence says who closed an event, when and why.
func closedSentence(c models.Closing, zone *time.Location) string {
	return fmt.Sprintf("closed by %s on %s: %s", personOf(c.By), clock(&c.At, zone), sanitize.Line(c.Reason))
}

// printWork says whether an event is closed, its due date and its notes.
func (sh *shell) printWork(e app.EventDetails, zone *time.Location) {
	if e.Closed != nil {
		s := closedSentence(*e.Closed, zone)
		sh.printf("%s\n", strings.ToUpper(s[:1])+s[1:])
	}
	if e.Due != nil {
		sh.printf("Due on %s, set by %s\n", e.Due.Day, personOf(e.Due.By))
	}
	for _, n := range e.Notes {
		sh.printf("Note %s by %s on %s:\n", n.ID, personOf(n.By), clock(&n.WrittenAt, zone))
		for line := range strings.Lines(n.Text) {
			sh.printf("  %s\n", sanitize.Line(line))
		}
	}
}
