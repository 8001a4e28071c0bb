package wildcard_test

import (
	"fmt"

	"regwatch/internal/wildcard"
)

func Example() {
	fmt.Println(wildcard.Match("hkma-*", "hkma-press"))
	fmt.Println(wildcard.MatchPrefix("/en/*.pdf$", "/en/2026/circular.pdf"))
	// Output:
	// true
	// true
}
