package rules

import (
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// An article made of nothing but the words that rules look for must not hold up
// a scan: the hits of a list are bounded.
func TestHostileArticleIsMatchedInTime(t *testing.T) {
	set := shippedSet(t)
	body := strings.Repeat("Hong Kong ban crypto yuan stablecoin licence mining, 禁止比特幣人民幣穩定幣條例 ", 5000)
	start := time.Now()
	set.Match(models.Article{Title: "Ban", Body: body})
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("an article of %d KB took %v", len(body)>>10, took)
	}
}

func BenchmarkMatchShipped(b *testing.B) {
	set := shippedSet(b)
	a := page(b, "testdata/page.txt")
	b.SetBytes(int64(len(a.Title) + len(a.Body)))
	for b.Loop() {
		set.Match(a)
	}
}
