package app

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/report"
	"regwatch/models"
)

// shownIn returns the titles of a report's events with what changed.
func shownIn(d ReportDetails) []string {
	var all []string
	for _, e := range d.Content.Events {
		s := e.Title
		if e.New {
			s += " (new)"
		}
		for _, c := range e.Changes {
			s += " (" + string(c.Kind) + ")"
		}
		all = append(all, s)
	}
	return all
}

func TestReportFromProposalToTheNextOne(t *testing.T) {
	e, ids := doubtful(t)
	ctx := t.Context()
	must := func(d ReportDetails, err error) ReportDetails {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if _, err := e.AddFeedback(ctx, models.Feedback{EventID: ids[2], By: "ana"}); err != nil { // not relevant
		t.Fatal(err)
	}
	first := must(e.NewReport(ctx, ReportRequest{Title: " Monthly  committee ", By: "ana"}))
	if diff := cmp.Diff([]string{"Audit freezes HKDX", "Harbour Bank halts redemptions"}, shownIn(first)); diff != "" || len(first.LeftOut) != 1 || first.Title != "Monthly committee" {
		t.Fatalf("proposed %q, left out %v (-want +got):\n%s", first.Title, first.LeftOut, diff)
	}
	if got := first.Content.To.Sub(first.Content.From); got != 30*24*time.Hour {
		t.Errorf("the first report covers %v", got)
	}

	// She edits the file: another order, lines, and the event that was left out.
	edit, err := ParseReportEdit("r.yaml", []byte(first.Edit()))
	if err != nil {
		t.Fatal(err)
	}
	edit.Introduction = "What matters"
	edit.Items = []models.ReportItem{{EventID: ids[0], Line: "Watch this\u202e"}, {EventID: ids[2], Line: "A licence"}, {EventID: ids[1], Line: "Same bank"}}
	edited := must(e.EditReport(ctx, first.ID, edit, "ana"))
	if diff := cmp.Diff([]string{"Harbour Bank halts redemptions", "Lantern Credit gets a licence", "Audit freezes HKDX"}, shownIn(edited)); diff != "" || edited.Content.Events[0].Line != "Watch this" {
		t.Errorf("edited (-want +got):\n%s", diff)
	}
	if _, err := e.EditReport(ctx, first.ID, edit, "ben"); !is[*ReportChangedError](err) || !strings.Contains(err.Error(), "ana changed the report") {
		t.Errorf("an edit of what ana has changed: %v", err)
	}
	edit.Revision = edited.Revision
	if same := must(e.EditReport(ctx, first.ID, edit, "ana")); same.Revision != edited.Revision {
		t.Error("an edit that changes nothing is a new revision")
	}
	v1 := must(e.FinishReport(ctx, first.ID, FinishRequest{By: "ana"}))
	if v1.State != ReportStateFinished || v1.Content.Version != 1 || v1.Hash == "" {
		t.Errorf("finished: %+v", v1.Report)
	}
	exported, err := v1.AsJSON()
	if sum := sha256.Sum256(exported); err != nil || hex.EncodeToString(sum[:]) != v1.Hash {
		t.Errorf("the hash of the exported JSON is %x (%v), that of the version %s", sum, err, v1.Hash)
	}
	stored, err := json.Marshal(v1.Content)
	if err != nil {
		t.Fatal(err)
	}
	if again := must(e.FinishReport(ctx, first.ID, FinishRequest{By: "ben"})); again.Content.Version != 1 {
		t.Errorf("finishing again made version %d", again.Content.Version)
	}

	// Then two events become one, and the texts are deleted because of their age.
	if _, err := e.MergeEvents(ctx, ids[1], ids[0], "ana", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := e.store.Expire(ctx, e.now().AddDate(1, 0, 0), e.now()); err != nil {
		t.Fatal(err)
	}
	second := must(e.NewReport(ctx, ReportRequest{Title: "monthly COMMITTEE", To: e.now().AddDate(0, 1, 0), By: "ana"}))
	if !second.Content.From.Equal(v1.Content.To) {
		t.Errorf("the second report begins at %v, the first ends at %v", second.Content.From, v1.Content.To)
	}
	if len(second.Content.Events) != 0 {
		t.Errorf("nothing happened since, and the second report has %v", shownIn(second))
	}
	second = must(e.NewReport(ctx, ReportRequest{Title: "monthly COMMITTEE", From: linkNoon.Add(-time.Hour), To: e.now().AddDate(0, 1, 0), Filter: models.ReportFilter{Mentions: true}, By: "ana"}))
	if len(second.Content.Events) != 1 || second.Content.Since == nil || second.Content.Since.Hash != v1.Hash {
		t.Fatalf("the second report: %v since %+v", shownIn(second), second.Content.Since)
	}
	// Both articles are of one publisher.
	if diff := cmp.Diff([]string{"Harbour Bank halts redemptions"}, shownIn(second)); diff != "" {
		t.Errorf("the second report (-want +got):\n%s", diff)
	}
	wantGone := []models.ReportGone{
		{ID: ids[2], Title: "Lantern Credit gets a licence", Reason: models.GoneLeftOut},
		{ID: ids[1], Title: "Audit freezes HKDX", Reason: models.GoneMerged, Into: ids[0]},
	}
	if diff := cmp.Diff(wantGone, second.Content.Gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}

	// The next version of the first shows the merge; version 1 says what it said.
	if v2 := must(e.ReopenReport(ctx, first.ID, "ben")); v2.State != ReportStateDraft || len(v2.Content.Events) != 2 || v2.Content.Events[0].Line != "Watch this\nSame bank" {
		t.Errorf("reopened: %v", shownIn(v2))
	}
	if v2 := must(e.FinishReport(ctx, first.ID, FinishRequest{By: "ben"})); v2.Content.Version != 2 || len(v2.Versions) != 2 {
		t.Errorf("the next version: %+v", v2.Report)
	}
	kept := must(e.ReportVersion(ctx, first.ID, 1))
	after, err := json.Marshal(kept.Content)
	if err != nil || string(stored) != string(after) || kept.Hash != v1.Hash {
		t.Errorf("version 1 changed (%v):\n%s\n%s", err, stored, after)
	}
	if page, err := report.HTML(kept.Content, kept.Hash, report.Language{Tag: "en"}); err != nil || !strings.Contains(string(page), "Audit freezes HKDX") {
		t.Errorf("version 1 as a page: %v", err)
	}
}

// A report that was finished before its period ended knows nothing of the rest, so the next one begins when it was finished.
func TestReportBeginsWhereTheLastOneCouldKnowNoMore(t *testing.T) {
	e, _ := doubtful(t)
	first, err := e.NewReport(t.Context(), ReportRequest{Title: "Month", To: e.now().AddDate(0, 1, 0), By: "ana"})
	if err == nil {
		first, err = e.FinishReport(t.Context(), first.ID, FinishRequest{By: "ana"})
	}
	if err != nil {
		t.Fatal(err)
	}
	second, err := e.NewReport(t.Context(), ReportRequest{Title: "Month", To: e.now().AddDate(0, 2, 0), By: "ana"})
	if err != nil || !second.Content.From.Equal(first.Content.MadeAt) {
		t.Errorf("the second report begins at %v (%v), want %v", second.Content.From, err, first.Content.MadeAt)
	}
}

func TestRefreshReportAddsWhatIsNew(t *testing.T) {
	e, ids := doubtful(t)
	ctx := t.Context()
	d, err := e.NewReport(ctx, ReportRequest{Title: "Monthly", By: "ana", From: linkNoon.AddDate(0, 0, -1), To: linkNoon.AddDate(0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	d, added, err := e.RefreshReport(ctx, d.ID, 0, "ana")
	if err != nil || added != 0 || d.Revision != 1 {
		t.Errorf("without news: %d added, revision %d, %v", added, d.Revision, err)
	}
	if d, err = e.EditReport(ctx, d.ID, ReportEdit{Revision: 1, Title: "Monthly", Items: []models.ReportItem{{EventID: ids[1]}}}, "ana"); err != nil || len(d.Content.Events) != 1 || len(d.LeftOut) != 2 {
		t.Fatalf("%v, %v", shownIn(d), err)
	}
	if d, added, err = e.RefreshReport(ctx, d.ID, 0, "ana"); err != nil || added != 0 || len(d.Content.Events) != 1 {
		t.Errorf("what a person left out comes back: %d added, %v, %v", added, shownIn(d), err)
	}
	if _, _, err = e.RefreshReport(ctx, d.ID, 1, "ben"); !is[*ReportChangedError](err) {
		t.Errorf("an outdated revision: %v", err)
	}
}

// A report is finished with what the person has seen.
func TestFinishReportSaysWhatIsNew(t *testing.T) {
	e, ids := doubtful(t)
	ctx := t.Context()
	d, err := e.NewReport(ctx, ReportRequest{Title: "Monthly", By: "ana", From: linkNoon.AddDate(0, 0, -1), To: linkNoon.AddDate(0, 0, 1)})
	if err != nil || len(d.Content.Events) != 3 {
		t.Fatalf("the report has %v, %v", shownIn(d), err)
	}
	seen := func() map[string]string {
		facts := make(map[string]string)
		for _, e := range d.Content.Events {
			facts[e.ID] = FactsOf(e)
		}
		return facts
	}
	before := seen()

	// The second event is about the same: the first has another source now.
	if _, err := e.MergeEvents(ctx, ids[1], ids[0], "ana", ""); err != nil {
		t.Fatal(err)
	}
	_, err = e.FinishReport(ctx, d.ID, FinishRequest{Seen: before, By: "ana"})
	if news, ok := errors.AsType[*ReportNewsError](err); !ok || len(news.Changed) != 1 || news.Late != 0 || !strings.Contains(err.Error(), "facts of 1 events changed since you read it, first of “Harbour") {
		t.Errorf("finishing what nobody has seen: %v", err)
	}
	if d, err = e.Report(ctx, d.ID); err != nil || d.Last != 0 {
		t.Fatalf("%d versions, %v", d.Last, err)
	}
	if cmp.Equal(before, seen()) {
		t.Error("the merge changed nothing of the facts")
	}

	// A late event: the draft of a longer period does not have it.
	long, err := e.NewReport(ctx, ReportRequest{Title: "Long", By: "ana", From: linkNoon.AddDate(0, 0, -1), To: linkNoon.AddDate(0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	stored := long.stored
	stored.Draft.Items = nil
	if stored, err = e.store.SaveReport(ctx, stored, "ana", e.now()); err != nil {
		t.Fatal(err)
	}
	_, err = e.FinishReport(ctx, long.ID, FinishRequest{By: "ana"})
	if news, ok := errors.AsType[*ReportNewsError](err); !ok || news.Late != 1 {
		t.Errorf("finishing with a late event: %v", err)
	}
	if _, err = e.FinishReport(ctx, long.ID, FinishRequest{By: "ana", Revision: stored.Revision - 1, WithoutLate: true}); !is[*ReportChangedError](err) {
		t.Errorf("finishing an older revision: %v", err)
	}
	if v, err := e.FinishReport(ctx, long.ID, FinishRequest{By: "ana", WithoutLate: true}); err != nil || len(v.Content.Events) != 0 {
		t.Errorf("without the late event: %v, %v", shownIn(v), err)
	}
	if v, err := e.FinishReport(ctx, d.ID, FinishRequest{Seen: seen(), By: "ana"}); err != nil || v.Content.Version != 1 {
		t.Errorf("finishing what was seen: %v", err)
	}
}

// A version that somebody altered blocks neither the next report nor its own draft.
func TestAlteredVersionBlocksNothing(t *testing.T) {
	dir := t.TempDir()
	e, _ := doubtfulIn(t, dir)
	ctx := t.Context()
	must := func(d ReportDetails, err error) ReportDetails {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first := must(e.NewReport(ctx, ReportRequest{Title: "Monthly", By: "ana"}))
	must(e.FinishReport(ctx, first.ID, FinishRequest{By: "ana"}))
	must(e.ReopenReport(ctx, first.ID, "ana"))
	must(e.FinishReport(ctx, first.ID, FinishRequest{By: "ana"}))
	alterReport(t, dir, 2)
	_, err := e.Report(ctx, first.ID)
	if altered, ok := errors.AsType[*ReportAlteredError](err); !ok || altered.Number != 2 || altered.Last != 2 {
		t.Errorf("the altered version: %v", err)
	}
	must(e.ReportVersion(ctx, first.ID, 1))
	next := must(e.NewReport(ctx, ReportRequest{Title: "Monthly", To: e.now().AddDate(0, 1, 0), By: "ana"}))
	if c := next.Content; c.Since == nil || c.Since.Version != 1 || len(c.Altered) != 1 || c.Altered[0].Version != 2 {
		t.Errorf("the next report is compared with %+v, not with %+v", c.Since, c.Altered)
	}
	page, err := report.HTML(next.Content, "", report.Language{Tag: "en"})
	if err != nil || !strings.Contains(string(page), "Not compared with version 2 of the report “Monthly” until") {
		t.Errorf("the page of the next report: %v", err)
	}
	must(e.ReopenReport(ctx, first.ID, "ana"))
	if v := must(e.FinishReport(ctx, first.ID, FinishRequest{By: "ana"})); v.Content.Version != 3 {
		t.Errorf("the version after the altered one is %d", v.Content.Version)
	}
	alterReport(t, dir, 1)
	alterReport(t, dir, 3)
	if next = must(e.Report(ctx, next.ID)); next.Content.Since != nil || len(next.Content.Altered) != 3 || len(next.Content.Events) > 0 && next.Content.Events[0].New {
		t.Errorf("without a version that is as it was: since %+v, not %+v", next.Content.Since, next.Content.Altered)
	}
}

// alterReport changes the content of a stored version of all reports.
func alterReport(t *testing.T, dir string, number int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "regwatch.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(t.Context(), "UPDATE report_versions SET content = replace(content, 'Audit', 'Fraud') WHERE number = ?", number)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d versions altered, %v", n, err)
	}
}

func TestReportSavedDuringAMergeHasAllEventsAfterItsUndo(t *testing.T) {
	e, ids := doubtful(t)
	ctx := t.Context()
	d, err := e.NewReport(ctx, ReportRequest{Title: "Monthly", By: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	before := shownIn(d)
	if err := e.ActOnce(ctx, models.ActionMerge, ids[1], "ana"); err != nil {
		t.Fatal(err)
	}
	if d, err = e.Report(ctx, d.ID); err != nil || len(d.Content.Events) != len(before)-1 {
		t.Fatalf("during the merge the report has %v, %v", shownIn(d), err)
	}
	edit, err := ParseReportEdit("r.yaml", []byte(d.Edit()))
	if err != nil {
		t.Fatal(err)
	}
	edit.Introduction = "What matters"
	if _, err = e.EditReport(ctx, d.ID, edit, "ana"); err != nil {
		t.Fatal(err)
	}
	if err := e.ActOnce(ctx, models.ActionUnmerge, ids[1], "ana"); err != nil {
		t.Fatal(err)
	}
	if d, err = e.Report(ctx, d.ID); err != nil || len(d.LeftOut) > 0 {
		t.Fatalf("left out after the undo: %v, %v", d.LeftOut, err)
	}
	if diff := cmp.Diff(before, shownIn(d)); diff != "" {
		t.Errorf("after the undo (-want +got):\n%s", diff)
	}
}

func TestReportRefusesWhatIsWrong(t *testing.T) {
	e, ids := doubtful(t)
	ctx := t.Context()
	d, err := e.NewReport(ctx, ReportRequest{Title: "Monthly", By: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	edit := func(change func(*ReportEdit)) error {
		r := ReportEdit{Revision: 1, Title: "Monthly"}
		change(&r)
		_, err := e.EditReport(ctx, d.ID, r, "ana")
		return err
	}
	request := func(r ReportRequest) error { _, err := e.NewReport(ctx, r); return err }
	for _, tt := range []struct {
		err  error
		want string
	}{
		{request(ReportRequest{Title: " \u202e "}), "a report needs a title"},
		{request(ReportRequest{Title: strings.Repeat("律", 121)}), "the title has 121 characters; use at most 120"},
		{request(ReportRequest{Title: "x", From: linkNoon, To: linkNoon}), "it must end after it begins"},
		{request(ReportRequest{Title: "x", Filter: models.ReportFilter{Severity: "hihg"}}), `severity "hihg" does not exist`},
		{edit(func(e *ReportEdit) { e.Title = "" }), "a report needs a title"},
		{edit(func(e *ReportEdit) { e.Introduction = strings.Repeat("x", 20001) }), "the introduction has 20001 characters"},
		{edit(func(e *ReportEdit) { e.Items = []models.ReportItem{{EventID: ids[0], Line: strings.Repeat("x", 2001)}} }), "has 2001 characters"},
		{edit(func(e *ReportEdit) { e.Items = []models.ReportItem{{EventID: ids[0]}, {EventID: ids[0]}} }), "is named twice"},
		{edit(func(e *ReportEdit) { e.Items = []models.ReportItem{{EventID: "01NONE"}} }), "no event has the ID"},
		{edit(func(e *ReportEdit) { e.Revision = 9 }), "changed the report since you read it"},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("error %v; want %s", tt.err, tt.want)
		}
	}
	if _, err := e.ReportVersion(ctx, d.ID, 0); !IsNotFound(err) {
		t.Errorf("a version of a draft: %v", err)
	}
	if _, err := e.Report(ctx, "01NONE"); !IsNotFound(err) {
		t.Errorf("a report that is not stored: %v", err)
	}
}

func TestReportOfManyEvents(t *testing.T) {
	e := newTestEngine(t, t.TempDir(), linkConfig, slog.New(slog.DiscardHandler))
	now := linkNoon
	e.SetClock(func() time.Time { return now })
	_, generation, err := e.store.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scan := models.Scan{State: models.SourceState{SourceID: "s"}, At: now, EventGeneration: generation}
	for i := range maxReportEvents + 1 {
		title := fmt.Sprint("Event ", i)
		article := models.Article{ID: models.NewID(now, title), SourceID: "s", Identity: title, Title: title, Body: title, SeenAt: now, Revision: 1, Source: models.Source{ID: "s"}}
		article.Hash = article.TextHash()
		event := models.Event{ID: models.NewID(now, "event", title), Revision: 1, Title: title, Severity: models.High, Strength: models.Subject, RuleIDs: []string{"r"}, FirstSeenAt: now.Add(time.Duration(i)), LastSeenAt: now}
		joined := models.EventArticle{ArticleID: article.ID, EventID: event.ID, JoinedAt: now, SourceID: "s", Title: title, SeenAt: now}
		event.Articles = []models.EventArticle{joined}
		scan.Articles = append(scan.Articles, article)
		scan.Changes = append(scan.Changes, models.Change{Kind: models.Opened, Event: event, Joined: joined, Article: article, Matches: []models.Match{{ArticleID: article.ID, Revision: 1, RuleID: "r", RuleHash: "h", Severity: models.High, Strength: models.Subject}}})
	}
	if err := e.store.Commit(t.Context(), scan); err != nil {
		t.Fatal(err)
	}
	request := ReportRequest{Title: "Large", From: now.Add(-time.Hour), To: now.Add(time.Hour), By: "ana"}
	if _, err := e.NewReport(t.Context(), request); err == nil || !strings.Contains(err.Error(), "the period has 2001 events, and a report has at most 2000") {
		t.Errorf("a report of too many events: %v", err)
	}
	if _, err := e.AddFeedback(t.Context(), models.Feedback{EventID: scan.Changes[0].Event.ID, By: "ana"}); err != nil {
		t.Fatal(err)
	}
	// All but one were last seen in the first half of the period.
	edit := ReportEdit{Revision: 1, Title: "Large"}
	d, err := e.NewReport(t.Context(), ReportRequest{Title: "Large", From: now.Add(-time.Hour), To: now.Add(-time.Minute), By: "ana"})
	if err != nil || len(d.Content.Events) != 0 {
		t.Fatalf("%d events, %v", len(d.Content.Events), err)
	}
	for i := range maxReportEvents {
		edit.Items = append(edit.Items, models.ReportItem{EventID: scan.Changes[i].Event.ID, Line: "a line"})
	}
	if d, err = e.EditReport(t.Context(), d.ID, edit, "ana"); err != nil || len(d.Content.Events) != maxReportEvents {
		t.Fatalf("%d events, %v", len(d.Content.Events), err)
	}
	d, err = e.FinishReport(t.Context(), d.ID, FinishRequest{By: "ana"})
	if err != nil || len(d.Content.Events) != maxReportEvents {
		t.Errorf("finished with %d events, %v", len(d.Content.Events), err)
	}
	read, err := ParseReportEdit("r.yaml", []byte(d.Edit()))
	if err != nil || len(read.Items) != maxReportEvents {
		t.Errorf("%d items are read back, %v", len(read.Items), err)
	}
}
