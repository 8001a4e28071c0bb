package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// What was given up was not heard; what is owed or has no delivery of its own is.
func TestHistory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "A step", noon)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k")
		event := scan.Changes[0].Event
		notice := func(recipient string, kind models.NoticeKind, revision int, severity models.Severity, rules ...string) models.Notice {
			alert := &models.Alert{Link: fmt.Sprintf("https://a/%d", revision)}
			for _, id := range rules {
				alert.Why = append(alert.Why, models.Finding{RuleID: id})
			}
			n := models.Notice{Reasons: testReasons(), Kind: kind, Subject: "event", SubjectID: event.ID, SubjectRevision: revision, Recipient: recipient, Severity: severity, Content: models.Content{Alert: alert}, CreatedAt: noon}
			n.ID = n.Key()
			n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, recipient, "", noon)}
			return n
		}
		silent := notice("silent", models.NoticeAlert, 0, models.High, "yuan")
		silent.Deliveries = nil
		waiting := notice("patient", models.NoticeAlert, 0, models.High, "yuan")
		waiting.Deliveries, waiting.WaitUntil = nil, noon.Add(time.Hour)
		graver := notice("patient", models.NoticeUpdate, 2, models.Critical, "ban")
		graver.CreatedAt = noon.Add(time.Minute)
		held := notice("held", models.NoticeAlert, 1, models.High, "yuan")
		held.HeldReasons = models.NewReasons(models.ReasonMuted, models.ReasonArgs{})
		scan.Notices = []models.Notice{
			notice("desk", models.NoticeAlert, 0, models.Low, "yuan"),
			notice("desk", models.NoticeUpdate, 2, models.High, "ban"),
			notice("unlucky", models.NoticeAlert, 0, models.High, "yuan"),
			silent, held, waiting, graver,
		}
		commit(t, s, scan)
		claimed, err := s.Claim(t.Context(), noon, "unlucky", 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("Claim: %d, %v", len(claimed), err)
		}
		if err := s.Fail(t.Context(), claimed[0], "no such user", noon); err != nil {
			t.Fatal(err)
		}
		events, _, err := candidates(t, s, "k")
		if err != nil || len(events) != 1 {
			t.Fatalf("Candidates: %d, %v", len(events), err)
		}
		want := []models.Notified{
			{Recipient: "desk", Severity: models.High, Rules: []string{"yuan", "ban"}, At: noon, Link: "https://a/0", Destinations: []models.Destination{{Channel: "desk"}}, Sent: models.SentNews{Subjects: []string{"yuan", "ban"}}},
			{Recipient: "patient", Severity: models.Critical, Rules: []string{"yuan", "ban"}, At: noon, WaitUntil: noon.Add(time.Hour), Link: "https://a/0", Destinations: []models.Destination{{Channel: "patient"}}, Sent: models.SentNews{Subjects: []string{"ban"}}},
			{Recipient: "silent", Severity: models.High, Rules: []string{"yuan"}, At: noon, Link: "https://a/0", Sent: models.SentNews{Subjects: []string{"yuan"}}},
			{Recipient: "unlucky", Lost: true},
		}
		got := slices.SortedFunc(slices.Values(events[0].Notified), func(a, b models.Notified) int { return strings.Compare(a.Recipient, b.Recipient) })
		for i := range got {
			slices.Sort(got[i].Rules)
			slices.Sort(got[i].Sent.Subjects)
			slices.Sort(want[i].Rules)
			slices.Sort(want[i].Sent.Subjects)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Told (-want +got):\n%s", diff)
		}
	})
}

