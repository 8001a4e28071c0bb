package render

import (
	"maps"

	"regwatch/models"
)

const (
	// pageOverhead is an upper bound for the page numbers and the counts of omitted
	// elements in a body.
	pageOverhead = 1000
	// eventBytes is the largest size of one event of a summary or digest.
	eventBytes = webhookBytes / 8
)

// Webhook returns the webhook bodies of a notice: JSON with sanitized one-line text. It
// is one body, unless a summary or a digest has too many events: then each body is a page
// with the next events, and the rest is the same on each page. A notice always has the
// same pages.
func Webhook(n models.Notice) ([][]byte, error) {
	m := newWebhookMessage(n)
	events, path := takeEvents(&m.Data)
	most := webhookBytes
	if len(events) > 0 {
		most /= 2 // at least half of a page is for events
	}
	m, omitted, body, err := tidied(m, "", most)
	if err != nil {
		return nil, err
	}
	pages, err := paginate(events, path, webhookBytes-len(body)-pageOverhead)
	if err != nil {
		return nil, err
	}
	var bodies [][]byte
	for i, p := range pages {
		m := m
		m.Data.putEvents(p.events)
		if len(pages) > 1 {
			m.Data.Page, m.Data.Pages = i+1, len(pages)
		}
		m.Data.Omitted = maps.Clone(omitted)
		for path, n := range p.omitted {
			m.Data.Omitted[path] += n
		}
		body, err := encodeJSON(m)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, body)
	}
	return bodies, nil
}

// takeEvents removes the events from a summary or a digest, and returns the path of their
// list.
func takeEvents(d *webhookData) (events []models.DigestEvent, path string) {
	switch {
	case d.Summary != nil:
		s := *d.Summary
		events, s.Events, d.Summary = s.Events, nil, &s
		return events, "summary.events"
	case d.Digest != nil:
		g := *d.Digest
		events, g.Events, d.Digest = g.Events, nil, &g
		return events, "digest.events"
	}
	return nil, ""
}

func (d *webhookData) putEvents(events []models.DigestEvent) {
	switch {
	case d.Summary != nil:
		s := *d.Summary
		s.Events, d.Summary = events, &s
	case d.Digest != nil:
		g := *d.Digest
		g.Events, d.Digest = events, &g
	}
}

// An eventPage is the events of one body.
type eventPage struct {
	events  []models.DigestEvent
	omitted map[string]int // from lists of these events
}

// paginate splits events into pages of at most so many bytes. It returns at least one
// page.
func paginate(events []models.DigestEvent, path string, most int) ([]eventPage, error) {
	page := eventPage{omitted: make(map[string]int)}
	if events != nil {
		page.events = []models.DigestEvent{}
	}
	var pages []eventPage
	size := 0
	for _, e := range events {
		e, omitted, body, err := tidied(e, path, eventBytes)
		if err != nil {
			return nil, err
		}
		if len(page.events) > 0 && (size+len(body)+1 > most || len(page.events) == webhookLimits()[0].elements) {
			pages = append(pages, page)
			page, size = eventPage{omitted: make(map[string]int)}, 0
		}
		page.events = append(page.events, e)
		size += len(body) + 1 // with the comma
		for path, n := range omitted {
			page.omitted[path] += n
		}
	}
	return append(pages, page), nil
}
