package render

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

// The undo button stays within Slack's limit for any names.
func TestUndoFitsButtonValue(t *testing.T) {
	for _, name := range []string{"Ana", strings.Repeat("<", 60), strings.Repeat("\"", 60), strings.Repeat("陳", 60), strings.Repeat("👩", 60)} {
		s := &models.Status{EventID: "01JE"}
		for i := range 2 * mostUndoable {
			s.Assignments = append(s.Assignments, models.Assignment{By: NameSlackUser(name, fmt.Sprintf("U%010d", i)), AssignedAt: noticetest.At("2026-08-28T06:05:00Z")})
		}
		var undo *slack.ButtonBlockElement
		for _, e := range SlackButtons(noticetest.All()["alert"], s, English, true, "")[0].(*slack.ActionBlock).Elements.ElementSet {
			if b := e.(*slack.ButtonBlockElement); b.ActionID == ActionPrefix+UndoAction {
				undo = b
			}
		}
		if undo == nil || utf8.RuneCountInString(undo.Value) > MaxButtonValue {
			t.Fatalf("%.9s: the button to undo is %+v; want one whose value has at most %d characters", name, undo, MaxButtonValue)
		}
		var v ButtonValue
		if err := json.Unmarshal([]byte(undo.Value), &v); err != nil || len(v.Undo) == 0 || SlackUserID(v.Undo[0].By) != "U0000000000" {
			t.Errorf("%.9s: it undoes %+v, %v", name, v.Undo, err)
		}
	}
}

// Cut text ends with an ellipsis, wherever it is cut.
func TestCutTextEndsWithEllipsis(t *testing.T) {
	for n := slackHeader - 4; n <= slackHeader+4; n++ {
		p, err := slackBlocks("<h1>"+strings.Repeat("a", n)+"<b>"+strings.Repeat("b", 10)+"</b></h1>", nil)
		if err != nil {
			t.Fatal(err)
		}
		text := p.blocks[0].(*slack.HeaderBlock).Text.Text
		if got := utf8.RuneCountInString(text); got > slackHeader || !strings.HasSuffix(text, "…") || !p.over {
			t.Errorf("%d characters before the bold ones: %d are left, ending in %q", n, got, text[len(text)-6:])
		}
	}
}
