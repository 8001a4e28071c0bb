package cli

import (
	"runtime/debug"

	"regwatch/app"

	"github.com/spf13/cobra"
)

func newVersion(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and how it was built",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			v := map[string]string{"version": app.Version()}
			if info, ok := debug.ReadBuildInfo(); ok {
				v["go"] = info.GoVersion
				for _, s := range info.Settings {
					switch s.Key {
					case "vcs.revision":
						v["revision"] = s.Value
					case "vcs.time":
						v["time"] = s.Value
					case "vcs.modified":
						v["modified"] = s.Value
					}
				}
			}
			if sh.asJSON {
				return sh.printJSON(v)
			}
			sh.printf("regwatch %s (%s)\n", v["version"], v["go"])
			if r := v["revision"]; r != "" {
				sh.printf("revision %s of %s\n", r, v["time"])
			}
			return nil
		},
	}
}
