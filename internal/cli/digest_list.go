package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/models"
)

func newDigestList(sh *shell) *cobra.Command {
	limit := 20
	cmd := &cobra.Command{
		Use:   "list [DIGEST]",
		Short: "List earlier digests and their deliveries",
		Example: `  regwatch digest list
  regwatch digest list weekly --limit 52 --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return listDigests(cmd.Context(), sh, args, limit) },
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many at most, the newest first")
	return cmd
}

// An issueRow is a digest that was made and what became of it.
type issueRow struct {
	ID     string    `json:"id"`
	Digest string    `json:"digest"`
	Day    string    `json:"day"` // of its slot; with the time if a person made it
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Late   bool      `json:"late"`
	MadeAt time.Time `json:"made_at"`
	Events int       `json:"events"`
	Held   string    `json:"held,omitempty"` // why it was not sent
	Due    int       `json:"due"`            // deliveries
	Sent   int       `json:"sent"`
	Dead   int       `json:"dead"`
	Resent int       `json:"resent"` // of those that were sent, by a person's asking

	zone string
}

func listDigests(ctx context.Context, sh *shell, args []string, limit int) error {
	if limit < 1 || limit > mostIssues {
		return usageError{fmt.Errorf("--limit %d; want from 1 to %d", limit, mostIssues)}
	}
	w, problems := read(sh.dir)
	if len(problems) > 0 {
		return problems
	}
	name := ""
	if len(args) > 0 {
		sub, err := pickDigest(w.Config.Digests, args)
		if err != nil {
			return err
		}
		name = sub.ID
	}
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	s, err := app.OpenStore(ctx, w.Config, log)
	if err != nil {
		return err
	}
	defer s.Close()
	issues, err := s.Digests(ctx, name, limit)
	if err != nil {
		return err
	}
	rows := []issueRow{}
	for _, issue := range issues {
		notices, err := s.NoticesByID(ctx, issue.NoticeIDs)
		if err != nil {
			return err
		}
		rows = append(rows, rowOfIssue(issue, notices))
	}
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	if len(rows) == 0 {
		sh.printf("No digest was created yet.\n")
		return nil
	}
	t := newTable(sh.stdout, "ID", "DIGEST", "FROM", "TO", "EVENTS", "", "BECAME")
	for _, r := range rows {
		zone, err := time.LoadLocation(r.zone)
		if err != nil {
			zone = time.UTC
		}
		late := ""
		if r.Late {
			late = "late"
		}
		const layout = "2006-01-02 15:04 MST"
		t.row(r.ID, r.Digest, r.From.In(zone).Format(layout), r.To.In(zone).Format(layout), fmt.Sprint(r.Events), late, r.became())
	}
	return t.flush()
}

func rowOfIssue(issue models.DigestIssue, notices []models.Notice) issueRow {
	r := issueRow{
		ID: issue.ID, Digest: issue.Subscription, Day: issue.LocalDate, From: issue.WindowFrom.UTC(), To: issue.WindowTo.UTC(),
		Late: issue.Late, MadeAt: issue.CreatedAt.UTC(), Held: heldWhy(notices),
	}
	for _, n := range notices {
		if d := n.Content.Digest; d != nil {
			r.Events, r.zone = len(d.Events), cmp.Or(r.zone, d.Zone)
		}
		for _, d := range n.Deliveries {
			switch d.State {
			case models.DeliveryDue:
				r.Due++
			case models.DeliverySent:
				r.Sent++
			case models.DeliveryDead:
				r.Dead++
			}
			if d.Resend > 0 && d.State == models.DeliverySent {
				r.Resent++
			}
		}
	}
	return r
}

// became says what became of a digest.
func (r issueRow) became() string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{r.Sent, "sent"}, {r.Due, "due"}, {r.Dead, "dead"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if r.Held != "" {
		parts = append(parts, "held: "+r.Held)
	}
	return strings.Join(parts, ", ")
}
