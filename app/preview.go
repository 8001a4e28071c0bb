package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"regwatch/internal/diag"
	"regwatch/internal/samplenotice"
	"regwatch/internal/sanitize"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/mattermost"
	"regwatch/notifier/pagerduty"
	"regwatch/notifier/render"
	"regwatch/notifier/teams"
	"regwatch/notifier/telegram"
	"regwatch/store"
)

// A PreviewRequest says which message to show, and how.
type PreviewRequest struct {
	Channel  string // one of PreviewChannels
	Kind     string // one of PreviewKinds; empty: the last message, or a sample alert
	Language string // one of PreviewLanguages; empty: that of the message
	Format   string // one of PreviewFormats of the channel; empty: the first of them
}

// PreviewChannels returns the kinds of channels that a message can be shown for.
func PreviewChannels() []string {
	return []string{"slack", "email", "terminal", "webhook", "teams", "telegram", "mattermost", "pagerduty"}
}

// PreviewFormats returns the formats of a channel, the usual one first.
func PreviewFormats(channel string) []string {
	switch channel {
	case "email":
		return []string{"text", "html", "json"}
	case "terminal", "telegram", "mattermost":
		return []string{"text"}
	case "slack", "webhook", "teams", "pagerduty":
		return []string{"json"}
	}
	return nil
}

// PreviewKinds returns the kinds of messages.
func PreviewKinds() []string { return append(samplenotice.Kinds(), string(models.NoticeAmend)) }

// PreviewLanguages returns the languages of messages.
func PreviewLanguages() []string { return render.Languages() }

// A Preview is a message as a channel would send it.
type Preview struct {
	Text             []byte
	TemplateProblems diag.Problems // the shipped templates are used in place of these
}

// PreviewSample shows an invented message that has everything that such a message can
// have, with the templates of a folder. Nothing is sent.
func PreviewSample(dir string, r PreviewRequest) (Preview, error) {
	return renderPreview(dir, sampleMessage(r.Kind), r)
}

// PreviewMessage shows a message that is stored: the notice of an ID, or the last one
// about an event. Nothing is sent.
func (a *App) PreviewMessage(ctx context.Context, id string, r PreviewRequest) (Preview, error) {
	d, err := a.findMessage(ctx, id, r.Kind)
	if err != nil {
		return Preview{}, err
	}
	return renderPreview(a.dir, d, r)
}

// sampleMessage returns an invented message of a kind.
func sampleMessage(kind string) models.Delivery {
	if kind == string(models.NoticeAmend) {
		root, _ := samplenotice.Notice(string(models.NoticeAlert))
		return models.Delivery{
			Notice: models.Notice{Kind: models.NoticeAmend, Content: models.Content{Status: samplenotice.Status()}},
			Root:   &models.Delivery{Notice: root},
		}
	}
	n, _ := samplenotice.Notice(cmp.Or(kind, string(models.NoticeAlert)))
	return models.Delivery{Notice: n}
}

// findMessage returns the last notice of a kind about an event, or the notice of an ID,
// as it would be delivered.
func (a *App) findMessage(ctx context.Context, id, kind string) (models.Delivery, error) {
	all, err := a.noticesAbout(ctx, id)
	if err != nil {
		return models.Delivery{}, err
	}
	var first, last, amends *models.Notice
	for i, n := range all {
		switch {
		case n.Kind == models.NoticeAmend:
			amends = &all[i]
			continue
		case first == nil && n.Content.Alert != nil:
			first = &all[i]
		}
		if kind == "" || kind == string(n.Kind) {
			last = &all[i]
		}
	}
	switch {
	case kind == string(models.NoticeAmend) && amends != nil && first != nil:
		return models.Delivery{Notice: *amends, Root: &models.Delivery{Notice: *first}}, nil
	case last == nil:
		return models.Delivery{}, fmt.Errorf("there is no %s about %s", cmp.Or(kind, "message"), sanitize.Line(id))
	case first != nil && first.ID != last.ID && first.Recipient == last.Recipient:
		return models.Delivery{Notice: *last, Root: &models.Delivery{Notice: *first}}, nil
	}
	return models.Delivery{Notice: *last}, nil
}

