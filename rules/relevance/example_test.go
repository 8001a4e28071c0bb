package relevance_test

import (
	"fmt"

	"regwatch/models"
	"regwatch/rules/relevance"
)

func Example() {
	model, err := relevance.Parse([]byte(`{
		"rule": "kiosk-ban", "alert": 0.5, "digest": 0.2, "bias": -1,
		"features": {"title.public-acts": 1.5, "title.price": -2}, "words": {"kiosks": 1}
	}`))
	if err != nil {
		panic(err)
	}
	for _, title := range []string{"Council bans bitcoin kiosks", "Bitcoin price falls"} {
		score := model.Score(relevance.Of(models.Article{Title: title}, models.Match{}))
		fmt.Printf("%.2f %s %v\n", score.Score, score.Level, score.Reasons)
	}
	// Output:
	// 0.82 likely [{title.public-acts true} {word.kiosks true}]
	// 0.05 unlikely [{title.price false}]
}
