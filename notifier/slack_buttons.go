package notifier

import (
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/models"
)

// slackButtons returns the row of buttons of a notice: Open, a link, is the one
// that works without an app behind it.
func slackButtons(n models.Notice, _ *models.Standing, l language) []slack.Block {
	if n.Content.Alert == nil {
		return nil
	}
	link := webLink(n.Content.Alert.Link)
	if link == "" || utf8.RuneCountInString(link) > slackURL {
		return nil
	}
	off := false
	open := slack.NewButtonBlockElement("open", "", &slack.TextBlockObject{Type: slack.PlainTextType, Text: l.say("open"), Emoji: &off})
	open.URL = link
	return []slack.Block{slack.NewActionBlock("", open)}
}
