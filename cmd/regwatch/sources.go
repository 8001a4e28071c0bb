package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"regwatch/models"
)

func newSources(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "sources",
		Aliases: []string{"source"},
		Short:   "List the sources and how they fare, and try new ones",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			type row struct {
				ID          string     `json:"id"`
				Name        string     `json:"name"`
				URL         string     `json:"url"`
				State       string     `json:"state"`
				LastSuccess *time.Time `json:"last_success,omitempty"`
				LastNew     *time.Time `json:"last_new_article,omitempty"`
				Failures    int        `json:"failures"`
				Error       string     `json:"error,omitempty"`
				Verified    string     `json:"verified,omitempty"`
			}
			var rows []row
			for _, src := range w.Sources {
				state, err := s.SourceState(cmd.Context(), src.ID)
				if err != nil {
					return err
				}
				r := row{
					ID: src.ID, Name: src.Name, URL: src.URL, State: stateWord(src, state), Failures: state.Failures,
					Error: state.LastError, Verified: src.Verified,
				}
				if !state.SucceededAt.IsZero() {
					r.LastSuccess = &state.SucceededAt
				}
				if !state.LastNewAt.IsZero() {
					r.LastNew = &state.LastNewAt
				}
				rows = append(rows, r)
			}
			if sh.asJSON {
				return sh.printJSON(rows)
			}
			table := newTable(sh.stdout, "SOURCE", "STATE", "LAST SUCCESS", "LAST NEW ARTICLE", "WHAT IS WRONG")
			for _, r := range rows {
				table.row(r.ID, r.State, clock(r.LastSuccess, w.Config.Location()), clock(r.LastNew, w.Config.Location()), r.Error)
			}
			return table.flush()
		},
	}
	cmd.AddCommand(newTry(sh))
	return cmd
}

func stateWord(src models.Source, state models.SourceState) string {
	switch {
	case src.Disabled:
		return "disabled"
	case state.AttemptedAt.IsZero():
		return "not scanned yet"
	case state.Health == models.Failing:
		return fmt.Sprintf("failing (%d in a row)", state.Failures)
	case state.Failures > 0:
		return fmt.Sprintf("failed %s", plural(state.Failures, "time", "times"))
	}
	return "healthy"
}
