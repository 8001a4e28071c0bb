// Package cli is the regwatch command line: one file for each noun, whose commands read
// flags, call package app and print the result as text or JSON.
//
// Start with [Main].
package cli

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"regwatch/app"
	"regwatch/internal/build"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
)

// A shell is what every command has: where the configuration lies, where to
// write, and how much to say.
type shell struct {
	stdout, stderr io.Writer

	dir       string
	asJSON    bool
	verbose   bool
	logFormat string

	secrets *redact.Secrets // no line of the log holds one of them
}

// command is a command line for the reader to run on the same folder.
func (sh *shell) command(line string) string {
	return "regwatch" + sh.dirFlag() + " " + line
}

func defaultDir() string { return cmp.Or(os.Getenv("REGWATCH_DIR"), ".") }

func newRoot(stdout, stderr io.Writer) *cobra.Command {
	sh := &shell{stdout: stdout, stderr: stderr, secrets: redact.New()}
	root := &cobra.Command{
		Use:   "regwatch",
		Short: "Watch regulators and the press, and alert the right people",
		Long: `regwatch reads what regulators and the press publish, matches new articles
against watch rules in YAML, groups them into events, and notifies people
on Slack, by email and in a weekly digest.

See it work, without an account or a network:   regwatch demo
Start for real:                                 regwatch init my-watch
                                                cd my-watch && regwatch run`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{flagError(err)} })
	flags := root.PersistentFlags()
	flags.StringVarP(&sh.dir, "dir", "C", defaultDir(), "folder with regwatch.yaml, sources/ and rules/ (default $REGWATCH_DIR, else the current one)")
	flags.Lookup("dir").DefValue = ""
	flags.BoolVar(&sh.asJSON, "json", false, "print results as JSON")
	flags.BoolVarP(&sh.verbose, "verbose", "v", false, "log every scan and delivery")
	flags.StringVar(&sh.logFormat, "log-format", "text", "text or json")
	root.AddGroup(
		&cobra.Group{ID: "start", Title: "Start here:"},
		&cobra.Group{ID: "work", Title: "Scan and notify:"},
		&cobra.Group{ID: "look", Title: "Look closer:"},
	)
	for group, commands := range map[string][]*cobra.Command{
		"start": {newDemo(sh), newInit(sh), newCheck(sh)},
		"work":  {acceptsDataLoss(sh, newRun(sh)), acceptsDataLoss(sh, newScan(sh)), newDigest(sh), newNotify(sh), newPreview(sh), newTemplates(sh), newMute(sh), newUnmute(sh)},
		"look":  {newStatus(sh), newRules(sh), newRoutes(sh), newSearch(sh), newSources(sh), newArticles(sh), newImportArticles(sh), newEvents(sh), newMatters(sh), newReport(sh), newMutes(sh), newExceptions(sh), newSubscriptions(sh), newDeliveries(sh), newAudit(sh), newBackup(sh), newDatabase(sh), newUser(sh), newToken(sh), newMCP(sh)},
	} {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	root.AddCommand(newVersion(sh))
	addVersionFlag(root)
	addHelpTopics(root)
	return root
}

const dataLossHelp = `

regwatch refuses to use an SQLite database that has lost data, because it would send
messages again. docs/reference/database.md explains what to do then.`

// acceptsDataLoss gives a command the flag --accept-data-loss.
func acceptsDataLoss(sh *shell, cmd *cobra.Command) *cobra.Command {
	accept := false
	cmd.Flags().BoolVar(&accept, "accept-data-loss", false, "continue with an SQLite database that has lost data; use it once")
	cmd.Long += dataLossHelp
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if !accept {
			return nil
		}
		log, err := sh.log(true)
		if err != nil {
			return err
		}
		return app.AcceptDataLoss(cmd.Context(), sh.dir, actorName(""), log)
	}
	return cmd
}

// flagError says what a flag takes; the flag library names the function that
// could not read it.
func flagError(err error) error {
	bad, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	want := map[string]string{"int": "a whole number", "int64": "a whole number", "float64": "a number", "duration": "a duration such as 90s or 15m", "bool": "true or false"}
	flag := bad.GetFlag()
	if want[flag.Value.Type()] == "" {
		return err
	}
	return fmt.Errorf("--%s %q is not understood; use %s", flag.Name, bad.GetValue(), want[flag.Value.Type()])
}

// log returns the logger: quiet commands log only what went wrong. No line holds
// a secret of the configuration, even if a server repeats one.
func (sh *shell) log(quiet bool) (*slog.Logger, error) {
	return sh.logTo(sh.stderr, quiet)
}

func (sh *shell) logTo(w io.Writer, quiet bool) (*slog.Logger, error) {
	sh.secrets.Add(app.SecretValues(sh.dir)...)
	options := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: sh.secrets.Attr}
	if quiet && !sh.verbose {
		options.Level = slog.LevelError
	}
	switch sh.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, usageError{fmt.Errorf("--log-format %q is not understood; use text or json", sh.logFormat)}
}