// Who was told last of an event without a day knows of none: it is news again.
func TestHistoryHasTheDatesOfTheLastAlert(t *testing.T) {
	alert := func(stage string, days ...models.KeyDate) sentNotice {
		return sentNotice{Recipient: "desk", Content: sentContent{Alert: &sentAlert{Stage: stage, Dates: days}}}
	}
	first, moved := models.KeyDate{Kind: "deadline", Day: "2026-03-31"}, models.KeyDate{Kind: "deadline", Day: "2026-04-30"}
	told := addToHistory(nil, alert("consultation", first), outcome{})
	for _, step := range []struct {
		notice sentNotice
		lost   bool
		stage  string
		want   []models.KeyDate
	}{
		{alert("consultation", moved), false, "consultation", []models.KeyDate{moved}},
		{alert("in-force", first), true, "consultation", []models.KeyDate{moved}},
		{alert(""), false, "consultation", nil},
	} {
		told = addToHistory(told, step.notice, outcome{lost: step.lost})
		if diff := cmp.Diff(step.want, told[0].Dates); diff != "" || told[0].Stage != step.stage {
			t.Errorf("stage %q, want %q; dates (-want +got):\n%s", told[0].Stage, step.stage, diff)
		}
	}
}

// A place counts as sent to only if all that was sent went there.
func TestHistoryHasTheDestinationsThatGotEverything(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "A step", noon)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k")
		event := scan.Changes[0].Event
		notice := func(recipient string, revision int, channels ...string) models.Notice {
			n := models.Notice{
				Reasons: testReasons(), Kind: models.NoticeUpdate, Subject: "event", SubjectID: event.ID, SubjectRevision: revision, Recipient: recipient, Severity: models.High,
				Content: models.Content{Alert: &models.Alert{}}, CreatedAt: noon.Add(time.Duration(revision)),
			}
			n.ID = n.Key()
			for _, c := range channels {
				n.Deliveries = append(n.Deliveries, models.NewDelivery(n.ID, c, "", n.CreatedAt))
			}
			return n
		}
		scan.Notices = []models.Notice{
			notice("all", 1, "slack", "mail"), notice("all", 2, "mail", "slack"),
			notice("elsewhere", 1, "slack", "mail"), notice("elsewhere", 2, "deputy"),
			notice("fewer", 1, "slack", "mail"), notice("fewer", 2, "mail"),
			notice("given up", 1, "broken", "mail"),
			notice("nothing", 1, "slack"), notice("nothing", 2),
		}
		commit(t, s, scan)
		claimed, err := s.Claim(t.Context(), noon.Add(time.Second), "broken", 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("Claim: %d, %v", len(claimed), err)
		}
		if err := s.Fail(t.Context(), claimed[0], "no such channel", noon); err != nil {
			t.Fatal(err)
		}
		events, _, err := candidates(t, s, "k")
		if err != nil || len(events) != 1 {
			t.Fatalf("Candidates: %d, %v", len(events), err)
		}
		got := make(map[string]string)
		for _, told := range events[0].Notified {
			var to []string
			for _, d := range told.Destinations {
				to = append(to, d.Channel)
			}
			slices.Sort(to)
			got[told.Recipient] = strings.Join(to, " ")
		}
		want := map[string]string{"all": "mail slack", "elsewhere": "", "fewer": "mail", "given up": "mail", "nothing": ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sent to (-want +got):\n%s", diff)
		}
	})
}

// A history has all stages that its recipient was sent: those of the event, and those that its reports
// stated. What was given up does not count.
func TestHistoryHasAllStages(t *testing.T) {
	sent := func(stage string, updates ...models.Update) sentNotice {
		return sentNotice{Recipient: "desk", Content: sentContent{Alert: &sentAlert{Stage: stage, Updates: updates}}}
	}
	report := func(stage string) models.Update {
		return models.Update{Kind: models.UpdateReportStage, From: "passed", To: stage}
	}
	var history []models.Notified
	for _, n := range []sentNotice{sent(""), sent("proposed"), sent("passed"), sent("passed", report("guidance")), sent("passed", report("guidance"))} {
		history = addToHistory(history, n, outcome{})
	}
	history = addToHistory(history, sent("passed", report("enforcement")), outcome{lost: true})
	if diff := cmp.Diff([]string{"proposed", "passed", "guidance"}, history[0].Stages); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
	for stage, want := range map[string]bool{"proposed": true, "guidance": true, "enforcement": false} {
		if history[0].Knows(stage) != want {
			t.Errorf("knows %s: %v, want %v", stage, !want, want)
		}
	}
}
