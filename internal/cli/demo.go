package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"regwatch/app"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// demoMark is a file that marks a folder that a demo wrote and that another may replace.
const demoMark = ".regwatch-demo"

// configFile is the name of the configuration.
const configFile = "regwatch.yaml"

func newDemo(sh *shell) *cobra.Command {
	var once bool
	var out string
	every := 5 * time.Second
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See regwatch work, without an account or a network",
		Long: `Start a small sample web site, a stand-in for Slack and a mail server on this
machine, write a configuration for them, and run regwatch with it: the same program
as "regwatch run", with real feeds, rules, database and channels.

You see each alert, what was held back and why, and which source failed, here and in
the console at http://127.0.0.1:8480. New articles appear until you press Ctrl-C; with --once regwatch scans once and ends. At the end you
see where the digest, the mails, the Slack messages and the database are, and what to
try next.

With --json the result is one JSON value on the standard output, with every scan, alert
and article that was held back. Everything else goes to the standard error.`,
		Example: `  regwatch demo
  regwatch demo --once --out /tmp/regwatch-demo`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			inFolder := *sh
			inFolder.stdout, inFolder.dir = sh.terminal(), out
			r, err := demo(cmd.Context(), &inFolder, once, every)
			if err != nil || !sh.asJSON {
				return err
			}
			return sh.printJSON(r)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "scan once and end")
	cmd.Flags().StringVar(&out, "out", "regwatch-demo", "folder to write to; the folder of an earlier demo is replaced")
	cmd.Flags().Var((*durationFlag)(&every), "every", "time between two scans and between two new articles")
	return cmd
}

// A stage is the servers that a demo uses: they are not part of the program that it shows.
type stage struct {
	site  *samplesite.Site
	web   *http.Server
	url   string
	slack *slackfake.Server
	mail  *smtpfake.Server
}

// demoHeld is how many articles of the sample site appear only while the demo runs.
const demoHeld = 8

// A demoReport is the result of a demo.
type demoReport struct {
	Folder        string `json:"folder"`
	Configuration string `json:"configuration"`
	Database      string `json:"database"`
	Digest        string `json:"digest"`
	Mail          string `json:"mail"`
	Slack         string `json:"slack"`
	SlackMessages int    `json:"slack_messages"`
	Mails         int    `json:"mails"`
	AuditEntries  int64  `json:"audit_entries"`
	app.ScanReport
}

// demo runs a demo in the folder of the shell.
func demo(ctx context.Context, sh *shell, once bool, every time.Duration) (r demoReport, err error) {
	if every < time.Second {
		return r, usageError{fmt.Errorf("--every %s; use at least 1s", every)}
	}
	if err := clearDemo(sh.dir); err != nil {
		return r, err
	}
	hold := demoHeld
	if once {
		hold = 0
	}
	st, err := openStage(sh.dir, hold)
	if err != nil {
		return r, err
	}
	defer st.close()
	if err := writeDemo(sh.dir, st, every); err != nil {
		return r, err
	}
	sh.printf("Started a sample site at %s, a stand-in for Slack and a mail server.\nThe configuration is in %[2]s. From here on this is what \"regwatch -C %[2]s run\" does.\n\n", st.url, sh.dir)

	log, err := sh.log(true)
	if err != nil {
		return r, err
	}
	err = sh.withEngine(ctx, log, sh.stdout, func(e *app.Engine) error {
		scans, err := runDemo(ctx, sh, e, st, once, every)
		if err != nil {
			return err
		}
		r, err = endDemo(sh, e, st, scans)
		return err
	})
	return r, err
}

// runDemo scans once, or until it is interrupted.
func runDemo(ctx context.Context, sh *shell, e *app.Engine, st *stage, once bool, every time.Duration) (app.ScanReport, error) {
	scans := &demoScans{printer: scanPrinter{w: sh.stdout, quiet: !once}}
	if once {
		result, err := e.Scan(ctx, app.ScanOptions{Scanned: scans.add})
		return scans.report, errors.Join(err, result.Failed)
	}
	e.Observe(app.Observer{Scanned: scans.add})
	err := demoUntilStopped(ctx, sh, e, st, every)
	return scans.report, err
}

// demoScans prints and adds up the scans of a demo.
type demoScans struct {
	mu      sync.Mutex // guards all below
	printer scanPrinter
	report  app.ScanReport
}

