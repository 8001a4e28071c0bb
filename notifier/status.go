package notifier

import (
	"slices"
	"strconv"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// NewStatus returns what has become of an event: what is known of it now, and
// what people say of it. Mute is the one by which its further news is held; nil
// if there is none.
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

// PlanStatus decides who is shown what has become of an event: each place that
// was told of it and whose channel can change what it sent. Sent are the notices
// of the event, and of those that it has taken in, with their deliveries. A place
// that several recipients share is changed once.
func PlanStatus(event models.Event, sent []models.Notice, status models.Status, routing models.Routing, now time.Time) []models.Notice {
	var notices []models.Notice
	at := make(map[string]int)       // index in notices, by recipient and thread
	reached := make(map[string]bool) // by destination and thread
	for _, told := range sent {
		for _, d := range told.Deliveries {
			place := d.Thread + " " + address.Key(d.Destination)
			if reached[place] || d.Amends || d.Thread == "" || d.LastError == models.ThreadGone || !routing.Amends[d.Channel] {
				continue
			}
			reached[place] = true
			whose := d.Thread + " " + told.Recipient
			i, has := at[whose]
			if !has {
				i = len(notices)
				at[whose] = i
				notices = append(notices, newAmendment(event, told, d.Thread, status, now))
			}
			amends := models.NewDelivery(notices[i].ID, d.Channel, d.Address, now)
			amends.Thread, amends.Amends = d.Thread, true
			notices[i].Deliveries = append(notices[i].Deliveries, amends)
		}
	}
	return notices
}

// newAmendment returns the notice that shows a status in what was told in a thread. No
// two have the same moment, by which its ID is unique: what people say does not
// move the revision of an event.
func newAmendment(event models.Event, told models.Notice, thread string, status models.Status, now time.Time) models.Notice {
	if a := told.Content.Alert; a != nil {
		status.OtherSources = otherThan(status.OtherSources, a.Link)
	}
	n := models.Notice{
		Kind:            models.NoticeAmend,
		Subject:         "standing",
		SubjectID:       thread + "/" + strconv.FormatInt(now.UnixMicro(), 10),
		SubjectRevision: event.Revision,
		Recipient:       told.Recipient,
		Severity:        told.Severity,
		Reasons:         models.NewReasons(models.ReasonStatusChanged, models.ReasonArgs{}),
		Content:         models.Content{Status: &status},
		CreatedAt:       now,
	}
	n.ID = n.Key()
	return n
}

// otherThan returns the articles but for the one that an alert with the link is about.
// Without a link it is not known which one that is.
func otherThan(all []models.Reference, link string) []models.Reference {
	return slices.DeleteFunc(slices.Clone(all), func(r models.Reference) bool { return link != "" && r.Link == link })
}

func reference(a models.EventArticle) models.Reference {
	return models.Reference{Source: a.SourceName, Title: a.Title, Link: a.Link, PublishedAt: a.PublishedAt}
}
