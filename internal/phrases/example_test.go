package phrases_test

import (
	"fmt"

	"regwatch/internal/phrases"
)

func ExampleSet_Scan() {
	set, err := phrases.Compile([]phrases.Phrase{phrases.Words("stable coin"), phrases.Words("穩定幣")})
	if err != nil {
		panic(err)
	}
	article := "Stable-coins, a stable coin, and 稳定币"
	var b phrases.Buffer
	set.Scan(&b, article)
	for _, hit := range b.Hits {
		fmt.Println(hit.Phrase, article[b.Tokens[hit.Start].Start:b.Tokens[hit.End-1].End])
	}
	// Output:
	// 0 stable coin
	// 1 稳定币
}
