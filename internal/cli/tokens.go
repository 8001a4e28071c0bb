package cli

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/web/mcp"
)

func newToken(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Create, list and revoke tokens for the API",
		Long: `Create, list and revoke tokens with which programs use the API (/api/v1).

A token acts in the name of a user, and never does more than the user's role allows at
that time. It stops when it expires, when it is revoked, and when its user is disabled
or removed. The scopes say which part of the API it opens:

  read        read everything, test and backtest rules
  events      decide about events and mutes
  rules       save rules, and decide about exceptions
  sources     pause and resume sources
  deliveries  send failed messages again`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTokenCreate(sh), newTokenList(sh), newTokenRevoke(sh))
	return cmd
}

func newTokenCreate(sh *shell) *cobra.Command {
	var user string
	scopes := []string{string(app.ScopeRead)}
	lasts := durationFlag(app.DefaultTokenTime)
	cmd := &cobra.Command{
		Use:   "create NAME --user USER",
		Short: "Create a token for the API",
		Long: `Create a token for a program that uses the API in the name of a user. NAME says what it is
for. The token is shown this once: regwatch stores only its hash.`,
		Example: `  regwatch token create dashboard --user mei
  regwatch token create triage --user mei --scope read,events --expires 30d`,
		Args: oneArg("a name that says what the token is for, such as dashboard"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if user == "" {
				return usageError{fmt.Errorf("--user is missing; use %s", wantUser)}
			}
			r := app.TokenRequest{Name: args[0], User: user, Length: time.Duration(lasts), By: actorName("")}
			for _, scope := range scopes {
				r.Scopes = append(r.Scopes, app.TokenScope(scope))
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				created, err := a.CreateToken(cmd.Context(), r)
				if err != nil {
					return err
				}
				return sh.print(created, func() error {
					sh.printf("%s\n\nThis is the token %s of %s (%s). It is shown this once.\n", created.Secret, sanitize.Line(created.Name), created.User, scopesOf(created.Token))
					sh.printf("It expires %s. To end it before: %s\n", clock(&created.ExpiresAt, a.Zone()), sh.command("token revoke "+created.ShortID))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "the user in whose name it acts")
	cmd.Flags().StringSliceVar(&scopes, "scope", scopes, strings.Join(app.TokenScopes(), ", "))
	cmd.Flags().Var(&lasts, "expires", "after how long it expires, at most "+duration.String(app.LongestTokenTime))
	return cmd
}

func newTokenList(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the tokens for the API",
		Long:  "List the tokens for the API, the newest first, with their users and scopes, whether they work, and when they were last used.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				tokens, err := a.Tokens(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(tokens, func() error {
					if len(tokens) == 0 {
						sh.printf("There are no tokens. To create one: %s\n", sh.command("token create NAME --user USER"))
						return nil
					}
					table := newTable(sh.stdout, "ID", "NAME", "USER", "SCOPES", "STATE", "EXPIRES", "LAST USED")
					for _, t := range tokens {
						last := "never"
						if t.LastUsedAt != nil {
							last = clock(t.LastUsedAt, a.Zone())
						}
						table.row(t.ShortID, sanitize.Line(t.Name), t.User, scopesOf(t), t.State, clock(&t.ExpiresAt, a.Zone()), last)
					}
					return table.flush()
				})
			})
		},
	}
}

func newTokenRevoke(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke ID",
		Short:   "End a token for good",
		Long:    "End a token for good. The next request with it is refused.",
		Example: `  regwatch token revoke 01KB3W`,
		Args:    oneArg("the ID of a token, or how it begins; regwatch token list lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				revoked, err := a.RevokeToken(cmd.Context(), args[0], actorName(""))
				if err != nil {
					return err
				}
				return sh.print(revoked, func() error {
					sh.printf("The token %s of %s no longer works.\n", sanitize.Line(revoked.Name), revoked.User)
					return nil
				})
			})
		},
	}
}

func scopesOf(t app.Token) string {
	scopes := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		scopes[i] = string(s)
	}
	return strings.Join(scopes, ",")
}

func newMCP(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Offer tools to an assistant over a pipe (MCP)",
		Long: `Offer tools to an assistant that speaks the Model Context Protocol and starts this
command: it sends requests on the standard input and reads answers on the standard
output. The tools search and read events, list deadlines, explain alerts, test rules,
and propose changes, which a person accepts in the console. No tool sends, deletes or
changes anything.

regwatch run offers the same tools at /mcp to programs that send a token of
regwatch token create.`,
		Example: `  regwatch -C my-watch mcp
  claude mcp add regwatch -- regwatch -C /etc/regwatch mcp`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			return sh.withApp(ctx, func(a *app.App) error {
				// An end of the input ends the command; so does a signal, while the input is read.
				in := io.NopCloser(cmd.InOrStdin())
				done := make(chan error, 1)
				go func() { done <- mcp.Serve(ctx, a, actorName(by), in, nopCloser{sh.stdout}, log) }()
				select {
				case err := <-done:
					return err
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "name for the audit log (default: your user name)")
	return cmd
}

// nopCloser is a writer that stays open.
type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