// printJSON writes a result for programs.
func (sh *shell) printJSON(v any) error {
	encoder := json.NewEncoder(sh.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// withApp opens the folder for a command that ends by itself.
func (sh *shell) withApp(ctx context.Context, do func(*app.App) error) (err error) {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, sh.dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return do(a)
}

// withEngine opens the folder and what scans and delivers. A nil terminal is for a command
// that sends nothing.
func (sh *shell) withEngine(ctx context.Context, log *slog.Logger, terminal io.Writer, do func(*app.Engine) error) (err error) {
	a, err := app.Open(ctx, sh.dir, log)
	if err != nil {
		return err
	}
	e, err := a.NewEngine(ctx, terminal)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	return do(e)
}

// actorName returns the name for the audit log: that of the flag, or else of the user
// who runs the command; empty if the system does not know it.
func actorName(flag string) string {
	if flag != "" {
		return flag
	}
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// print writes a result as JSON with --json, and calls text otherwise.
func (sh *shell) print(v any, text func() error) error {
	if sh.asJSON {
		return sh.printJSON(v)
	}
	return text()
}

// terminal is where alerts for the terminal go. With --json the standard output
// holds one JSON value and nothing else, and what is marked as sent is still seen.
func (sh *shell) terminal() io.Writer {
	if sh.asJSON {
		return sh.stderr
	}
	return sh.stdout
}

func (sh *shell) printf(format string, args ...any) { fmt.Fprintf(sh.stdout, format, args...) }

// plural renders a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Exit codes.
const (
	exitFailed   = 1 // something could not be done
	exitProblems = 2 // a file or a command line has mistakes
)

// Main runs the command line until it ends or the process is interrupted, and returns
// the exit code: 0, 1 if something could not be done, or 2 if a file or the command
// line has mistakes.
func Main(args []string, stdout, stderr io.Writer) int {
	// net/http logs what a server sends beyond its declared length to the standard
	// logger. That is not JSON and may hold anything, so it is discarded.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second interrupt ends the program at once.
	context.AfterFunc(ctx, stop)
	return run(ctx, args, stdout, stderr)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if problems, ok := errors.AsType[diag.Problems](err); ok {
		fmt.Fprintln(stderr, problems)
		return exitProblems
	}
	if errors.Is(err, errProblems) {
		return exitProblems
	}
	if errors.Is(err, errReported) {
		return exitFailed
	}
	fmt.Fprintf(stderr, "regwatch: %v\n", err)
	// Cobra has no type for a command that does not exist.
	if _, ok := errors.AsType[usageError](err); ok || strings.HasPrefix(err.Error(), "unknown command ") {
		return exitProblems
	}
	if _, ok := errors.AsType[*app.InputError](err); ok {
		return exitProblems
	}
	return exitFailed
}

// errReported means that a command failed and has already printed why.
var errReported = errors.New("failed")

// errProblems means that there are mistakes, which were printed.
var errProblems = errors.New("mistakes")

// A usageError is a mistake in the command line.
type usageError struct{ error }

func newVersion(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and how it was built",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			build := build.Read()
			return sh.print(build, func() error {
				sh.printf("%s", versionText(build))
				return nil
			})
		},
	}
}

// addVersionFlag makes --version print what the command version prints.
func addVersionFlag(root *cobra.Command) {
	build := build.Read()
	root.Version = build.Version
	root.SetVersionTemplate(versionText(build))
	root.InitDefaultVersionFlag()
	root.Flags().Lookup("version").Usage = "print the version and how it was built"
}

func versionText(b build.Info) string {
	text := fmt.Sprintf("regwatch %s (%s)\n", b.Version, b.Go)
	if b.Revision != "" {
		text += fmt.Sprintf("revision %s of %s\n", b.Revision, b.Time)
	}
	return text
}

//go:embed help/*.txt
var helpPages embed.FS

// helpTopics are the guides that regwatch help prints besides the help of commands.
var helpTopics = []struct{ name, short string }{
	{"rules", "How to write a rule"},
	{"routes", "Who receives alerts"},
	{"schedules", "When sources are read and messages are sent"},
}

// addHelpTopics makes regwatch help print the guides. A topic may have the name of a
// command, whose own help is then printed by --help.
func addHelpTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	var help *cobra.Command
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			help = c
		}
	}
	help.Use = "help [command | topic]"
	help.Short = "Show the help of a command, or a guide: " + strings.Join(topicNames(), ", ")
	help.Long = "Show the help of a command, or one of these guides:\n\n" + topicList()
	help.Example = "  regwatch help scan\n  regwatch help routes"
	ofCommand := help.Run
	help.Run = func(cmd *cobra.Command, args []string) {
		if len(args) == 1 && slices.Contains(topicNames(), args[0]) {
			page, _ := helpPages.ReadFile("help/" + args[0] + ".txt") // embedded, as a test checks
			cmd.Print(string(page))
			return
		}
		ofCommand(cmd, args)
	}
	completed := help.ValidArgsFunction
	help.ValidArgsFunction = func(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		all, directive := completed(cmd, args, toComplete)
		for _, topic := range helpTopics {
			if len(args) == 0 && strings.HasPrefix(topic.name, toComplete) {
				all = append(all, cobra.CompletionWithDesc(topic.name, topic.short))
			}
		}
		return all, directive
	}
	root.Long += "\n\nGuides in plain English:\n" + topicList()
}

func topicNames() []string {
	var names []string
	for _, topic := range helpTopics {
		names = append(names, topic.name)
	}
	return names
}

func topicList() string {
	var b strings.Builder
	for _, topic := range helpTopics {
		b.WriteString("  regwatch help " + topic.name + strings.Repeat(" ", max(1, 12-len(topic.name))) + topic.short + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
