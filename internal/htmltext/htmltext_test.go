package htmltext

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlainText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"AT&amp;T &lt;b&gt; &#8220;x&#8221;", "AT&T <b> “x”"},
		{"<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"},
		{"<div>One<br><br>Two</div>", "One\n\nTwo"},
		{"<ul><li>a</li><li>b</li></ul>", "a\n\nb"},
		{"a\n\nb\nc", "a\n\nb c"},
		{"<p>a\n\nb</p>", "a b"},
		{"&lt;p&gt;twice, &amp;nbsp;said&lt;/p&gt;", "twice, said"},
		{"the <AxCNH> token <b>now</b>", "the <AxCNH> token now"},
		{"x<script>alert(1)</script>y<style>p{}</style>", "xy"},
		{"1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
		{"人民\n币", "人民币"},
		{"人民 币", "人民 币"},
		{"zero\u200bwidth\u00a0space", "zerowidth space"},
		{"<p>open", "open"},
		{"a <", "a <"},
	} {
		if diff := cmp.Diff(tt.want, Plain(tt.in)); diff != "" {
			t.Errorf("Plain(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}
