package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

func TestSentFiltersAndPages(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		names := make(map[string]string)                // by ID
		states := make(map[string]models.DeliveryState) // of deliveries
		var all []models.Notice
		add := func(name string, n models.Notice, to ...models.Delivery) {
			n.Reasons, n.Subject, n.SubjectID, n.CreatedAt = testReasons(), models.SubjectEvent, "E-"+name, noon.Add(time.Duration(len(all)/2)*time.Minute) // two at a time
			n.ID = n.Key()
			for _, d := range to {
				made := models.NewDelivery(n.ID, d.Channel, d.Address, n.CreatedAt)
				states[made.ID] = d.State
				n.Deliveries = append(n.Deliveries, made)
			}
			names[n.ID] = name
			all = append(all, n)
		}
		add("sent", models.Notice{Kind: models.NoticeAlert, Recipient: "legal"}, models.Delivery{Channel: "mail", State: models.DeliverySent}, models.Delivery{Channel: "slack", State: models.DeliveryDead})
		add("due", models.Notice{Kind: models.NoticeUpdate, Recipient: "desk"}, models.Delivery{Channel: "mail", State: models.DeliveryDue})
		add("held", models.Notice{Kind: models.NoticeAlert, Recipient: "desk", HeldReasons: testReasons()})
		add("waits", models.Notice{Kind: models.NoticeAlert, Recipient: "desk", WaitUntil: noon.Add(time.Hour), WaitReasons: testReasons()})
		add("amends", models.Notice{Kind: models.NoticeAmend, Recipient: "legal"}, models.Delivery{Channel: "slack", State: models.DeliveryDropped})
		if err := s.CommitNotices(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		for id, state := range states {
			if err := s.write.Exec("UPDATE deliveries SET state = ? WHERE id = ?", state, id).Error; err != nil {
				t.Fatal(err)
			}
		}
		sent := func(f SentFilter) map[string]bool {
			found, err := s.Sent(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			got := make(map[string]bool)
			for _, n := range found {
				got[names[n.ID]] = true
			}
			return got
		}
		set := func(names ...string) map[string]bool {
			all := make(map[string]bool)
			for _, n := range names {
				all[n] = true
			}
			return all
		}
		for _, tt := range []struct {
			f    SentFilter
			want map[string]bool
		}{
			{SentFilter{}, set("sent", "due", "held", "waits")},
			{SentFilter{Kind: models.NoticeAmend}, set("amends")},
			{SentFilter{Kind: models.NoticeAlert, Recipient: "desk"}, set("held", "waits")},
			{SentFilter{Channel: "slack"}, set("sent")},
			{SentFilter{Events: []string{"E-due"}}, set("due")},
			{SentFilter{Events: []string{"E-none", "E-due"}}, set("due")},
			{SentFilter{Events: []string{}}, set()},
			{SentFilter{Result: ResultSent}, set("sent")},
			{SentFilter{Result: ResultFailed}, set("sent")},
			{SentFilter{Result: ResultWaiting}, set("due", "waits")},
			{SentFilter{Result: ResultHeld}, set("held")},
			{SentFilter{Result: ResultDropped}, set()},
			{SentFilter{Since: noon.Add(time.Minute)}, set("held", "waits")},
		} {
			if diff := cmp.Diff(tt.want, sent(tt.f)); diff != "" {
				t.Errorf("Sent(%+v) mismatch (-want +got):\n%s", tt.f, diff)
			}
		}
		// Page by page there are all, each once, although two have the same time.
		var paged []string
		for f := (SentFilter{Limit: 1}); ; {
			page, err := s.Sent(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			paged, f.Before = append(paged, names[page[0].ID]), page[0].ID
		}
		whole, err := s.Sent(t.Context(), SentFilter{})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, n := range whole {
			want = append(want, names[n.ID])
		}
		if diff := cmp.Diff(want, paged); diff != "" {
			t.Errorf("page by page (-want +got):\n%s", diff)
		}
		if dead, err := s.DeadDeliveries(t.Context()); dead != 1 || err != nil {
			t.Errorf("DeadDeliveries = %d, %v; want 1", dead, err)
		}
	})
}

func TestArticleCountsAndSourceHistory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for i, h := range []models.Health{models.Healthy, models.Failing, models.Dead, models.Quiet} {
			state := models.SourceState{SourceID: "hkma", Generation: int64(i), Health: h}
			if i == 3 {
				state.GapSince, state.GapUntil = noon, noon.Add(time.Hour)
			}
			a := article("hkma", fmt.Sprint(i), "Title", noon.Add(time.Duration(i)*10*time.Minute))
			a.Baseline = i == 0
			commit(t, s, models.Scan{State: state, At: noon.Add(time.Duration(i) * time.Hour), Articles: []models.Article{a}})
		}
		// What failed before, and still did then.
		after, err := s.SourceHistory(t.Context(), noon.Add(150*time.Minute), "hkma", "sfc")
		failing := SourceChange{From: noon.Add(2 * time.Hour), Until: noon.Add(3 * time.Hour), Failing: true}
		if diff := cmp.Diff(map[string][]SourceChange{"hkma": {failing, {From: noon, Until: noon.Add(time.Hour)}}}, after); diff != "" || err != nil {
			t.Errorf("SourceHistory from 14:30 (-want +got):\n%s%v", diff, err)
		}
		history, err := s.SourceHistory(t.Context(), noon, "hkma", "sfc")
		want := map[string][]SourceChange{"hkma": {{From: noon.Add(time.Hour), Until: noon.Add(3 * time.Hour), Failing: true}, {From: noon, Until: noon.Add(time.Hour)}}}
		if diff := cmp.Diff(want, history); diff != "" || err != nil {
			t.Errorf("SourceHistory (-want +got):\n%s%v", diff, err)
		}
		counts, err := s.ArticleCounts(t.Context(), noon)
		byTime := cmpopts.SortSlices(func(a, b ArticleCount) bool { return a.From.Before(b.From) })
		wantCounts := map[string][]ArticleCount{"hkma": {{noon, 1}, {noon.Add(15 * time.Minute), 1}, {noon.Add(30 * time.Minute), 1}}}
		if diff := cmp.Diff(wantCounts, counts, byTime); diff != "" || err != nil {
			t.Errorf("ArticleCounts (-want +got):\n%s%v", diff, err)
		}
		if later, err := s.ArticleCounts(t.Context(), noon.Add(25*time.Minute)); len(later["hkma"]) != 1 || err != nil {
			t.Errorf("ArticleCounts from 12:25 = %v, %v; want one", later, err)
		}
	})
}

