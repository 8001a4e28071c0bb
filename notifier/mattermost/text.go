package mattermost

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"regwatch/internal/markup"
	"regwatch/models"
	"regwatch/notifier/render"
)

// mostRunes is how many characters a post may have (server/public/model/post.go,
// PostMessageMaxRunesV2). With more, Mattermost cuts a message from a webhook in pieces.
const mostRunes = 16_383

// Text returns the text of a post, in Mattermost's Markdown
// (https://docs.mattermost.com/collaborate/format-messages.html).
func Text(r *render.Renderer, d models.Delivery) (string, error) {
	m, err := r.Chat(d, func(m render.ChatMessage) bool { return utf8.RuneCountInString(write(m)) <= mostRunes })
	return write(m), err
}

func write(m render.ChatMessage) string {
	var blocks []string
	for _, b := range m.Blocks {
		switch b.Kind {
		case markup.Heading:
			blocks = append(blocks, "#### "+escape(strings.ReplaceAll(markup.Text(b.Runs), "\n", " ")))
		case markup.Paragraph:
			blocks = append(blocks, text(b.Runs))
		case markup.Quote:
			blocks = append(blocks, "> "+strings.ReplaceAll(text(b.Runs), "\n", "\n> "))
		case markup.List:
			var items []string
			for _, item := range b.Items {
				items = append(items, "- "+strings.ReplaceAll(text(item), "\n", "\n  "))
			}
			blocks = append(blocks, strings.Join(items, "\n"))
		case markup.Rule:
			blocks = append(blocks, "---")
		case markup.Actions:
			var links []string
			for _, l := range m.Links {
				links = append(links, link(escape(l.Label), l.Address))
			}
			if len(links) > 0 {
				blocks = append(blocks, strings.Join(links, " · "))
			}
		}
	}
	return strings.Join(blocks, "\n\n")
}

// text writes runs. Styles do not cross line ends, and spaces stay outside them, where
// Markdown wants them.
func text(runs []markup.Run) string {
	var lines []string
	for _, line := range markup.Lines(runs) {
		var b strings.Builder
		for _, r := range line {
			inner := strings.Trim(r.Text, " ")
			if inner == "" {
				b.WriteString(r.Text)
				continue
			}
			before, after, _ := strings.Cut(r.Text, inner)
			styled := escape(inner)
			if r.Link != "" {
				styled = link(styled, r.Link)
			}
			if r.Italic {
				styled = "_" + styled + "_"
			}
			if r.Bold {
				styled = "**" + styled + "**"
			}
			b.WriteString(before + styled + after)
		}
		lines = append(lines, b.String())
	}
	return strings.Join(lines, "\n")
}

func link(label, address string) string {
	return "[" + label + "](" + strings.NewReplacer("(", "%28", ")", "%29", `\`, "%5C", " ", "%20", "<", "%3C", ">", "%3E").Replace(address) + ")"
}

var (
	special = regexp.MustCompile("[\\\\`*_{}\\[\\]()#+!|~>-]")
	// A number with a full stop at the beginning of a line would begin a list.
	numbered = regexp.MustCompile(`(?m)^(\s*\d+)\.`)
)

// escape makes text from outside show as it is.
func escape(s string) string {
	s = special.ReplaceAllString(markup.NotifyNobody(s), `\$0`)
	return numbered.ReplaceAllString(s, `$1\.`)
}
