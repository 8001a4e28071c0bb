package textkind_test

import (
	"fmt"
	"testing"

	"regwatch/internal/textkind"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		title, body string
		isList      bool
		want        textkind.Result
	}{
		{"HKMA grants a licence", "", false, textkind.Result{Kind: "news", Why: "it has no mark of another kind"}},
		{"HKMA warns the public of a fake website", "", false, textkind.Result{Kind: "news", Why: "it has no mark of another kind"}},
		{"金管局警告市民慎防偽冒網站", "", false, textkind.Result{Kind: "news", Why: "it has no mark of another kind"}},
		{"證監會：兩間公司被罰款", "", false, textkind.Result{Kind: "news", Why: "it has no mark of another kind"}},
		{"Kalshi 进军预测市场", "", false, textkind.Result{Kind: "news", Why: "it has no mark of another kind"}},
		{"Opinion: what is a ban?", "", false, textkind.Result{Kind: "opinion", Why: `the headline begins with "Opinion:"`}},
		{"【社評】穩定幣要管", "", false, textkind.Result{Kind: "opinion", Why: `the headline begins with "【社評】"`}},
		{"A rule too far | Opinion", "", false, textkind.Result{Kind: "opinion", Why: `the headline ends with "| Opinion"`}},
		{"分析师：比特币或已见底", "", false, textkind.Result{Kind: "opinion", Why: `the headline has "分析师"`}},
		{"渣打銀行：市場見底", "", false, textkind.Result{Kind: "opinion", Why: `the headline begins with "渣打銀行："`}},
		{"A rule too far", "By a guest. In my view, it goes too far.", false, textkind.Result{Kind: "opinion", Why: `the text has "In my view"`}},
		{"早報|三間銀行獲發牌；證監會罰款", "", false, textkind.Result{Kind: "roundup", Why: `the headline has "早報|"`}},
		{"Weekly digest", "", false, textkind.Result{Kind: "roundup", Why: `the headline has "Weekly digest"`}},
		{"News of the day", "", true, textkind.Result{Kind: "roundup", Why: "the text is a list of reports"}},
		{"Market wrap: shares fall", "", false, textkind.Result{Kind: "wrap", Why: `the headline has "Market wrap"`}},
		{"亚洲晨报：比特币反弹", "", false, textkind.Result{Kind: "wrap", Why: `the headline has "晨报"`}},
		{"What is the Travel Rule?", "", false, textkind.Result{Kind: "explainer", Why: `the headline begins with "What is"`}},
		{"Stablecoins explained", "", false, textkind.Result{Kind: "explainer", Why: `the headline has "explained"`}},
		{"一文看懂穩定幣條例", "", false, textkind.Result{Kind: "explainer", Why: `the headline begins with "一文"`}},
		{"", "", false, textkind.Result{Kind: "news", Why: "it has no mark of another kind"}},
	} {
		if got := textkind.Of(tt.title, tt.body, tt.isList); got != tt.want {
			t.Errorf("Of(%q, %q) = %+v, want %+v", tt.title, tt.body, got, tt.want)
		}
	}
}

func ExampleOf() {
	kind := textkind.Of("Opinion: Stablecoins need clear rules", "", false)
	fmt.Println(kind.Kind, "because", kind.Why)
	// Output: opinion because the headline begins with "Opinion:"
}
