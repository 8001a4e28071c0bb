package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
)

func TestAskRuleReadsTheAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, answers string
		want          app.NewRuleRequest
	}{
		{
			"all", "crypto kiosk, 比特幣自動櫃員機\nban、 \"prohibit*\"，禁止\nscam\nHigh\n",
			app.NewRuleRequest{Topic: []string{"crypto kiosk", "比特幣自動櫃員機"}, Near: []string{"ban", "prohibit*", "禁止"}, Ignore: []string{"scam"}, Severity: "high"},
		},
		{"only the topic", "kiosk\n\n\n\n", app.NewRuleRequest{Topic: []string{"kiosk"}, Severity: "medium"}},
		{"asked again", "\n , \nkiosk\n\n\nhihg\nlow\n", app.NewRuleRequest{Topic: []string{"kiosk"}, Severity: "low"}},
	} {
		var out strings.Builder
		var got app.NewRuleRequest
		if err := (&shell{stdout: &out}).askRule(t.Context(), strings.NewReader(tt.answers), &got); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(app.NewRuleRequest{})); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestAskRuleEndsWithTheInput(t *testing.T) {
	for _, answers := range []string{"", "kiosk\n", "kiosk\n\n\n"} {
		var out strings.Builder
		var got app.NewRuleRequest
		err := (&shell{stdout: &out}).askRule(t.Context(), strings.NewReader(answers), &got)
		if err == nil || !strings.Contains(err.Error(), "nothing was written") {
			t.Errorf("after %q: %v; want that nothing was written", answers, err)
		}
	}
}
