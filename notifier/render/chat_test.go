package render

import (
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"regwatch/internal/markup"
	"regwatch/internal/noticetest"
	"regwatch/internal/samplenotice"
	"regwatch/models"
)

// chatText returns the text of a message, and of its links.
func chatText(m ChatMessage) string {
	var lines []string
	for _, b := range m.Blocks {
		lines = append(lines, markup.Text(b.Runs))
		for _, item := range b.Items {
			lines = append(lines, markup.Text(item))
		}
	}
	for _, link := range m.Links {
		lines = append(lines, link.Label)
	}
	return strings.Join(lines, "\n")
}

func TestChatFitsEachLimit(t *testing.T) {
	all := noticetest.All()
	maps.Copy(all, noticetest.Huge())
	for name, n := range all {
		for _, most := range []int{500, 4096, 1 << 20} {
			m, err := (*Renderer)(nil).Chat(models.Delivery{Notice: n}, func(m ChatMessage) bool { return utf8.RuneCountInString(chatText(m)) <= most })
			if err != nil {
				t.Errorf("%s within %d: %v", name, most, err)
				continue
			}
			text := chatText(m)
			if got := utf8.RuneCountInString(text); got > most {
				t.Errorf("%s has %d characters, want at most %d", name, got, most)
			}
			if m.Title == "" || strings.Contains(m.Title, "\n") || utf8.RuneCountInString(m.Title) > subjectRunes {
				t.Errorf("%s has the title %q", name, m.Title)
			}
		}
	}
}

// A list of one long item is shortened before it is left out.
func TestChatShortensAListOfOneItem(t *testing.T) {
	m := ChatMessage{Blocks: []markup.Block{
		{Kind: markup.List, Items: [][]markup.Run{{{Text: strings.Repeat("word ", 100)}}}},
		{Kind: markup.Paragraph, Runs: []markup.Run{{Text: "…"}}},
	}}
	steps := 0
	for m.leaveOut() {
		steps++
		if n := utf8.RuneCountInString(chatText(m)); len(m.Blocks) == 2 && n > 400 {
			t.Errorf("after step %d it has %d characters", steps, n)
		}
	}
	if len(m.Blocks) != 1 || steps < 4 {
		t.Errorf("after %d steps %d blocks are left", steps, len(m.Blocks))
	}
}

// What is cut keeps its beginning, says that something is missing, and keeps its links.
func TestChatCutsTheEnd(t *testing.T) {
	n, _ := samplenotice.Notice("alert")
	w := &Renderer{}
	w.SetConsole("https://regwatch.example.com")
	whole, err := w.Chat(models.Delivery{Notice: n}, func(ChatMessage) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	cut, err := w.Chat(models.Delivery{Notice: n}, func(m ChatMessage) bool {
		return utf8.RuneCountInString(chatText(m)) <= utf8.RuneCountInString(chatText(whole))/2
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(chatText(cut), "…") || markup.Text(cut.Blocks[0].Runs) != markup.Text(whole.Blocks[0].Runs) {
		t.Errorf("the cut message is\n%s", chatText(cut))
	}
	var actions []string
	for _, link := range cut.Links {
		actions = append(actions, link.Action)
	}
	if got := strings.Join(actions, " "); got != "open details not_this" {
		t.Errorf("links %q", got)
	}
	if _, err := w.Chat(models.Delivery{Notice: n}, func(ChatMessage) bool { return false }); err == nil {
		t.Error("no error for a limit that nothing fits")
	}
}
