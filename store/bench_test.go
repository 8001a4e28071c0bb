package store

import (
	"fmt"
	"testing"
	"time"

	"regwatch/models"
)

func benchOnEachEngine(b *testing.B, run func(b *testing.B, s *Store)) {
	b.Run("sqlite", func(b *testing.B) { run(b, open(b, freshSQLite(b))) })
	b.Run("postgres", func(b *testing.B) { run(b, open(b, freshPostgres(b))) })
}

// A scan that saw one article, opened an event and owes an alert.
func BenchmarkCommit(b *testing.B) {
	benchOnEachEngine(b, func(b *testing.B, s *Store) {
		for i := int64(0); b.Loop(); i++ {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Story %d", i), noon.Add(time.Duration(i)*time.Second))
			commit(b, s, scanOf(models.SourceState{SourceID: "hkma", Generation: i}, i, a, fmt.Sprintf("story %d", i)))
		}
	})
}

// A source's first scan: 100 articles in one transaction.
func BenchmarkCommitOf100Articles(b *testing.B) {
	benchOnEachEngine(b, func(b *testing.B, s *Store) {
		for i := int64(0); b.Loop(); i++ {
			scan := models.Scan{State: models.SourceState{SourceID: "hkma", Generation: i}, At: noon}
			for n := range 100 {
				guid := fmt.Sprint(i, " ", n)
				scan.Articles = append(scan.Articles, article("hkma", guid, "Story "+guid, noon))
			}
			commit(b, s, scan)
		}
	})
}

// Reading the events of one article's keys and claiming what is due, in a
// database with a history.
func BenchmarkReadWithHistory(b *testing.B) {
	const events = 2000
	benchOnEachEngine(b, func(b *testing.B, s *Store) {
		for i := range events {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Story %d", i), noon.Add(time.Duration(i)*time.Second))
			commit(b, s, scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, fmt.Sprintf("story %d", i)))
		}
		b.Run("candidates", func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				keys := []string{fmt.Sprintf("story %d", i%events), "link:none", "headline:none"}
				if got, _, err := s.Candidates(b.Context(), models.Lookup{Keys: keys}); err != nil || len(got) != 1 {
					b.Fatal(len(got), err)
				}
			}
		})
		b.Run("claim, start and sent", func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				d, err := s.Claim(b.Context(), noon.Add(time.Duration(i)*time.Hour), "slack", 1, lease)
				if err != nil {
					b.Fatal(err)
				}
				if len(d) == 0 {
					b.Skip("all are sent")
				}
				if err := s.MarkStarted(b.Context(), d[0], noon); err != nil {
					b.Fatal(err)
				}
				if err := s.MarkSent(b.Context(), d[0], "ts", noon); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// Ten thousand deliveries are due at once, each with its own event.
func BenchmarkDue(b *testing.B) {
	const due = 10_000
	benchOnEachEngine(b, func(b *testing.B, s *Store) {
		var notices []models.Notice
		for i := range due {
			at := noon.Add(time.Duration(i) * time.Microsecond)
			event := fmt.Sprint("event ", i%(due/4))
			n := models.Notice{
				Kind: models.NoticeAlert, Subject: "event", SubjectID: event, SubjectRevision: i, Recipient: "desk", Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}),
				CreatedAt: at, Content: models.Content{Alert: &models.Alert{EventID: event, Title: "A story"}},
			}
			n.ID = n.Key()
			d := models.NewDelivery(n.ID, "slack", "", at)
			d.Thread = event
			n.Deliveries = []models.Delivery{d}
			notices = append(notices, n)
		}
		if err := s.CommitNotices(b.Context(), notices); err != nil {
			b.Fatal(err)
		}
		var claimed []models.Delivery
		var last models.Delivery
		for i := 0; b.Loop(); i++ {
			// As a worker does on a channel that cannot be asked: a claim of many, and
			// one record for the end of one and the start of the next.
			if i%50 == 0 {
				var err error
				if claimed, err = s.Claim(b.Context(), noon.Add(time.Hour), "slack", 50, lease); err != nil {
					b.Fatal(err)
				}
				if len(claimed) == 0 {
					b.Skip("all are sent")
				}
			}
			var done []models.Completion
			if i > 0 {
				done = []models.Completion{{Delivery: last, State: models.DeliverySent, At: noon, Receipt: "ts"}}
			}
			last, claimed = claimed[0], claimed[1:]
			if lost, err := s.Record(b.Context(), done, []models.Delivery{last}, noon); err != nil || len(lost) > 0 {
				b.Fatal(lost, err)
			}
		}
	})
}

