package sources

import (
	"os"
	"strings"
	"testing"
	"time"

	"regwatch/internal/htmltext"
	"regwatch/sources/page"
)

// runSlowTests reports whether to run everything and not only a part, which takes
// minutes: REGWATCH_THOROUGH=1.
func runSlowTests() bool { return os.Getenv("REGWATCH_THOROUGH") != "" }

// One large element among thousands of small ones: each comparison once measured the
// large one again.
func TestManyCandidatesParseInTime(t *testing.T) {
	large := "<article>" + strings.Repeat("<p>Some words of prose.</p>", 12_000) + "</article>"
	crowded := "<html><body>" + large + strings.Repeat("<article>x</article>", 16_000) + "</body></html>"
	feed := "<feed><entry><title>a</titel>" + strings.Repeat("<link rel='self' href='x'/>", 12_000) + "</entry></feed>"
	for name, read := range map[string]func(){
		"page":  func() { page.Text(t.Context(), crowded, nil) },
		"links": func() { _, _ = readBytes([]byte(feed), "") },
	} {
		if took := cpuTime(read); took > 2*time.Second {
			t.Errorf("%s: %s", name, took)
		}
	}
}

// Input may be malicious. Each of these once made a parser of feeds or pages take
// minutes or crash.
func TestHostileInputParsesInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of hostile text")
	}
	// An input that took minutes at 512 KiB in quadratic time takes a sixteenth of
	// that at 128 KiB, which still exceeds the limit.
	const limit = 3 * time.Second
	size := 128 << 10
	if runSlowTests() {
		size = 512 << 10
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for _, s := range []string{
		"<!--", "<![CDATA[", "&", "&#", "<", "<a ", "<a b='", "]]>", "<?", "<item>", "<item/>", "<item><title>", "</item>",
		"<item><title>a</titel>", "<b><i>", "<a></b>", "<table><tr><td>", "<p><a href=x>", "<form><div>", "<select><option>",
		"<div class=related><p>", "<h2>Related</h2><p>x</p>", "<article>", "<article>x</article>", "<main><p>x</main>",
		"<div class=post-content>x</div>", "<link>", "<link/>", "<LINK rel=self>", "<link rel='x' href='y'/>",
		"<h2>Related</h2><p>" + strings.Repeat("prose ", 40) + "</p>", "<span><h2>Related</h2>", "<p><table><tr><td>",
		"<div>x</div>", "<p>" + strings.Repeat("a, ", 40) + "</p>", "<div><p>" + strings.Repeat("a, ", 40) + "</p></div>", "\u3000\n", "\x00", "\xff", "中", "<svg><p>",
	} {
		text := fill(s)
		for name, read := range map[string]func(){
			"feed": func() { _, _ = readBytes([]byte("<rss><channel>"+text), "") },
			"item": func() {
				_, _ = readBytes([]byte("<rss><channel><item><description>"+text+"</description></item></channel></rss>"), "")
			},
			"page": func() { page.Text(t.Context(), "<html><body>"+text, nil) },
			"atom": func() { _, _ = readBytes([]byte("<feed><entry><title>a</titel>"+text), "") },
			"text": func() { htmltext.Plain(text) },
		} {
			if took := cpuTime(read); took > limit {
				t.Errorf("%s of %q: %s for %d KB", name, s, took, size>>10)
			} else if took > time.Second/2 {
				t.Logf("%s of %q: %s for %d KB", name, s, took, size>>10)
			}
		}
	}
}
