package feed

import (
	"strings"
	"testing"
)

func TestTooDeep(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("<a>", 300):                                        true,
		strings.Repeat("<a></a>", 300):                                    false,
		strings.Repeat("<item>", 300):                                     false,
		strings.Repeat("<a/>", 300):                                       false,
		"<item>" + strings.Repeat("<br>", 200) + "</item>":                false,
		strings.Repeat("<item>"+strings.Repeat("<br>", 100)+"</item>", 9): false,
		"<![CDATA[" + strings.Repeat("<a>", 300) + "]]>":                  false,
	} {
		if got := tooDeep(text, MaxDepth, "item"); got != want {
			t.Errorf("tooDeep(%.20s…) = %v, want %v", text, got, want)
		}
	}
}

// FuzzRepairXML checks that repairing repaired text changes nothing.
func FuzzRepairXML(f *testing.F) {
	f.Add("<a>&nbsp;& < &#8; ]]> <!-- <?xml ?> <![CDATA[ & ]]></a>")
	f.Fuzz(func(t *testing.T, text string) {
		once, _ := repairXML(text, nil)
		if twice, n := repairXML(once, nil); n != 0 && !strings.Contains(once, "<") {
			t.Errorf("repairXML(%q) = %q, and again %q with %d faults", text, once, twice, n)
		}
		tooDeep(once, MaxDepth, "item")
	})
}
