// Command libraries measures our own code for links and languages beside libraries that do
// the same, in one run: what is right on our cases, how long one takes, and the memory held.
//
// REGWATCH_EVAL_DATA names the folder with the labelled articles; without it languages are
// left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/PuerkitoBio/purell"
	"github.com/abadojack/whatlanggo"
	"github.com/pemistahl/lingua-go"

	"regwatch/internal/lang"
	"regwatch/internal/weblink"
)

func main() {
	measureLinks()
	if folder := os.Getenv("REGWATCH_EVAL_DATA"); folder != "" {
		if err := measureLanguages(folder); err != nil {
			fmt.Fprintln(os.Stderr, "libraries:", err)
			os.Exit(1)
		}
	}
}

// A linkPair is two links and whether they lead to one article.
type linkPair struct {
	a, b string
	same bool
}

func linkPairs() []linkPair {
	const link = "https://a.example/news/1?id=7&lang=en"
	var pairs []linkPair
	for _, same := range []string{
		"http://www.a.example/news/1/?lang=en&id=7", "HTTPS://A.EXAMPLE:443/news/1?id=7&lang=en", "https://a.example./news/1?id=7&lang=en&",
		"https://a.example/news/1?id=7&lang=en&utm_source=rss", "https://a.example/news/1?id=7&lang=en&fbclid=1#top", "https://a.example/news/1?id=7&lang=en#comment-12",
		"https://a.example/news/1;jsessionid=0A1B?id=7&lang=en", "https://a.example/%6eews/1?id=7&lang=en", "https://a.example/news/1?id=7&lang=en&PHPSESSID=x",
		"https://a.example/news/1?id=7&lang=en&t=1796090400", "https://a.example/news/1?id=7&lang=%65n", "https://a.example/news/1?id=7&lang=en#:~:text=coin",
		"https://a.example/./news/1?id=7&lang=en", "https://a.example//news/1?id=7&lang=en",
	} {
		pairs = append(pairs, linkPair{link, same, true})
	}
	return append(pairs,
		linkPair{"https://a.example/%e5%b8%81", "https://a.example/%E5%B8%81", true},
		linkPair{"https://a.example/a%2Db", "https://a.example/a-b", true},
		linkPair{"https://a.example/news/1", "https://a.example/news/2", false},
		linkPair{"https://a.example/?id=1", "https://a.example/?id=2", false},
		linkPair{"https://a.example/A", "https://a.example/a", false},
		linkPair{"https://a.example/new#july", "https://a.example/new#june", false},
		linkPair{"https://a.example/#/news/1", "https://a.example/#/news/2", false},
		linkPair{"https://a.example/x.php?t=1", "https://a.example/x.php?t=2", false},
		linkPair{"https://a.example/?sid=12345678901234567", "https://a.example/?sid=12345678901234568", false},
		linkPair{"https://a.example/a%2Fb", "https://a.example/a/b", false},
		linkPair{"https://a.example/news/", "https://a.example/news/index.html?id=2", false},
	)
}

func measureLinks() {
	pairs := linkPairs()
	fmt.Printf("%-34s %10s %10s %12s\n", "links", "joined", "kept apart", "per link")
	for _, c := range []struct {
		name string
		key  func(string) string
	}{
		{"regwatch", weblink.Key},
		{"purell, usually greedy", purellKey(purell.FlagsUsuallySafeGreedy)},
		{"purell, unsafe greedy", purellKey(purell.FlagsUnsafeGreedy)},
	} {
		var joined, same, apart, other int
		for _, p := range pairs {
			equal := c.key(p.a) == c.key(p.b)
			switch {
			case p.same:
				if same++; equal {
					joined++
				}
			default:
				if other++; !equal {
					apart++
				}
			}
		}
		const rounds = 2000
		began := time.Now()
		for range rounds {
			for _, p := range pairs {
				c.key(p.b)
			}
		}
		fmt.Printf("%-34s %4d of %2d %4d of %2d %9d ns\n", c.name, joined, same, apart, other, time.Since(began).Nanoseconds()/int64(rounds*len(pairs)))
	}
}

