package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// demoMark is a file that says that a folder was made by the demo and may be
// made anew.
const demoMark = ".regwatch-demo"

func newDemo(sh *shell) *cobra.Command {
	var once bool
	var out string
	var every time.Duration
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See the whole line at work, without an account or a network",
		Long: `Serve a small sample web site, a stand-in for Slack and a mail server on
loopback, write a configuration for them, and run regwatch on it: the same
code as "regwatch run", with real feeds, rules, database and channels.

You see each alert as it reads, what was held back and why, and which source
failed. New articles keep appearing until you press Ctrl-C; with --once one
pass is made. At the end you are told where the digest, the mails, the Slack
messages and the database lie.

With --json that end is one JSON value on the standard output, with every scan,
alert and article held back; what is told meanwhile goes to the standard error.`,
		Example: `  regwatch demo
  regwatch demo --once --out /tmp/regwatch-demo`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			person := *sh
			person.stdout = sh.terminal()
			r, err := demo(cmd.Context(), &person, out, once, every)
			if err != nil || !sh.asJSON {
				return err
			}
			return sh.printJSON(r)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "make one pass and end")
	cmd.Flags().StringVar(&out, "out", "regwatch-demo", "folder to write to; a folder of an earlier demo is replaced")
	cmd.Flags().DurationVar(&every, "every", 5*time.Second, "time between two scans and between two new articles")
	return cmd
}

// A stage is what the demo's regwatch watches and tells: all of it outside of
// the program that is shown.
type stage struct {
	site  *samplesite.Site
	web   *http.Server
	url   string
	slack *slackfake.Server
	mail  *smtpfake.Server
}

// demoHeld is how many of the sample site's articles appear only while the demo
// goes on.
const demoHeld = 8

// A demoReport is what a demo came to.
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

func demo(ctx context.Context, sh *shell, out string, once bool, every time.Duration) (r demoReport, err error) {
	if every < time.Second {
		return r, usageError{fmt.Errorf("--every %s; want at least 1s", every)}
	}
	if err := clearDemo(out); err != nil {
		return r, err
	}
	hold := demoHeld
	if once {
		hold = 0
	}
	st, err := openStage(out, hold)
	if err != nil {
		return r, err
	}
	defer st.close()
	if err := writeDemo(out, st, every); err != nil {
		return r, err
	}
	sh.printf("A sample site on %s, a Slack stand-in and a mail server are up.\nThe configuration is in %s; regwatch now does with it what \"regwatch -C %s run\" does.\n\n", st.url, out, out)

	log, err := sh.log(true)
	if err != nil {
		return r, err
	}
	a, err := openApp(ctx, out, log, sh.stdout)
	if err != nil {
		return r, err
	}
	defer a.Close()
	progress := &demoProgress{printer: scanPrinter{w: sh.stdout, quiet: !once}}
	if once {
		var result app.ScanResult
		result, err = a.Scan(ctx, app.ScanOptions{Scanned: progress.add})
		err = errors.Join(err, result.Failed)
	} else {
		a.Observe(app.Observer{Scanned: progress.add})
		err = demoOn(ctx, sh, a, st, every)
	}
	if err != nil {
		return r, err
	}
	return demoEnd(sh, a, st, out, progress.report)
}

// demoProgress prints and adds up the scans of a demo.
type demoProgress struct {
	mu      sync.Mutex // guards all below
	printer scanPrinter
	report  app.ScanReport
}

func (p *demoProgress) add(s app.SourceScan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.printer.print(s)
	p.report.Add(s)
}

// demoOn runs until it is interrupted, while articles go on appearing.
func demoOn(ctx context.Context, sh *shell, a *app.Engine, st *stage, every time.Duration) error {
	sh.printf("Articles go on appearing every %s. Stop with Ctrl-C. Edit a rule in the folder meanwhile, and see it used.\n\n", every)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.Run(ctx, app.RunOptions{Stderr: sh.stderr}) })
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
				sh.printf("\nNothing more will appear on the sample site. regwatch goes on watching; stop it with Ctrl-C.\n")
				return nil
			}
			sh.printf("\n→ the sample site publishes: %s\n", items[0].Title)
		}
	})
	return group.Wait()
}

// demoEnd sends the digest and says where everything lies. It works after an
// interrupt, so it has a context of its own.
func demoEnd(sh *shell, a *app.Engine, st *stage, out string, report app.ScanReport) (r demoReport, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	digest, err := a.SendDigest(ctx, "weekly", 0)
	if err != nil {
		return r, err
	}
	files, err := digestFiles(out, "")
	if err != nil {
		return r, err
	}
	if err := writeDigest(files, digest.Rendered); err != nil {
		return r, err
	}
	entries, err := a.Store().VerifyAudit(ctx)
	if err != nil {
		return r, err
	}
	path := func(name string) string { return filepath.ToSlash(filepath.Join(out, name)) }
	r = demoReport{
		Folder: path(""), Configuration: path(configs.FileName), Database: path("regwatch.db"), Digest: path("digest.html"),
		Mail: path("mail"), Slack: path("slack"),
		SlackMessages: len(st.slack.Messages()), Mails: len(st.mail.Messages()), AuditEntries: entries, ScanReport: report,
	}
	sh.printf("\n%s.\n", scanSummary(report))
	sh.printf("%s on Slack, %s, %s in the audit trail.\n\n", plural(r.SlackMessages, "message", "messages"),
		plural(r.Mails, "mail", "mails"), plural(int(entries), "entry", "entries"))
	for _, line := range [][2]string{
		{"digest", "digest.html and digest.txt"},
		{"mails", "mail/"},
		{"Slack payloads", "slack/"},
		{"database", "regwatch.db"},
		{"configuration", configs.FileName + ", sources/, rules/"},
	} {
		sh.printf("  %-15s %s/%s\n", line[0], filepath.ToSlash(filepath.Clean(out)), line[1])
	}
	sh.printf("\nLook further:\n  %[2]s -C %[1]s events\n  %[2]s -C %[1]s audit\n  %[2]s -C %[1]s rules test\n", out, called())
	return r, nil
}

// clearDemo makes room for a new demo, and touches no folder of anybody else.
func clearDemo(out string) error {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	case len(entries) > 0:
		if _, err := os.Stat(filepath.Join(out, demoMark)); err != nil {
			return usageError{fmt.Errorf("%s holds files that are not of a demo; choose another folder with --out", out)}
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
	return os.WriteFile(filepath.Join(out, demoMark), []byte("Made by regwatch demo, and replaced by the next one.\n"), 0o644)
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

// The tokens open the Slack stand-in and nothing else.
const (
	demoToken    = "xoxb-demo-stand-in"
	demoAppToken = "xapp-demo-stand-in"
)

// demoUsers are the people in the stand-in's workspace.
func demoUsers() []slackfake.User {
	return []slackfake.User{{ID: "U0ANA", Name: "ana.lee", Display: "Ana"}, {ID: "U0BEN", Name: "ben"}}
}

// writeDemo writes the configuration: the starter folder, but for the sources
// and the channels.
func writeDemo(out string, st *stage, every time.Duration) error {
	if _, err := configs.WriteStarter(out); err != nil {
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
		configs.FileName: fmt.Sprintf(`# The configuration of regwatch demo. It uses the demo's own servers on loopback.
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
