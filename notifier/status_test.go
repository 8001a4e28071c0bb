package notifier

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestPlanStatus(t *testing.T) {
	routing := models.Routing{Amends: map[string]bool{"slack": true}}
	event := models.Event{
		ID: "E1", Revision: 3, Official: true, Stage: "adopted",
		Articles:    []models.EventArticle{{SourceName: "HKMA", Link: "https://a/1"}, {SourceName: "SCMP", Link: "https://b/2"}},
		Assignments: []models.Assignment{{EventID: "E1", By: "ada"}},
		Feedback:    []models.Feedback{{EventID: "E1", By: "bob", Relevant: true}},
	}
	mute := &models.Mute{ID: "M1"}
	sent := func(kind models.NoticeKind, recipient, link string, to ...string) models.Notice {
		n := models.Notice{ID: string(kind) + recipient, Kind: kind, Subject: "event", SubjectID: "E1", Recipient: recipient}
		n.Content.Alert = &models.Alert{Link: link}
		for _, channel := range to {
			d := models.NewDelivery(n.ID, channel, "", noon)
			d.Thread = "E1"
			n.Deliveries = append(n.Deliveries, d)
		}
		return n
	}
	got := PlanStatus(event, []models.Notice{
		sent(models.NoticeAlert, "compliance", "https://a/1", "slack", "mail"),
		sent(models.NoticeUpdate, "compliance", "https://b/2", "slack", "mail"),
		sent(models.NoticeAlert, "legal", "https://b/2", "slack", "mail"), // already changed
		sent(models.NoticeAlert, "board", "https://b/2", "mail"),          // email cannot be changed
	}, NewStatus(event, mute), routing, noon)

	var lines []string
	for _, n := range got {
		for _, d := range n.Deliveries {
			lines = append(lines, fmt.Sprintf("%s %s %s → %s in %s, amends %v", n.Kind, n.SubjectID, n.Recipient, d.Destination, d.Thread, d.Amends))
		}
	}
	want := []string{fmt.Sprintf("amend E1/%d compliance → slack in E1, amends true", noon.UnixMicro())}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Fatalf("PlanStanding mismatch (-want +got):\n%s", diff)
	}
	shown := models.Status{
		EventID: "E1", Official: true, Stage: "adopted", Assignments: event.Assignments, Feedback: event.Feedback, Mute: mute,
		OtherSources: []models.Reference{{Source: "SCMP", Link: "https://b/2"}},
	}
	if diff := cmp.Diff(&shown, got[0].Content.Status); diff != "" {
		t.Errorf("what is shown beside the alert (-want +got):\n%s", diff)
	}
}

// Messages about an event before its merge show the status too.
func TestPlanStatusFindsMessagesOfMergedEvents(t *testing.T) {
	told := func(event string) models.Notice {
		n := models.Notice{ID: event, Kind: models.NoticeAlert, Subject: "event", SubjectID: event, Recipient: "compliance"}
		d := models.NewDelivery(n.ID, "slack", "", noon)
		d.Thread = event
		n.Deliveries = []models.Delivery{d}
		return n
	}
	var threads []string
	for _, n := range PlanStatus(models.Event{ID: "E2"}, []models.Notice{told("E1"), told("E2")}, models.Status{}, models.Routing{Amends: map[string]bool{"slack": true}}, noon) {
		for _, d := range n.Deliveries {
			threads = append(threads, d.Thread)
		}
	}
	if diff := cmp.Diff([]string{"E1", "E2"}, threads); diff != "" {
		t.Errorf("changed are the messages of (-want +got):\n%s", diff)
	}
}

// A deleted message is not changed.
func TestPlanStatusSkipsDeletedThreads(t *testing.T) {
	n := models.Notice{ID: "n", Kind: models.NoticeAlert, Subject: "event", SubjectID: "E1", Recipient: "compliance"}
	for _, address := range []string{"C1", "C2"} {
		d := models.NewDelivery(n.ID, "slack", address, noon)
		d.Thread, d.State = "E1", models.DeliverySent
		n.Deliveries = append(n.Deliveries, d)
	}
	n.Deliveries[0].LastError = models.ThreadGone
	got := PlanStatus(models.Event{ID: "E1"}, []models.Notice{n}, models.Status{}, models.Routing{Amends: map[string]bool{"slack": true}}, noon)
	if len(got) != 1 || len(got[0].Deliveries) != 1 || got[0].Deliveries[0].Address != "C2" {
		t.Errorf("PlanStatus = %+v; want a change at C2 alone", got)
	}
}

// A status lists the articles other than that of the reader's alert.
func TestStatusOmitsArticleOfAlert(t *testing.T) {
	routing := models.Routing{
		Amends: map[string]bool{"slack": true},
		Recipients: map[string]models.Recipient{
			"compliance": {Name: "compliance", Destinations: []models.Destination{{Channel: "slack"}}},
			"legal":      {Name: "legal", Destinations: []models.Destination{{Channel: "slack", Address: "C2"}}},
			"board":      {Name: "board", Destinations: []models.Destination{{Channel: "slack", Address: "C3"}}},
		},
	}
	before := models.Event{ID: "E1", Notified: []models.Notified{
		{Recipient: "compliance", Link: "https://a/1"}, {Recipient: "legal", Link: "https://b/2"}, {Recipient: "board"},
	}}
	event := before
	event.Revision = 2
	event.Articles = []models.EventArticle{
		{SourceName: "HKMA", Link: "https://a/1"}, {SourceName: "SCMP", Link: "https://b/2"}, {SourceName: "Circular"},
	}
	got := map[string]string{}
	for _, n := range planAmendments(before, event, routing, models.PlanContext{}, noon) {
		for _, r := range n.Content.Status.OtherSources {
			got[n.Recipient] += r.Source + " "
		}
	}
	// An alert without a link does not identify its article.
	want := map[string]string{"compliance": "SCMP Circular ", "legal": "HKMA Circular ", "board": "HKMA SCMP Circular "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other sources (-want +got):\n%s", diff)
	}
}