// Ten thousand events of a week, each with two articles, an alert that was sent and one that
// was held, are listed, and read for a digest.
func BenchmarkEvents(b *testing.B) {
	const events, perScan = 10_000, 500
	benchOnEachEngine(b, func(b *testing.B, s *Store) {
		s.inspect = nil
		for i := range events / perScan {
			commit(b, s, busyScan(int64(i), perScan))
		}
		window := models.Period{From: noon, To: noon.Add(7 * 24 * time.Hour)}
		b.Run("all", func(b *testing.B) {
			for b.Loop() {
				if got, err := s.Events(b.Context(), EventFilter{From: window.From, To: window.To}); err != nil || len(got) != events {
					b.Fatal(len(got), err)
				}
			}
		})
		b.Run("newest 1000", func(b *testing.B) {
			for b.Loop() {
				got, err := s.NewestEvents(b.Context(), EventFilter{From: window.From, To: window.To}, 1000)
				if err != nil || len(got) != 1000 {
					b.Fatal(len(got), err)
				}
			}
		})
		inbox := EventFilter{To: window.To, Open: true, Raised: true}
		b.Run("page of 50", func(b *testing.B) {
			for b.Loop() {
				got, err := s.NewestEvents(b.Context(), inbox, 50)
				if err != nil || len(got) != 50 {
					b.Fatal(len(got), err)
				}
			}
		})
		b.Run("counts", func(b *testing.B) {
			mine, unassigned, lessCertain, mayBelong := inbox, inbox, inbox, inbox
			mine.AssignedTo, unassigned.Unassigned, lessCertain.LessCertain, mayBelong.MayBelong = []string{"ana"}, true, true, true
			for b.Loop() {
				if n, err := s.CountEvents(b.Context(), inbox, mine, unassigned, lessCertain, mayBelong); err != nil || n[0] != events || n[2] != events {
					b.Fatal(n, err)
				}
			}
		})
		b.Run("digest", func(b *testing.B) {
			for b.Loop() {
				w, err := s.DigestWindow(b.Context(), window, noon.AddDate(0, 0, -84), "2026-03-02", "2026-04-01")
				if err != nil || len(w.Events) != events || len(w.Dated) != events {
					b.Fatal(len(w.Events), len(w.Dated), err)
				}
			}
		})
	})
}

// busyScan is a scan that opened events, a minute apart from those of the scan before, and
// joined an article to each.
func busyScan(generation int64, events int) models.Scan {
	signature := make([]uint32, 96)
	for i := range signature {
		signature[i] = uint32(1<<31 + i*12345)
	}
	var all models.Scan
	for i := range events {
		n := int(generation)*events + i
		at := noon.Add(time.Duration(n) * time.Minute)
		a := article("hkma", fmt.Sprint(n), fmt.Sprintf("Story %d of a stablecoin licence", n), at)
		scan := scanOf(models.SourceState{SourceID: "hkma", Generation: generation}, generation, a, fmt.Sprintf("story %d", n), fmt.Sprintf("link %d", n))
		opened := &scan.Changes[0]
		opened.Joined.Signature = signature
		second := article("hkma", fmt.Sprint("again ", n), a.Title, at.Add(time.Second))
		joined := models.Change{Kind: models.Copied, Event: opened.Event, Joined: place(opened.Event, second), Article: second}
		joined.Joined.Signature = signature
		told := scan.Notices[0].Content.Alert
		told.Why = []models.Finding{{RuleID: "coin", RuleTitle: "Stablecoins", Why: "We issue one."}}
		told.Dates = opened.Event.Dates
		held := alert(opened.Event, "legal", at)
		held.HeldReasons, held.Deliveries = testReasons(), nil
		all.State, all.EventGeneration, all.At, all.Rules = scan.State, generation, at, scan.Rules
		all.Articles = append(all.Articles, a, second)
		all.Matches = append(all.Matches, scan.Matches...)
		all.Changes = append(all.Changes, scan.Changes[0], joined)
		all.Notices = append(all.Notices, scan.Notices[0], held)
	}
	return all
}