func (d *demoScans) add(s app.SourceScan) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.printer.print(s)
	d.report.Add(s)
}

// demoUntilStopped runs until it is interrupted, while new articles appear.
func demoUntilStopped(ctx context.Context, sh *shell, e *app.Engine, st *stage, every time.Duration) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	pages, err := sh.openPages(e, log)
	if err != nil {
		return err
	}
	sh.printf("A new article appears every %s. Stop with Ctrl-C. Meanwhile you can edit a rule in the folder: regwatch uses the change at once.\n\n", every)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return e.Run(ctx, app.RunOptions{Stderr: sh.stderr, Serve: pages}) })
	group.Go(func() error {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-ticker.C:
			}
			items := st.site.Publish(1)
			if len(items) == 0 {
				sh.printf("\nThe sample site has published its last article. regwatch continues to scan it; stop it with Ctrl-C.\n")
				return nil
			}
			sh.printf("\n→ the sample site publishes: %s\n", items[0].Title)
		}
	})
	return group.Wait()
}

// endDemo sends the digest and shows where everything is. It also runs after an interrupt,
// so it has its own context.
func endDemo(sh *shell, e *app.Engine, st *stage, scans app.ScanReport) (r demoReport, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	digest, err := e.SendDigest(ctx, "weekly", 0)
	if err != nil {
		return r, err
	}
	files, err := digestFiles(sh.dir, "")
	if err != nil {
		return r, err
	}
	if err := writeDigest(files, digest.Rendered); err != nil {
		return r, err
	}
	events, err := e.Events(ctx, app.EventFilter{Since: e.Now().Add(-24 * time.Hour)})
	if err != nil {
		return r, err
	}
	audit, err := e.VerifyAudit(ctx)
	if err != nil {
		return r, err
	}
	if !audit.Intact {
		return r, errors.New(audit.What)
	}
	path := func(name string) string { return filepath.ToSlash(filepath.Join(sh.dir, name)) }
	r = demoReport{
		Folder: path(""), Configuration: path(configFile), Database: path("regwatch.db"), Digest: path("digest.html"),
		Mail: path("mail"), Slack: path("slack"),
		SlackMessages: len(st.slack.Messages()), Mails: len(st.mail.Messages()), AuditEntries: audit.Entries, ScanReport: scans,
	}
	sh.printDemo(r, events)
	return r, nil
}

func (sh *shell) printDemo(r demoReport, events []app.Event) {
	sh.printf("\n%s.\n", scanSummary(r.ScanReport))
	if merged := r.Events - len(events); merged > 0 {
		sh.printf("%d of the events turned out to be about the same as others, so there are %d now.\n", merged, len(events))
	}
	sh.printf("%s on Slack, %s, %s in the audit log.\n\n", plural(r.SlackMessages, "message", "messages"),
		plural(r.Mails, "mail", "mails"), plural(int(r.AuditEntries), "entry", "entries"))
	for _, line := range [][2]string{
		{"digest", "digest.html and digest.txt"},
		{"mails", "mail/"},
		{"Slack messages", "slack/"},
		{"database", "regwatch.db"},
		{"configuration", configFile + ", sources/, rules/"},
	} {
		sh.printf("  %-15s %s/%s\n", line[0], filepath.ToSlash(filepath.Clean(sh.dir)), line[1])
	}
	sh.printf("\nThree things to try next:\n")
	next := func(what, command string) {
		sh.printf("\n  %s\n    %s%s %s\n", what, called(), sh.dirFlag(), command)
	}
	next(fmt.Sprintf("List the %s:", plural(len(events), "event", "events")), "events")
	if i := slices.IndexFunc(events, func(e app.Event) bool { return len(e.Notified) > 0 }); i >= 0 {
		next("See why an event alerted, and who was notified:", "events show "+events[i].ShortID)
	} else {
		next("See why regwatch did what it did:", "audit")
	}
	next("Change rules/crypto-ban.yaml, and see what it finds in the stored articles:", "rules backtest crypto-ban")
}

