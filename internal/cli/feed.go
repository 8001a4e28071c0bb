package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

func newRouteFeed(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "feed ROUTE",
		Short: "Print the address of the Atom feed of a route",
		Long: `Print the address of the Atom feed of a route, which regwatch run serves. The feed
has the newest 50 events of the route and of those within it. Anybody who has the
address can read it; "regwatch subscriptions revoke-links" invalidates all addresses.`,
		Example: `  regwatch route feed hk-policy
  regwatch route feed hk-policy/urgent --json`,
		Args: oneArg("a route of regwatch.yaml, such as hk-policy/urgent"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := openAppOnly(cmd.Context(), sh)
			if err != nil {
				return err
			}
			defer a.Close()
			w := a.Folder()
			route := args[0]
			if _, known := w.Config.Routing().Route(route); !known {
				names := routePaths(w.Config.Routes)
				return usageError{fmt.Errorf("no route is called %q%s; there is %s", route, didYouMean(route, names), yamlnode.Or(names))}
			}
			if w.Config.Web.Public == "" {
				return usageError{errors.New("no feed is served: regwatch.yaml has no web.public; want such as web: {listen: 127.0.0.1:8480, public: https://regwatch.example.com}")}
			}
			links, err := a.Links(cmd.Context())
			if err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(map[string]string{"route": route, "feed": links.Feed(route)})
			}
			sh.printf("%s\n", links.Feed(route))
			return nil
		},
	}
}

// routePaths returns the names of routes, each before the narrower ones within it.
func routePaths(routes []models.Route) []string {
	var paths []string
	for _, r := range routes {
		paths = append(append(paths, r.Path), routePaths(r.Routes)...)
	}
	return paths
}
