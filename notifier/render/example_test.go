package render_test

import (
	"fmt"

	"regwatch/internal/samplenotice"
	"regwatch/models"
	"regwatch/notifier/render"
)

// A nil Renderer writes with the shipped templates.
func ExampleRenderer_Text() {
	var renderer *render.Renderer
	notice, _ := samplenotice.Notice("test")
	text, err := renderer.Text(notice, 60)
	fmt.Println(text, err)
}

// Reasons turns the reasons of a notice into text for its reader.
func ExampleReasons() {
	why := models.NewReasons(models.ReasonMatched, models.ReasonArgs{
		Rules: []string{"stablecoins"}, RuleTitles: []string{"Stablecoins"}, Routes: []string{"legal"},
	})
	fmt.Println(render.Reasons(why, "en"))
	fmt.Println(render.Reasons(why, "zh-Hant"))
	// Output:
	// the rule “Stablecoins” matched (list: legal)
	// 符合規則「Stablecoins」（名單：legal）
}