func purellKey(flags purell.NormalizationFlags) func(string) string {
	return func(link string) string {
		key, err := purell.NormalizeURLString(link, flags)
		if err != nil {
			return link
		}
		return key
	}
}

// A labelled text is in English, Simplified or Traditional Chinese.
type labelled struct{ language, text string }

func measureLanguages(folder string) error {
	titles, articles, err := readLabelled(folder)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-34s %-16s %-16s %10s %10s\n", "languages", "titles", "articles", "per title", "memory")
	known := []lingua.Language{lingua.English, lingua.Chinese, lingua.German, lingua.French, lingua.Spanish, lingua.Italian, lingua.Portuguese, lingua.Dutch, lingua.Japanese, lingua.Korean}
	var detector lingua.LanguageDetector
	for _, c := range []struct {
		name string
		open func()
		// detect returns an ISO 639-1 code, for Chinese perhaps with the script.
		detect func(string) string
	}{
		{"regwatch", func() {}, func(s string) string { return lang.Detect(s, "") }},
		{"whatlanggo", func() {}, func(s string) string { return whatlanggo.DetectLang(s).Iso6391() }},
		{"lingua, high accuracy", func() { detector = lingua.NewLanguageDetectorBuilder().FromLanguages(known...).Build() }, linguaCode(&detector)},
		{"lingua, low accuracy", func() {
			detector = lingua.NewLanguageDetectorBuilder().FromLanguages(known...).WithLowAccuracyMode().Build()
		}, linguaCode(&detector)},
	} {
		before := heap()
		c.open()
		c.detect("The Authority opens a consultation on stablecoins") // loads the models
		began := time.Now()
		ofTitles := share(titles, c.detect)
		took := time.Since(began) / time.Duration(len(titles))
		ofArticles := share(articles, c.detect)
		fmt.Printf("%-34s %-16s %-16s %10s %7.1f MB\n", c.name, ofTitles, ofArticles, took.Round(100*time.Nanosecond), float64(int64(heap())-int64(before))/1e6)
	}
	fmt.Println("Right with the script of Chinese / right without it. Texts are cut to 3 KiB.")
	return nil
}

func linguaCode(detector *lingua.LanguageDetector) func(string) string {
	return func(s string) string {
		language, ok := (*detector).DetectLanguageOf(s)
		if !ok {
			return ""
		}
		return strings.ToLower(language.IsoCode639_1().String())
	}
}

func share(texts []labelled, detect func(string) string) string {
	exact, base := 0, 0
	for _, t := range texts {
		got := detect(t.text)
		if got == t.language {
			exact++
		}
		if got, _, _ := strings.Cut(got, "-"); strings.HasPrefix(t.language, got) && got != "" {
			base++
		}
	}
	of := float64(len(texts)) / 100
	return fmt.Sprintf("%.1f / %.1f %%", float64(exact)/of, float64(base)/of)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func readLabelled(folder string) (titles, articles []labelled, err error) {
	for _, name := range []string{"articles-dev.jsonl", "retold-dev.jsonl"} {
		f, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			return nil, nil, err
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			var a struct {
				Lang, Title, Text string
				MachineTitle      string `json:"title_zh_machine"`
				MachineText       string `json:"text_zh_machine"`
			}
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				return nil, nil, err
			}
			add := func(language, title, text string) {
				titles = append(titles, labelled{language, title})
				text = title + "\n" + text
				articles = append(articles, labelled{language, text[:min(len(text), 3<<10)]})
			}
			add(a.Lang, a.Title, a.Text)
			if a.MachineTitle != "" {
				add("zh-Hant", a.MachineTitle, a.MachineText)
			}
		}
		if err := f.Close(); err != nil {
			return nil, nil, err
		}
	}
	return titles, articles, nil
}
