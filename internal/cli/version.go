package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newVersion(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and how it was built",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			build := app.BuildInfo()
			return sh.print(build, func() error {
				sh.printf("%s", versionText(build))
				return nil
			})
		},
	}
}

// addVersionFlag makes --version print what the command version prints.
func addVersionFlag(root *cobra.Command) {
	build := app.BuildInfo()
	root.Version = build.Version
	root.SetVersionTemplate(versionText(build))
	root.InitDefaultVersionFlag()
	root.Flags().Lookup("version").Usage = "print the version and how it was built"
}

func versionText(b app.Build) string {
	text := fmt.Sprintf("regwatch %s (%s)\n", b.Version, b.Go)
	if b.Revision != "" {
		text += fmt.Sprintf("revision %s of %s\n", b.Revision, b.Time)
	}
	return text
}
