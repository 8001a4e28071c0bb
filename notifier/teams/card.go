package teams

import (
	"bytes"
	"encoding/json"
	"unicode/utf16"

	"regwatch/internal/markup"
	"regwatch/models"
	"regwatch/notifier/render"
)

// Limits of a message. Microsoft documents "about 28 KB" for what a workflow posts
// (https://learn.microsoft.com/connectors/teams/, Known issues and limitations) and does not
// say in which encoding. Senders have measured 21 KB of UTF-8. mostUTF16 is the documented
// limit, for text in UTF-16 as Windows counts it.
const (
	mostBytes   = 20_000
	mostUTF16   = 28_000
	mostActions = 6 // that Teams shows on a card
)

// Message returns the body of a request: a message with one Adaptive Card 1.4, in the form that
// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
// shows.
func Message(r *render.Renderer, d models.Delivery) ([]byte, error) {
	m, err := r.Chat(d, func(m render.ChatMessage) bool {
		body, err := encode(m)
		return err != nil || len(body) <= mostBytes && 2*len(utf16.Encode([]rune(string(body)))) <= mostUTF16
	})
	if err != nil {
		return nil, err
	}
	return encode(m)
}

type (
	message struct {
		Type        string       `json:"type"`
		Attachments []attachment `json:"attachments"`
	}
	attachment struct {
		ContentType string  `json:"contentType"`
		ContentURL  *string `json:"contentUrl"`
		Content     card    `json:"content"`
	}
	card struct {
		Schema  string            `json:"$schema"`
		Type    string            `json:"type"`
		Version string            `json:"version"`
		Summary string            `json:"fallbackText"`
		Body    []element         `json:"body"`
		Actions []action          `json:"actions,omitempty"`
		Teams   map[string]string `json:"msteams"`
	}
	// An element is a RichTextBlock or a Container. Its text is in TextRuns, which Teams
	// shows as it is: a TextBlock would read Markdown in it, and links of others.
	element struct {
		Type      string    `json:"type"`
		Separator bool      `json:"separator,omitempty"`
		Spacing   string    `json:"spacing,omitempty"`
		Style     string    `json:"style,omitempty"`
		Inlines   []textRun `json:"inlines,omitempty"`
		Items     []element `json:"items,omitempty"`
	}
	textRun struct {
		Type   string  `json:"type"`
		Text   string  `json:"text"`
		Size   string  `json:"size,omitempty"`
		Weight string  `json:"weight,omitempty"`
		Italic bool    `json:"italic,omitempty"`
		Select *action `json:"selectAction,omitempty"`
	}
	action struct {
		Type  string `json:"type"`
		Title string `json:"title,omitempty"`
		URL   string `json:"url"`
	}
)

func encode(m render.ChatMessage) ([]byte, error) {
	c := card{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4",
		Summary: m.Title, Body: elements(m.Blocks), Teams: map[string]string{"width": "Full"},
	}
	for _, link := range m.Links[:min(len(m.Links), mostActions)] {
		c.Actions = append(c.Actions, action{"Action.OpenUrl", link.Label, link.Address})
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(message{"message", []attachment{{ContentType: "application/vnd.microsoft.card.adaptive", Content: c}}})
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func elements(blocks []markup.Block) []element {
	all := []element{}
	separator := false
	for _, b := range blocks {
		var now []element
		switch b.Kind {
		case markup.Rule:
			separator = true
		case markup.Heading:
			now = lines(b.Runs, "Large")
		case markup.Paragraph:
			now = lines(b.Runs, "")
		case markup.Quote:
			now = []element{{Type: "Container", Style: "emphasis", Items: lines(b.Runs, "")}}
		case markup.List:
			for _, item := range b.Items {
				now = append(now, lines(append([]markup.Run{{Text: "• "}}, item...), "")...)
			}
		}
		if len(now) > 0 {
			now[0].Separator, separator = separator, false
			all = append(all, now...)
		}
	}
	return all
}

// lines returns a block of text for each line, because a TextRun has no line ends.
func lines(runs []markup.Run, size string) []element {
	var all []element
	for i, line := range markup.Lines(runs) {
		e := element{Type: "RichTextBlock"}
		if i > 0 {
			e.Spacing = "None"
		}
		for _, r := range line {
			run := textRun{Type: "TextRun", Text: r.Text, Size: size, Italic: r.Italic}
			if r.Bold || size != "" {
				run.Weight = "Bolder"
			}
			if r.Link != "" {
				run.Select = &action{Type: "Action.OpenUrl", URL: r.Link}
			}
			e.Inlines = append(e.Inlines, run)
		}
		if len(e.Inlines) > 0 {
			all = append(all, e)
		}
	}
	return all
}
