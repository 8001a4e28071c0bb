package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func monthly(title string) models.Report {
	return models.Report{
		Title: title, TitleKey: strings.ToLower(title), CreatedAt: noon, CreatedBy: "ana",
		Draft: models.ReportDraft{From: noon.AddDate(0, -1, 0), To: noon, Introduction: "What\nhappened", Items: []models.ReportItem{{EventID: "01A", Line: "=1+1"}, {EventID: "01B", LeftOut: true}}},
	}
}

func TestReportIsSavedFinishedAndKept(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		r, err := s.AddReport(ctx, monthly("Monthly"))
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.FindReport(ctx, strings.ToLower(r.ID[:10]))
		if diff := cmp.Diff(r, found); err != nil || diff != "" {
			t.Fatalf("FindReport: %v (-want +got):\n%s", err, diff)
		}
		r.Draft.Items[0].Line = "a line\x00 with \xff"
		later := noon.Add(time.Hour)
		saved, err := s.SaveReport(ctx, r, "ben", later)
		if err != nil || saved.Revision != 2 || saved.ChangedBy != "ben" || saved.Draft.Items[0].Line != "a line  with ?" {
			t.Fatalf("SaveReport = %+v, %v", saved, err)
		}

		// The first editor has read revision 1.
		_, err = s.SaveReport(ctx, r, "ana", later)
		var changed *ReportChangedError
		if !errors.As(err, &changed) || !strings.Contains(err.Error(), "ben changed the report") {
			t.Errorf("saving an outdated draft: %v; want that ben changed it", err)
		}
		if _, err := s.FinishReport(ctx, r.ID, 1, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: later}); !errors.As(err, &changed) {
			t.Errorf("finishing an outdated draft: %v", err)
		}
		v, err := s.FinishReport(ctx, r.ID, 2, models.ReportVersion{Number: 1, Content: `{"title":"Monthly"}`, Events: 1, FinishedAt: later, FinishedBy: "ben"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.FinishReport(ctx, r.ID, 2, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: later}); !errors.As(err, &changed) {
			t.Errorf("finishing the same version again: %v", err)
		}
		if _, err := s.DeleteReport(ctx, r.ID, "ben", later); !errors.As(err, new(*ReportKeptError)) {
			t.Errorf("deleting a report with a version: %v", err)
		}
		if saved, err = s.FindReport(ctx, r.ID); err != nil || !saved.IsFinished() {
			t.Fatalf("after finishing: %+v, %v", saved, err)
		}
		saved.Draft.Items = nil
		if saved, err = s.SaveReport(ctx, saved, "ana", later); err != nil || saved.IsFinished() {
			t.Fatalf("after another change: %+v, %v", saved, err)
		}
		got, err := s.ReportVersion(ctx, saved, 0)
		if diff := cmp.Diff(v, got); err != nil || diff != "" {
			t.Errorf("the first version after a change: %v (-want +got):\n%s", err, diff)
		}
		if _, err := s.ReportVersion(ctx, saved, 2); !errors.As(err, new(*NoReportVersionError)) {
			t.Errorf("a version that does not exist: %v", err)
		}

		entries, err := s.AuditBySubject(ctx, r.ID)
		var audit []string
		for _, e := range entries {
			audit = append(audit, e.Action+" "+e.Actor)
		}
		if diff := cmp.Diff([]string{"report.created ana", "report.saved ben", "report.finished ben", "report.saved ana"}, audit); err != nil || diff != "" {
			t.Errorf("audit: %v (-want +got):\n%s", err, diff)
		}
		if !strings.Contains(entries[2].Detail, v.Hash) {
			t.Errorf("the audit does not have the hash of the version: %s", entries[2].Detail)
		}
	})
}

