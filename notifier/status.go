package notifier

import (
	"slices"
	"strconv"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// NewStatus returns the status of an event: its current state, assignments and feedback.
// mute is the one that holds its updates; nil if none does.
func NewStatus(event models.Event, mute *models.Mute) models.Status {
	s := models.Status{
		EventID:     event.ID,
		Official:    event.Official,
		Stage:       event.Stage,
		Dates:       event.Dates,
		Assignments: event.Assignments,
		Feedback:    event.Feedback,
		Mute:        mute,
	}
	for _, a := range event.Articles {
		s.OtherSources = append(s.OtherSources, reference(a))
	}
	return s
}

// PlanStatus decides where the status of an event is shown: in the first message at each
// destination whose channel can change messages. sent are the notices of the event and of
// the events merged into it, with their deliveries. A destination shared by several
// recipients is changed once.
func PlanStatus(event models.Event, sent []models.Notice, status models.Status, routing models.Routing, now time.Time) []models.Notice {
	var notices []models.Notice
	at := make(map[string]int)       // index in notices, by recipient and thread
	reached := make(map[string]bool) // by destination and thread
	for _, original := range sent {
		for _, d := range original.Deliveries {
			place := d.Thread + " " + address.Key(d.Destination)
			if reached[place] || d.Amends || d.Thread == "" || d.LastError == models.ThreadGone || !routing.Amends[d.Channel] {
				continue
			}
			reached[place] = true
			threadOf := d.Thread + " " + original.Recipient
			i, has := at[threadOf]
			if !has {
				i = len(notices)
				at[threadOf] = i
				notices = append(notices, newAmendment(event, original, d.Thread, status, now))
			}
			amends := models.NewDelivery(notices[i].ID, d.Channel, d.Address, now)
			amends.Thread, amends.Amends = d.Thread, true
			notices[i].Deliveries = append(notices[i].Deliveries, amends)
		}
	}
	return notices
}

// newAmendment returns the notice that shows a status in the messages of a thread. Its ID
// contains the time, because assignments and feedback do not change the revision of the
// event.
func newAmendment(event models.Event, original models.Notice, thread string, status models.Status, now time.Time) models.Notice {
	if a := original.Content.Alert; a != nil {
		status.OtherSources = otherThan(status.OtherSources, a.Link)
	}
	n := models.Notice{
		Kind:            models.NoticeAmend,
		Subject:         models.SubjectStatus,
		SubjectID:       thread + "/" + strconv.FormatInt(now.UnixMicro(), 10),
		SubjectRevision: event.Revision,
		Recipient:       original.Recipient,
		Severity:        original.Severity,
		Reasons:         models.NewReasons(models.ReasonStatusChanged, models.ReasonArgs{}),
		Content:         models.Content{Status: &status},
		CreatedAt:       now,
	}
	n.ID = n.Key()
	return n
}

// otherThan returns the articles without the one that has the link of an alert. An empty
// link matches none.
func otherThan(all []models.Reference, link string) []models.Reference {
	return slices.DeleteFunc(slices.Clone(all), func(r models.Reference) bool { return link != "" && r.Link == link })
}

func reference(a models.EventArticle) models.Reference {
	return models.Reference{Source: a.SourceName, Title: a.Title, Link: a.Link, PublishedAt: a.PublishedAt}
}
