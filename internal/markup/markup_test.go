package markup

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	got, err := Parse("<h1>A &amp; B</h1>\n<p> one <b>two</b><br>\n<i>three</i> <a href=\"javascript:x\">no</a> <a href=\"https://a.example\">yes</a></p><p> </p><hr/><ul><li>x</li><li></li></ul><actions/><actions/><blockquote>&lt;b&gt;</blockquote>")
	if err != nil {
		t.Fatal(err)
	}
	want := []Block{
		{Kind: Heading, Runs: []Run{{Text: "A & B"}}},
		{Kind: Paragraph, Runs: []Run{{Text: "one "}, {Text: "two", Bold: true}, {Text: "\n"}, {Text: "three", Italic: true}, {Text: " no "}, {Text: "yes", Link: "https://a.example"}}},
		{Kind: Rule},
		{Kind: List, Items: [][]Run{{{Text: "x"}}}},
		{Kind: Actions},
		{Kind: Quote, Runs: []Run{{Text: "<b>"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
}

func TestParseRejects(t *testing.T) {
	for _, text := range []string{"words", "<p>a", "<ul><li>a</li>", "<p><p>a</p></p>", "<li>a</li>", "<ul><p>a</p></ul>", "<script>a</script>", "<p>a</p></p>", "<p><a onclick=\"x\">a</a></p>", "<actions></actions>"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", text, got)
		}
	}
}

func TestCut(t *testing.T) {
	runs := []Run{{Text: "one "}, {Text: "監管沙盒", Bold: true}, {Text: " end"}}
	for most, want := range map[int]string{20: "one 監管沙盒 end", 12: "one 監管沙盒 end", 7: "one 監管…", 5: "one…", 0: ""} {
		if got := Text(Cut(runs, most)); got != want {
			t.Errorf("Cut to %d = %q, want %q", most, got, want)
		}
	}
	if Text(runs) != "one 監管沙盒 end" {
		t.Errorf("Cut changed its argument: %q", Text(runs))
	}
}

func TestLines(t *testing.T) {
	got := Lines([]Run{{Text: "a\nb", Bold: true}, {Text: "c\n\nd"}})
	want := [][]Run{{{Text: "a", Bold: true}}, {{Text: "b", Bold: true}, {Text: "c"}}, nil, {{Text: "d"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestNotifyNobody(t *testing.T) {
	for text, want := range map[string]string{"@all and desk@example.com": "＠all and desk＠example.com", "@王 @ 5 @_x @": "＠王 @ 5 ＠_x @"} {
		if got := NotifyNobody(text); got != want {
			t.Errorf("NotifyNobody(%q) = %q, want %q", text, got, want)
		}
	}
}
