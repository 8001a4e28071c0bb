package events

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

func TestComparisonsAreBounded(t *testing.T) {
	long, body := strings.Repeat("licence granted ", 300), prose(80, 150)
	tests := []struct {
		name     string
		articles int
		make     func(i int) models.Article
	}{
		{"one text under every title", 3000, func(i int) models.Article {
			return article("a", fmt.Sprint(long, i), body, guid(fmt.Sprint(i)))
		}},
		{"the same at different sites", 1000, func(i int) models.Article {
			return article(fmt.Sprint("site", i), fmt.Sprint(long, i), body)
		}},
		{"copies at different sites", 1000, func(i int) models.Article {
			return article(fmt.Sprint("site", i), "HKMA grants stablecoin licences", body)
		}},
		{"one link", 1000, func(i int) models.Article {
			return article(fmt.Sprint("site", i), fmt.Sprint("Number ", i), "", link("https://a.example/"))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClusterer(nil)
			for i := range tt.articles {
				c.assign(extractFeatures(found(tt.make(i))[0]), noon)
			}
			if most := tt.articles * (maxComparisons + maxArticles); c.compared > most {
				t.Errorf("%d pairs compared, want at most %d", c.compared, most)
			}
			for i, e := range c.events {
				if len(e.Articles) > maxArticles {
					t.Fatalf("event %d has %d articles, want at most %d", i, len(e.Articles), maxArticles)
				}
			}
		})
	}
}

func TestLongTitlesCompareTheirStart(t *testing.T) {
	long := strings.Repeat("licence granted ", 10_000)
	a, b := headlineOf(long+"one", "", ""), headlineOf(long+"two", "", "")
	if len(a.words) != maxTitleWords || len(b.words) != maxTitleWords {
		t.Errorf("%d and %d words are kept, want %d", len(a.words), len(b.words), maxTitleWords)
	}
	if a.same(b) || !isFormVariant(a, b) {
		t.Error("titles that differ after the compared words count as equal")
	}
}

func TestDistantArticlesAreNotCompared(t *testing.T) {
	c := newClusterer(nil)
	for i := range 500 {
		c.assign(extractFeatures(found(article("a", fmt.Sprintf("Story %d of its own", i), prose(uint64(1000+i), 80)))[0]), noon)
	}
	if c.compared > 50 {
		t.Errorf("%d pairs compared of articles that share nothing", c.compared)
	}
}

// A revision finds its event among many similar articles.
func TestRevisionIsFoundInFullEvent(t *testing.T) {
	body := prose(81, 150)
	var first models.Article
	c := newClusterer(nil)
	for i := range 300 {
		a := article("a", fmt.Sprintf("Notice %d", i), body)
		if i == 0 {
			first = a
		}
		c.assign(extractFeatures(found(a)[0]), noon)
	}
	first.Revision = 2
	if change := c.assign(extractFeatures(found(first)[0]), noon.Add(time.Minute)); change.Kind != models.Revised || change.Joined.ArticleID != first.ID {
		t.Errorf("got %s of %s, want revised", change.Kind, change.Joined.Title)
	}
}
