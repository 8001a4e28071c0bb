package text_test

import (
	"fmt"

	"regwatch/internal/text"
)

func ExampleFold() {
	fmt.Println(text.Fold("Hong Kong’s STABLE-coin rules"))
	fmt.Println(text.Fold("穩定幣條例") == text.Fold("稳定币条例"))
	// Output:
	// hong kong stable coin rules
	// true
}

// A token is folded, and its offsets tell what the author wrote.
func ExampleTokens() {
	original := "Stable-coin 發行人"
	for _, t := range text.Tokens(original) {
		fmt.Printf("%s = %s\n", original[t.Start:t.End], t.Text)
	}
	// Output:
	// Stable = stable
	// coin = coin
	// 發 = 发
	// 行 = 行
	// 人 = 人
}

// Display is for showing a text, Visible for comparing it.
func ExampleDisplay() {
	fmt.Printf("%q\n", text.Display("stab\u00adle\u200bcoin"))
	fmt.Println(text.Display("می\u200cخواهم") == text.Visible("می\u200cخواهم")) // Persian needs its non-joiner
	// Output:
	// "stablecoin"
	// false
}