// clearDemo removes an earlier demo. It refuses a folder with anything else.
func clearDemo(out string) error {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	case len(entries) > 0:
		if _, err := os.Stat(filepath.Join(out, demoMark)); err != nil {
			return usageError{fmt.Errorf("%s has files that no demo wrote; choose another folder with --out", out)}
		}
		if err := os.RemoveAll(out); err != nil {
			return err
		}
	}
	for _, dir := range []string{"", "mail", "slack", "secrets"} {
		if err := os.MkdirAll(filepath.Join(out, dir), 0o755); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(out, demoMark), []byte("regwatch demo wrote this folder, and replaces it when it runs again.\n"), 0o644)
}

func openStage(out string, hold int) (*stage, error) {
	site, err := samplesite.New(samplesite.Options{Now: time.Now, Hold: hold})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	st := &stage{site: site, url: "http://" + listener.Addr().String(), web: &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}}
	go func() { _ = st.web.Serve(listener) }()
	if st.slack, err = slackfake.New(slackfake.Options{Token: demoToken, AppToken: demoAppToken, Users: demoUsers(), Folder: filepath.Join(out, "slack")}); err != nil {
		return nil, errors.Join(err, st.close())
	}
	if st.mail, err = smtpfake.New(smtpfake.Options{Folder: filepath.Join(out, "mail")}); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

func (st *stage) close() error {
	err := st.web.Close()
	if st.slack != nil {
		err = errors.Join(err, st.slack.Close())
	}
	if st.mail != nil {
		err = errors.Join(err, st.mail.Close())
	}
	return err
}

// The tokens work for the stand-in for Slack only.
const (
	demoToken    = "xoxb-demo-stand-in"
	demoAppToken = "xapp-demo-stand-in"
)

// demoUsers are the people in the workspace of the stand-in.
func demoUsers() []slackfake.User {
	return []slackfake.User{{ID: "U0ANA", Name: "ana.lee", Display: "Ana"}, {ID: "U0BEN", Name: "ben"}}
}

// writeDemo writes the starter folder with other sources and channels.
func writeDemo(out string, st *stage, every time.Duration) error {
	if _, err := app.WriteStarter(out); err != nil {
		return err
	}
	shipped, err := filepath.Glob(filepath.Join(out, "sources", "*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range shipped {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(out, "sources"), 0o755); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(st.mail.Addr())
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"sources/sample.yaml":     string(st.site.SourcesYAML(st.url)),
		"secrets/slack-token":     demoToken + "\n",
		"secrets/slack-app-token": demoAppToken + "\n",
		configFile: fmt.Sprintf(`# The configuration of regwatch demo. It uses the demo's own servers on loopback.
# docs/reference/configuration.md describes every key; regwatch init writes a file with all
# of them.

# The time zone of cron lines, recipients and digests.
zone: Asia/Hong_Kong

# How sources are read.
scan:
  # When: a cron line, or @every with a duration. This is the --every of the demo.
  cron: "@every %s"

# The channels that messages can use, in addition to the terminal.
channels:
  slack:
    kind: slack # a bot
    # Secrets are not in this file: file:PATH reads a file of this folder.
    token: file:secrets/slack-token
    app_token: file:secrets/slack-app-token # for the buttons under alerts
    channel: "#reg-alerts"                  # where the bot posts
    api: %s # the demo's server instead of Slack
  mail:
    kind: email
    host: %s # the demo's mail server
    port: %s
    tls: none # allowed because the server is on this machine
    from: "regwatch <regwatch@example.com>"

# Who is notified.
recipients:
  compliance:
    send: [terminal, slack, "mail:compliance@example.com"] # messages go to all of these
    # More than this many alerts within a minute would be sent as one summary. The
    # number is high, so that the demo sends each alert by itself.
    burst: {over: 1000, within: 1m}

# Which recipients get the alerts of a rule. A rule names its routes.
routes:
  default: [compliance] # for rules without a route
  hk-policy: [compliance]

# Digests: a summary of each week, by mail, on Monday at 08:00.
digests:
  weekly:
    to: ["mail:compliance@example.com"]
    day: monday
    at: "08:00"
`, every, st.slack.APIURL(), host, port),
	} {
		mode := os.FileMode(0o644)
		if filepath.Dir(name) == "secrets" {
			mode = 0o600
		}
		if err := os.WriteFile(filepath.Join(out, name), []byte(text), mode); err != nil {
			return err
		}
	}
	return nil
}
