package evaluate

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const both = `{"id":"2","source":"B","published":"2026-03-02","title":"Second","text":"t","title_zh":"第二","text_zh":"文","event":"e"}

{"id":"1","source":"A","published":"2026-03-01T04:46:28+00:00","title":"First","text":"t","title_zh":"第一","text_zh":"文","event":"e","soft":["x"]}
`

func TestReadSortsByTimeAndSplitsLanguages(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = w.Write([]byte(both))
	_ = w.Close()
	for name, in := range map[string]string{"plain": both, "compressed": z.String()} {
		b, err := Read(name, strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range b.Views() {
			for _, a := range v.Articles {
				got = append(got, v.Languages+" "+a.Lang+" "+a.Title)
			}
		}
		want := []string{"en-en en First", "en-en en Second", "zh-zh zh 第一", "zh-zh zh 第二"}
		if diff := cmp.Diff(want, got[:4]); diff != "" || len(got) != 6 {
			t.Errorf("%s: views (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadOfNativeLanguagesMixesOnlyWhereEventsMeet(t *testing.T) {
	line := func(id, lang, event string) string {
		return `{"id":"` + id + `","lang":"` + lang + `","published":"2026-03-02 01:02:03","title":"t","event":"` + event + `"}` + "\n"
	}
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{line("1", "en", "a") + line("2", "zh-Hans", "b"), []string{"en-en", "zh-zh"}},
		{line("1", "en", "a") + line("2", "zh-Hant", "a"), []string{"en-en", "zh-zh", "en-zh"}},
		{line("1", "en", "a"), []string{"en-en"}},
	} {
		b, err := Read("x", strings.NewReader(tt.in))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range b.Views() {
			got = append(got, v.Languages)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("views (-want +got):\n%s", diff)
		}
	}
}

func TestArticleWithoutEventHasOneOfItsOwn(t *testing.T) {
	b, err := Read("x", strings.NewReader(`{"id":"1","published":"2026-03-02","title":"t"}`+"\n"+`{"id":"2","published":"2026-03-02","title":"t"}`))
	if err != nil || b.Articles[0].Event == "" || b.Articles[0].Event == b.Articles[1].Event {
		t.Errorf("%+v, %v", b.Articles, err)
	}
}

func TestReadNamesTheLineOfAMistake(t *testing.T) {
	good := `{"id":"1","published":"2026-03-02","title":"t","event":"e"}` + "\n"
	for in, want := range map[string]string{
		"":                  "f has no articles",
		good + "{":          "f:2: unexpected end of JSON input",
		good + `{"id":"2"}`: `f:2: "published" is ""; use a time such as 2026-03-10T04:46:28Z or 2026-03-10`,
		`{"published":"2026-03-02","title":"t","event":"e"}`:                                `f:1: no "id"`,
		`{"id":"1","published":"2026-03-02","event":"e"}`:                                   `f:1: no "title"`,
		good + `{"id":"2","published":"2026-03-02","title":"t","title_zh":"題","event":"e"}`: `f: only 1 of 2 articles have a "title_zh"; use it for all or none`,
	} {
		_, err := Read("f", strings.NewReader(in))
		if err == nil || err.Error() != want {
			t.Errorf("Read(%q) = %v, want %s", in, err, want)
		}
	}
}