// Who changes a stored version is found out, and also what was changed.
func TestAlteredReportVersionSaysWhatDisagrees(t *testing.T) {
	forged := contentHash("{}")
	for _, tt := range []struct{ name, change, want string }{
		{"nothing", "", ""},
		{"content", "UPDATE report_versions SET content = '{}' WHERE number = 1", "the content of version 1 of the report “Monthly” was altered: its hash is " + forged},
		{"content and hash", "UPDATE report_versions SET content = '{}', hash = '" + forged + "' WHERE number = 1", "was altered together with its stored hash: both are " + forged},
		{"hash", "UPDATE report_versions SET hash = 'abc' WHERE number = 1", "the stored hash of version 1 of the report “Monthly” was altered: it is abc"},
		{"content, and hash to another", "UPDATE report_versions SET content = '{}', hash = 'abc' WHERE number = 1", "has the hash " + forged + ", the hash stored with it is abc"},
		{"audit", "UPDATE report_versions SET number = 3 WHERE number = 1", "the audit log has no entry that it was finished"},
	} {
		onEachEngine(t, func(t *testing.T, o Options) {
			s := open(t, o)
			r, err := s.AddReport(t.Context(), monthly("Monthly"))
			if err != nil {
				t.Fatal(err)
			}
			var hash string
			for n := range 2 {
				v, err := s.FinishReport(t.Context(), r.ID, 0, models.ReportVersion{Number: n + 1, Content: fmt.Sprintf(`{"version":%d}`, n+1), FinishedAt: noon})
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					hash = v.Hash
				}
			}
			if tt.change != "" {
				if err := s.write.Exec(tt.change).Error; err != nil {
					t.Fatal(err)
				}
			}
			r.Versions = 2
			number := 1
			if tt.name == "audit" {
				number = 3
			}
			v, err := s.ReportVersion(t.Context(), r, number)
			if tt.want == "" {
				if err != nil || v.Hash != hash {
					t.Errorf("%s: %v", tt.name, err)
				}
				return
			}
			altered, ok := errors.AsType[*ReportAlteredError](err)
			if !ok || !strings.Contains(err.Error(), tt.want) || altered.Number != number {
				t.Errorf("%s: %v; want %s", tt.name, err, tt.want)
			}
			if _, err := s.ReportVersion(t.Context(), r, 2); err != nil {
				t.Errorf("%s: the other version: %v", tt.name, err)
			}
		})
	}
}

func TestDeletedReportComesBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		a, errA := s.AddReport(ctx, monthly("Monthly"))
		b, errB := s.AddReport(ctx, monthly("Monthly")) // at the same time, with the same title
		if errA != nil || errB != nil || a.ID == b.ID {
			t.Fatal(a.ID, b.ID, errA, errB)
		}
		var none *NoReportError
		if _, err := s.FindReport(ctx, a.ID[:8]); !errors.As(err, &none) || len(none.Among) != 2 {
			t.Errorf("the beginning of two IDs: %v", err)
		}
		if _, err := s.DeleteReport(ctx, a.ID, "ana", noon); err != nil {
			t.Fatal(err)
		}
		if _, err := s.FindReport(ctx, a.ID); !errors.As(err, &none) {
			t.Errorf("a deleted report: %v", err)
		}
		if _, err := s.SaveReport(ctx, a, "ana", noon); !errors.As(err, &none) {
			t.Errorf("saving a deleted report: %v", err)
		}
		if _, err := s.RestoreReport(ctx, b.ID, "ana", noon); !errors.As(err, &none) {
			t.Errorf("restoring one that was not deleted: %v", err)
		}
		if got, err := s.RestoreReport(ctx, a.ID, "ana", noon); err != nil || got.Draft.Items[0].Line != "=1+1" {
			t.Errorf("RestoreReport = %+v, %v", got, err)
		}
		all, err := s.Reports(ctx)
		if err != nil || len(all) != 2 {
			t.Errorf("Reports = %v, %v; want both", all, err)
		}
	})
}

// The reports of a title follow each other by their periods, whenever they were started.
func TestReportsBeforeGoByPeriod(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
		ids, later := make(map[string]string), month(12)
		for i, r := range []struct {
			name, title  string
			from, to     time.Time
			finished     time.Time // zero: a draft
			finishedNext time.Time // of a second version
		}{
			{name: "October", title: "Monthly", from: month(10), to: month(11), finished: later},
			{name: "November, started later than that of December", title: "Monthly", from: month(11), to: month(12)},
			{name: "September, started late", title: "Monthly", from: month(9), to: month(10), finished: later.AddDate(0, 1, 0)},
			{name: "August as a draft", title: "Monthly", from: month(8), to: month(9)},
			{name: "of another title", title: "Weekly", from: month(9), to: month(10), finished: later},
			// Its period goes on, but what it says ends in the middle of August. A second version changes nothing of that.
			{name: "all year, finished in August", title: "Monthly", from: month(1), to: month(12).AddDate(0, 1, 0), finished: month(8).AddDate(0, 0, 14), finishedNext: later.AddDate(1, 0, 0)},
			{name: "October again", title: "Monthly", from: month(10), to: month(11), finished: later},
		} {
			report := monthly(r.title)
			report.CreatedAt, report.Draft.From, report.Draft.To = noon.Add(time.Duration(i)*time.Hour), r.from, r.to
			report, err := s.AddReport(ctx, report)
			if err != nil {
				t.Fatal(err)
			}
			ids[r.name] = report.ID
			for n, at := range []time.Time{r.finished, r.finishedNext} {
				if at.IsZero() {
					continue
				}
				if _, err := s.FinishReport(ctx, report.ID, 0, models.ReportVersion{Number: n + 1, Content: "{}", FinishedAt: at}); err != nil {
					t.Fatal(err)
				}
			}
		}
		monthlies := []string{"October again", "October", "September, started late", "all year, finished in August"}
		for _, tt := range []struct {
			of   string // empty: one that is yet to be created, with the end
			to   time.Time
			want []string
		}{
			{"November, started later than that of December", time.Time{}, monthlies},
			{"October again", time.Time{}, monthlies[1:]},
			{"October", time.Time{}, monthlies[2:]},
			{"September, started late", time.Time{}, monthlies[3:]},
			{"August as a draft", time.Time{}, monthlies[3:]},
			{"all year, finished in August", time.Time{}, nil},
			{"of another title", time.Time{}, nil},
			{"", month(12), monthlies},
			{"", month(11), monthlies},
			{"", month(10).AddDate(0, 0, 3), monthlies[2:]},
			{"", month(8), nil},
		} {
			r := models.Report{TitleKey: "monthly", Draft: models.ReportDraft{To: tt.to}}
			if tt.of != "" {
				var err error
				if r, err = s.FindReport(ctx, ids[tt.of]); err != nil {
					t.Fatal(err)
				}
			}
			got, err := s.ReportsBefore(ctx, r)
			var names []string
			for _, g := range got {
				for name, id := range ids {
					if id == g.ID {
						names = append(names, name)
					}
				}
			}
			if diff := cmp.Diff(tt.want, names); err != nil || diff != "" {
				t.Errorf("before %q to %v: %v (-want +got):\n%s", tt.of, tt.to, err, diff)
			}
		}
	})
}

