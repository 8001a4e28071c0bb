package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
)

const wantUser = "the name of a user; regwatch user list lists them"

func newUser(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Add, list and remove the users of the console",
		Long: `Add, list and remove the users of the console, and change their passwords and roles.

A reader reads everything and keeps filters of their own. An editor also decides about
events, rules, sources and what is sent. An admin also decides about users, links in mails
and lost data. The command line itself needs no user: who can run it may do everything.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newUserAdd(sh), newUserList(sh), newUserRole(sh), newUserPassword(sh), newUserDisable(sh, true), newUserDisable(sh, false), newUserRemove(sh))
	return cmd
}

func newUserAdd(sh *shell) *cobra.Command {
	role := string(app.RoleReader)
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a user of the console",
		Long: `Add a user of the console, who logs in with this name and a password. regwatch asks for the
password twice; without a terminal it reads the first line of the standard input. The
audit log has the name with everything that the user does.`,
		Example: `  regwatch user add mei --role admin
  regwatch user add kim@example.com < password.txt`,
		Args: oneArg("the name of the new user, such as mei or mei@example.com"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				password, err := sh.readPassword(cmd)
				if err != nil {
					return err
				}
				added, err := a.AddUser(cmd.Context(), args[0], app.Role(role), password, actorName(""))
				if err != nil {
					return err
				}
				return sh.print(added, func() error {
					sh.printf("User %s added as %s.\n", added.Name, added.Role)
					if !a.Config().Web.Login.Users {
						sh.printf("To let users log in, add to regwatch.yaml, under web: login: {users: true}\n")
					}
					sh.printf("To undo: %s\n", sh.command("user remove "+shellQuote(added.Name)))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", role, yamlnode.Or(app.Roles()))
	return cmd
}

func newUserList(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the users of the console",
		Long: `List the users of the console, with their roles and when they last logged in. A user of an
identity provider or a proxy is listed after the first login.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				users, err := a.Users(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(users, func() error {
					if len(users) == 0 {
						sh.printf("There are no users. To add one: %s\n", sh.command("user add NAME --role admin"))
						return nil
					}
					table := newTable(sh.stdout, "NAME", "ROLE", "LOGIN", "LAST LOGIN", "ADDED BY")
					for _, u := range users {
						last := "never"
						if u.LastLoginAt != nil {
							last = clock(u.LastLoginAt, a.Zone())
						}
						role := string(u.Role)
						if u.DisabledAt != nil {
							role += ", disabled"
						}
						table.row(sanitize.Line(u.Name), role, u.Login, last, personOf(u.CreatedBy))
					}
					return table.flush()
				})
			})
		},
	}
}

func newUserRole(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "role NAME ROLE",
		Short: "Change the role of a user",
		Long: `Change the role of a user to reader, editor or admin. It counts from the user's next click.
The last admin with a password stays admin. The role of a user of an identity provider
or a proxy comes from there: see web.login in docs/reference/configuration.md.`,
		Example: `  regwatch user role kim editor`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError{fmt.Errorf("%s takes two arguments: the name of a user, and %s", cmd.CommandPath(), yamlnode.Or(app.Roles()))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				changed, err := a.SetUserRole(cmd.Context(), args[0], app.Role(args[1]), actorName(""))
				if err != nil {
					return err
				}
				return sh.print(changed, func() error {
					sh.printf("User %s is now %s.\n", changed.Name, changed.Role)
					return nil
				})
			})
		},
	}
}

func newUserPassword(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "password NAME",
		Short: "Give a user another password",
		Long: `Give a user another password, which ends the user's sessions. regwatch asks for it twice;
without a terminal it reads the first line of the standard input.`,
		Example: `  regwatch user password kim`,
		Args:    oneArg(wantUser),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				password, err := sh.readPassword(cmd)
				if err != nil {
					return err
				}
				changed, err := a.SetPassword(cmd.Context(), args[0], password, actorName(""))
				if err != nil {
					return err
				}
				return sh.print(changed, func() error {
					sh.printf("User %s has a new password, and has to log in again.\n", changed.Name)
					return nil
				})
			})
		},
	}
}

func newUserRemove(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a user of the console",
		Long: `Remove a user of the console, which ends the user's sessions. What the user did stays in the
audit log. The last admin with a password stays. A user of an identity provider or a
proxy would come back with the next request, so regwatch keeps the name and refuses it;
regwatch user enable lets the user in again.`,
		Example: `  regwatch user remove kim`,
		Args:    oneArg(wantUser),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				removed, err := a.RemoveUser(cmd.Context(), args[0], actorName(""))
				if err != nil {
					return err
				}
				return sh.print(removed, func() error {
					if removed.DisabledAt != nil {
						sh.printf("User %s may no longer log in. The name is kept, because %s would bring it back.\nTo undo: %s\n",
							removed.Name, map[string]string{"oidc": "the identity provider", "proxy": "the proxy"}[removed.Login], sh.command("user enable "+shellQuote(removed.Name)))
						return nil
					}
					sh.printf("User %s is removed.\n", removed.Name)
					return nil
				})
			})
		},
	}
}

// newUserDisable is the command that disables a user, or the one that enables a user again.
func newUserDisable(sh *shell, disable bool) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "enable NAME",
		Short:   "Let a disabled user log in again",
		Long:    "Let a user log in again whom somebody disabled, or removed at an identity provider or a proxy.",
		Example: `  regwatch user enable kim`,
		Args:    oneArg(wantUser),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				changed, err := a.SetUserDisabled(cmd.Context(), args[0], disable, actorName(""))
				if err != nil {
					return err
				}
				return sh.print(changed, func() error {
					if disable {
						sh.printf("User %s may no longer log in, and has no session.\nTo undo: %s\n", changed.Name, sh.command("user enable "+shellQuote(changed.Name)))
					} else {
						sh.printf("User %s may log in.\n", changed.Name)
					}
					return nil
				})
			})
		},
	}
	if disable {
		cmd.Use, cmd.Short, cmd.Example = "disable NAME", "Let a user no longer log in", `  regwatch user disable kim`
		cmd.Long = `Let a user no longer log in, which ends the user's sessions. The user stays listed, with the
role. The last admin with a password stays.`
	}
	return cmd
}

// readPassword asks twice for a password on a terminal, where it is not shown. Otherwise it reads
// the first line of the standard input. A flag would show it to everybody on the machine.
func (sh *shell) readPassword(cmd *cobra.Command) (string, error) {
	file, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 4<<10))
		line, _, _ := strings.Cut(string(text), "\n")
		if err == nil && line == "" {
			err = usageError{errors.New("there is no password on the standard input; run the command on a terminal, or write the password to its standard input")}
		}
		return strings.TrimSuffix(line, "\r"), err
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(sh.stderr, prompt)
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(sh.stderr)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", usageError{errors.New("the two passwords differ; nothing was changed")}
	}
	return typed[0], nil
}
