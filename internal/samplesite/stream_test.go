package samplesite

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"
)

func TestStreamDependsOnlyOnSeed(t *testing.T) {
	now := func() time.Time { return start() }
	first := NewStream(StreamOptions{Now: now, Seed: 7})
	again := NewStream(StreamOptions{Now: now, Seed: 7})
	other := NewStream(StreamOptions{Now: now, Seed: 8})
	items := first.Publish(50)
	var inSteps []Article
	for range 5 {
		inSteps = append(inSteps, again.Publish(10)...)
	}
	if diff := cmp.Diff(items, inSteps); diff != "" {
		t.Errorf("the same seed gave a different stream (-at once +in steps):\n%s", diff)
	}
	if cmp.Equal(items, other.Publish(50)) {
		t.Error("a different seed gave the same stream")
	}
}

func TestStreamHasRequestedShares(t *testing.T) {
	tests := []struct {
		name                  string
		opts                  StreamOptions
		alerts, copies, noise [2]int // minimum, maximum
	}{
		{"defaults", StreamOptions{}, [2]int{650, 750}, [2]int{120, 180}, [2]int{120, 180}},
		{"stories only", StreamOptions{Copies: -1, Noise: -1}, [2]int{1000, 1000}, [2]int{}, [2]int{}},
		{"mostly copies", StreamOptions{Copies: 60, Noise: 10}, [2]int{250, 350}, [2]int{550, 650}, [2]int{70, 130}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Now = func() time.Time { return start() }
			stories, titles := map[string]string{}, map[string]bool{}
			var alerts, copies, noise int
			for _, item := range NewStream(tt.opts).Publish(1000) {
				if !strings.Contains(item.Title, item.Story) {
					t.Fatalf("title %q does not contain %s", item.Title, item.Story)
				}
				switch item.Expect {
				case ExpectCopy:
					copies++
					if stories[item.Story] != item.Title {
						t.Errorf("copy %q has no earlier original", item.Title)
					}
					continue
				case ExpectAlert:
					alerts++
					stories[item.Story] = item.Title
				default:
					noise++
				}
				if titles[item.Title] {
					t.Errorf("title %q is used twice", item.Title)
				}
				titles[item.Title] = true
			}
			within(t, "alerts", alerts, tt.alerts)
			within(t, "copies", copies, tt.copies)
			within(t, "noise", noise, tt.noise)
		})
	}
}

func within(t *testing.T, what string, got int, want [2]int) {
	t.Helper()
	if got < want[0] || got > want[1] {
		t.Errorf("%d %s in 1,000 articles; want %d to %d", got, what, want[0], want[1])
	}
}

// Copies are detected by runs of five words that two texts share. Stories must
// share far fewer than the half that makes a copy.
func TestStreamStoriesAreNotCopies(t *testing.T) {
	const most = 0.3
	g := generator{seed: 1}
	texts := make([]map[string]bool, 0, 200)
	titles := make([]string, 0, 200)
	for index := 1; index <= 200; index++ {
		a := g.storyAt(index)
		texts = append(texts, wordRuns(a.title+" "+strings.Join(a.text, " ")))
		titles = append(titles, a.title)
	}
	worst, pair := 0.0, ""
	for i := range texts {
		for j := range i {
			if share := sharedRuns(texts[i], texts[j]); share > worst {
				worst, pair = share, titles[j]+"\n"+titles[i]
			}
		}
	}
	if worst > most {
		t.Errorf("two stories share %.2f of their runs of five words; want at most %.2f:\n%s", worst, most, pair)
	}
}

// wordRuns returns every run of five words; a Han character is a word.
func wordRuns(text string) map[string]bool {
	var words []string
	for _, field := range strings.Fields(strings.ToLower(text)) {
		word := ""
		for _, r := range field {
			if unicode.Is(unicode.Han, r) {
				words = append(words, string(r))
				continue
			}
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				word += string(r)
			}
		}
		if word != "" {
			words = append(words, word)
		}
	}
	all := map[string]bool{}
	for i := range len(words) - 4 {
		all[strings.Join(words[i:i+5], " ")] = true
	}
	return all
}

// sharedRuns returns the share of the shorter text's runs that the longer has.
func sharedRuns(a, b map[string]bool) float64 {
	if len(b) < len(a) {
		a, b = b, a
	}
	shared := 0
	for run := range a {
		if b[run] {
			shared++
		}
	}
	return float64(shared) / float64(len(a))
}

func TestStreamFeedsShowNewestArticles(t *testing.T) {
	site := NewStream(StreamOptions{Now: func() time.Time { return start() }, Window: 20})
	srv := httptest.NewServer(site)
	defer srv.Close()
	items := site.Publish(400)
	for _, f := range site.Feeds() {
		t.Run(f.ID, func(t *testing.T) {
			_, body := get(t, srv.URL+f.Path, nil)
			feed, err := gofeed.NewParser().ParseString(string(body))
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, item := range items {
				if item.FeedID == f.ID {
					want = append([]string{item.Title}, want...)
				}
			}
			for _, item := range feed.Items {
				got = append(got, item.Title)
			}
			if diff := cmp.Diff(want[:20], got); diff != "" {
				t.Errorf("newest mismatch (-published +read):\n%s", diff)
			}
		})
	}
}

func TestStreamCompanyNamesAreUnique(t *testing.T) {
	for language, words := range map[string]map[string][]string{"en": englishWords(), "zh-Hant": chineseWords()} {
		seen := map[string]int{}
		for index := 1; index <= 10_000; index++ {
			name := companyName(index, words)
			if before := seen[name]; before > 0 {
				t.Fatalf("%s: indexes %d and %d are both about %s", language, before, index, name)
			}
			seen[name] = index
		}
	}
}

func TestStreamFillsEveryPlaceholder(t *testing.T) {
	g := generator{}
	for index := 1; index <= 300; index++ {
		a := g.storyAt(index)
		if text := fmt.Sprint(a.title, a.text); strings.ContainsAny(text, "{}") {
			t.Fatalf("index %d: a placeholder is not filled: %s", index, text)
		}
	}
}

// A retold story has the token of its story and shares few runs of words with it.
func TestRetoldStoriesAreNoCopies(t *testing.T) {
	const most = 0.3
	stories, retold := map[string]Article{}, map[string]bool{}
	for _, a := range NewStream(StreamOptions{Now: func() time.Time { return start() }, Seed: 2, Retold: 30}).Publish(1000) {
		if a.Expect == ExpectAlert {
			stories[a.Story] = a
		}
		if a.Expect != ExpectRetold {
			continue
		}
		if retold[a.Story] {
			t.Errorf("%s is retold twice", a.Story)
		}
		retold[a.Story] = true
		story := stories[a.Story]
		if !strings.Contains(a.Title, a.Story) || a.Title == story.Title || a.FeedID != reportsFeed || !cmp.Equal(a.Topics, story.Topics) {
			t.Fatalf("%+v is no report of %+v", a, story)
		}
		if share := sharedRuns(wordRuns(a.Text), wordRuns(story.Text)); share > most {
			t.Errorf("a retold story shares %.2f of its runs of five words with its story; want at most %.2f:\n%s\n%s", share, most, a.Text, story.Text)
		}
	}
	within(t, "retold stories", len(retold), [2]int{150, 250})
}