func TestReportWithVersionsKeepsItsTitle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		r, err := s.AddReport(ctx, monthly("Monthly"))
		if err != nil {
			t.Fatal(err)
		}
		rename := func(title, key string) error {
			r.Title, r.TitleKey = title, key
			saved, err := s.SaveReport(ctx, r, "ana", noon)
			if err == nil {
				r = saved
			}
			return err
		}
		if err := rename("Weekly", "weekly"); err != nil {
			t.Errorf("another title of a draft: %v", err)
		}
		if _, err := s.FinishReport(ctx, r.ID, r.Revision, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: noon}); err != nil {
			t.Fatal(err)
		}
		if err := rename("WEEKLY", "weekly"); err != nil {
			t.Errorf("the same title in capitals: %v", err)
		}
		if err := rename("Monthly", "monthly"); !errors.As(err, new(*ReportTitleError)) || !strings.Contains(err.Error(), "“WEEKLY” has finished versions") {
			t.Errorf("another title of a report with a version: %v", err)
		}
	})
}

// Of many editors who read the same revision one saves; the others are told.
func TestReportOneOfManyEditorsSaves(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		r, err := s.AddReport(t.Context(), monthly("Monthly"))
		if err != nil {
			t.Fatal(err)
		}
		const editors = 6
		errs := make([]error, editors)
		var all sync.WaitGroup
		for i := range editors {
			all.Go(func() {
				mine := r
				mine.Draft = models.ReportDraft{Introduction: fmt.Sprint(i)}
				_, errs[i] = s.SaveReport(t.Context(), mine, fmt.Sprint("editor ", i), noon)
			})
		}
		all.Wait()
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
			} else if !errors.As(err, new(*ReportChangedError)) {
				t.Error(err)
			}
		}
		if saved != 1 {
			t.Errorf("%d editors saved; want 1", saved)
		}
	})
}

// A version is stored with its audit entry and the state of its report, or not at all.
func TestReportVersionIsAllOrNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		r, err := s.AddReport(t.Context(), monthly("Monthly"))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := s.FinishReport(ctx, r.ID, 1, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: noon}); err == nil {
			t.Fatal("a version was finished after its context ended")
		}
		// The head of the audit is gone, so that the last statement of the transaction fails.
		if err := s.write.Exec("ALTER TABLE audit_head RENAME TO elsewhere").Error; err != nil {
			t.Fatal(err)
		}
		if _, err := s.FinishReport(t.Context(), r.ID, 1, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: noon}); err == nil {
			t.Error("a version was finished without its entry in the audit")
		}
		if err := s.write.Exec("ALTER TABLE elsewhere RENAME TO audit_head").Error; err != nil {
			t.Fatal(err)
		}
		versions, err := s.ReportVersions(t.Context(), r.ID)
		if got, findErr := s.FindReport(t.Context(), r.ID); err != nil || findErr != nil || len(versions) > 0 || got.Versions > 0 {
			t.Errorf("after a failure: %v, %v, report %+v, %v", versions, err, got, findErr)
		}
		if _, err := s.FinishReport(t.Context(), r.ID, 1, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: noon}); err != nil {
			t.Error(err)
		}
	})
}
