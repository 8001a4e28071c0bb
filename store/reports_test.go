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

		// Who changes the stored version is found out.
		if err := s.write.Exec("UPDATE report_versions SET content = '{}'").Error; err != nil {
			t.Fatal(err)
		}
		if _, err := s.ReportVersion(ctx, saved, 1); !errors.Is(err, ErrReportAltered) {
			t.Errorf("a version that somebody altered: %v", err)
		}
	})
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

func TestReportBeforeHasTheSameTitleAndAVersion(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		ids := make([]string, 4)
		for i, title := range []string{"Monthly", "Monthly", "Weekly", "Monthly"} {
			r := monthly(title)
			r.CreatedAt = noon.AddDate(0, 0, i)
			r, err := s.AddReport(ctx, r)
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = r.ID
			if i == 1 || i == 2 {
				continue
			}
			if _, err := s.FinishReport(ctx, r.ID, 1, models.ReportVersion{Number: 1, Content: "{}", FinishedAt: noon}); err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct{ title, id, want string }{
			{"monthly", "", ids[3]}, {"monthly", ids[3], ids[0]}, {"monthly", ids[0], ""}, {"weekly", "", ""},
		} {
			got, ok, err := s.ReportBefore(ctx, tt.title, tt.id)
			if err != nil || got.ID != tt.want || ok != (tt.want != "") {
				t.Errorf("ReportBefore(%q, %q) = %q, %v, %v; want %q", tt.title, tt.id, got.ID, ok, err, tt.want)
			}
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
