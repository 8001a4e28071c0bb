package render

import (
	"encoding/json"
	"strings"
	"testing"
)

// An answer that does not fit says so at its end; one that fits does not.
func TestSlackAnswerSaysThatItIsShortened(t *testing.T) {
	const short = `<p>It is shortened. <a href="https://regwatch.example.com/events/1">See the rest</a></p>`
	for _, tt := range []struct {
		name, text string
		cut        bool
	}{
		{"short", "<p>short</p>", false},
		{"many characters", strings.Repeat("<p>"+strings.Repeat("律", 1000)+"</p>", 12), true},
		{"one long paragraph", "<p>" + strings.Repeat("x", slackSection+1) + "</p>", true},
		{"many blocks", strings.Repeat("<p>a</p><hr>", 60), true},
	} {
		m, err := SlackAnswer(tt.text, short)
		if err != nil {
			t.Fatal(err)
		}
		last, err := json.Marshal(m.Blocks[len(m.Blocks)-1])
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(last), "https://regwatch.example.com/events/1"); got != tt.cut || strings.Contains(m.Text, "It is shortened") != tt.cut {
			t.Errorf("%s: the last block is %s, the text %.80q", tt.name, last, m.Text)
		}
		all, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if n := len([]rune(string(all))); len(m.Blocks) > mostBlocks || n > slackAllText+300*len(m.Blocks) {
			t.Errorf("%s: %d blocks with %d characters", tt.name, len(m.Blocks), n)
		}
	}
}
