package sources

import (
	"strings"
	"testing"
	"time"
)

// What a stranger sends may be wrong on purpose. Each of these once made some
// parser of feeds or pages take minutes or fall over; none may take long here.
func TestHostileInputIsReadInGoodTime(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of hostile text")
	}
	const size = 512 << 10
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for _, s := range []string{
		"<!--", "<![CDATA[", "&", "&#", "<", "<a ", "<a b='", "]]>", "<?", "<item>", "<item/>", "<item><title>", "</item>",
		"<item><title>a</titel>", "<b><i>", "<a></b>", "<table><tr><td>", "<p><a href=x>", "<form><div>", "<select><option>",
		"<div class=related><p>", "<h2>Related</h2><p>x</p>", "<article>", "\u3000\n", "\x00", "\xff", "中", "<svg><p>",
	} {
		text := fill(s)
		for name, read := range map[string]func(){
			"feed": func() { _, _ = readBytes([]byte("<rss><channel>"+text), "") },
			"item": func() {
				_, _ = readBytes([]byte("<rss><channel><item><description>"+text+"</description></item></channel></rss>"), "")
			},
			"page": func() { extract("<html><body>"+text, nil) },
			"text": func() { plainText(text) },
		} {
			start := time.Now()
			read()
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%s of %q: %s for %d KB", name, s, took, size>>10)
			} else if took > time.Second/2 {
				t.Logf("%s of %q: %s for %d KB", name, s, took, size>>10)
			}
		}
	}
}