func TestSourceFilesAreInTheAudit(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for i, hash := range []string{"first", "second"} {
			if err := s.RecordSourceFile(t.Context(), SourceAdded, "hkma", "hkma.yaml", "", hash, "ana", noon.Add(time.Duration(i)*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.RecordSourceFile(t.Context(), SourcePaused, "hkma", "hkma.yaml", "second", "third", "", noon); err != nil {
			t.Fatal(err)
		}
		if hash, err := s.AddedSourceFile(t.Context(), "hkma"); hash != "second" || err != nil {
			t.Errorf("AddedSourceFile = %q, %v; want the last that was added", hash, err)
		}
		if hash, err := s.AddedSourceFile(t.Context(), "sfc"); hash != "" || err != nil {
			t.Errorf("AddedSourceFile of another = %q, %v; want nothing", hash, err)
		}
		entries, err := s.Audit(t.Context(), AuditFilter{Before: 3, People: true})
		if err != nil || len(entries) != 2 || entries[0].Seq != 2 || entries[0].Actor != "ana" {
			t.Errorf("the entries before the third are %+v, %v", entries, err)
		}
		if entries, err := s.Audit(t.Context(), AuditFilter{Since: noon.Add(time.Minute)}); err != nil || len(entries) != 1 {
			t.Errorf("since a minute later there are %d entries, %v; want 1", len(entries), err)
		}
	})
}

func TestDatedEventsAndTitlesOfSubjects(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Dated", noon)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k")
		scan.Changes[0].Event.Dates = applyBy("2026-05-31")
		commit(t, s, scan)
		for days, want := range map[[2]string]int{{"2026-05-01", "2026-05-31"}: 1, {"0000-01-01", "9999-12-31"}: 1, {"2026-06-01", "9999-12-31"}: 0} {
			found, err := s.DatedEvents(t.Context(), DateFilter{From: days[0], To: days[1]})
			if len(found) != want || err != nil || want == 1 && (found[0].Title == "" || len(found[0].Dates) != 1) {
				t.Errorf("DatedEvents(%v) = %+v, %v; want %d", days, found, err, want)
			}
		}
		id := scan.Changes[0].Event.ID
		titles, err := s.AuditTitles(t.Context(), []string{id, a.ID, "mica"})
		if diff := cmp.Diff(map[string]string{id: scan.Changes[0].Event.Title, a.ID: "Dated"}, titles); diff != "" || err != nil {
			t.Errorf("AuditTitles (-want +got):\n%s%v", diff, err)
		}
	})
}
