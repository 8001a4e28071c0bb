package rules

import (
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// An article made only of words that rules look for must not hold up a scan: the hits of a phrase are limited.
func TestMatchLimitsTimeOnHostileArticle(t *testing.T) {
	set := ShippedSet(t)
	body := strings.Repeat("Hong Kong ban crypto yuan stablecoin licence mining, 禁止比特幣人民幣穩定幣條例 ", 5000)
	start := time.Now()
	set.Match(models.Article{Title: "Ban", Body: body})
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("an article of %d KB took %v", len(body)>>10, took)
	}
}

func BenchmarkMatchShipped(b *testing.B) {
	set := ShippedSet(b)
	a := Page(b, "testdata/page.txt")
	b.SetBytes(int64(len(a.Title) + len(a.Body)))
	for b.Loop() {
		set.Match(a)
	}
}