// noticesAbout returns the notice of an ID, or those of an event, the oldest first.
func (a *App) noticesAbout(ctx context.Context, id string) ([]models.Notice, error) {
	if all, err := a.store.NoticesByID(ctx, []string{id}); err != nil || len(all) > 0 {
		return all, err
	}
	event, err := a.store.FindEvent(ctx, id)
	if none, ok := errors.AsType[*store.NoEventError](err); ok && len(none.Among) == 0 {
		return nil, fmt.Errorf("no event and no notice has the ID %q; regwatch events lists the events", sanitize.Line(id))
	}
	if err != nil {
		return nil, err
	}
	return a.store.EventNotices(ctx, event.ID)
}

// renderPreview renders a message with the templates of a folder.
func renderPreview(dir string, d models.Delivery, r PreviewRequest) (Preview, error) {
	formats := PreviewFormats(r.Channel)
	if len(formats) == 0 {
		return Preview{}, inputError("channel kind %q does not exist%s", r.Channel, yamlnode.DidYouMean(r.Channel, PreviewChannels()))
	}
	r.Format = cmp.Or(r.Format, formats[0])
	if !slices.Contains(formats, r.Format) {
		return Preview{}, inputError("messages for %s have no format %q", r.Channel, r.Format)
	}
	if r.Language != "" {
		d.Notice.Content.Language = r.Language
		if d.Root != nil {
			d.Root.Notice.Content.Language = r.Language
		}
	}
	templates, problems := render.Load(userfile.Dir(dir))
	text, err := renderMessage(templates, d, r)
	return Preview{text, userfile.Below(dir, "templates", problems)}, err
}

func renderMessage(templates *render.Renderer, d models.Delivery, r PreviewRequest) ([]byte, error) {
	switch r.Channel {
	case "slack":
		m, err := templates.Slack(d, false)
		if err != nil {
			return nil, err
		}
		return indented(m)
	case "webhook":
		return renderWebhook(d.Notice)
	case "teams":
		body, err := teams.Message(templates, d)
		if err != nil {
			return nil, err
		}
		return indented(json.RawMessage(body))
	case "telegram":
		text, err := telegram.Text(templates, d)
		return []byte(text + "\n"), err
	case "mattermost":
		text, err := mattermost.Text(templates, d)
		return []byte(text + "\n"), err
	case "pagerduty":
		event, err := pagerduty.NewEvent(templates, d)
		if err != nil {
			return nil, err
		}
		return indented(event)
	case "terminal":
		text, err := templates.Text(d.Notice, 0)
		return []byte(text), err
	}
	m, err := templates.Email(d, render.SampleLinks())
	switch {
	case err != nil:
		return nil, err
	case r.Format == "html":
		return []byte(m.HTML), nil
	case r.Format == "json":
		return indented(map[string]string{"subject": m.Subject, "text": m.Text, "html": m.HTML})
	}
	return []byte("Subject: " + m.Subject + "\n\n" + m.Text), nil
}

func renderWebhook(n models.Notice) ([]byte, error) {
	bodies, err := render.Webhook(n)
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, body := range bodies {
		text, err := indented(json.RawMessage(body))
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}

// indented writes a value as JSON for people.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return b.Bytes(), err
}

// A GroupingPreview is what a correction of the grouping would leave.
type GroupingPreview struct {
	Events  []Event `json:"events"`            // those of the correction that have articles then
	Notices int     `json:"notices,omitempty"` // that would be sent because of it
}

// PreviewGrouping returns what a correction of the grouping would leave, and stores nothing.
func (a *App) PreviewGrouping(ctx context.Context, r GroupingRequest) (GroupingPreview, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return GroupingPreview{}, err
	}
	g, err := a.regrouping(ctx, r)(a.now().UTC())
	if err != nil {
		return GroupingPreview{}, bare[*store.NoEventError](err)
	}
	if len(g.Events) == 0 { // the two are only kept apart
		for _, id := range []string{g.Link.EventID, g.Link.OtherID} {
			event, err := a.store.FindEvent(ctx, id)
			if err != nil {
				return GroupingPreview{}, err
			}
			g.Events = append(g.Events, event)
		}
	}
	p := GroupingPreview{Events: []Event{}}
	if g.Plan != nil {
		after := make(map[string]models.Event)
		for _, e := range g.Events {
			after[e.ID] = e
		}
		for _, n := range g.Plan(after) {
			if !n.IsHeld() {
				p.Notices++
			}
		}
	}
	titles, zones := a.ruleTitles(), a.sourceZones()
	for _, e := range g.Events {
		if e.MergedInto == "" {
			p.Events = append(p.Events, newEvent(e, titles, zones, e.ID))
		}
	}
	return p, nil
}
