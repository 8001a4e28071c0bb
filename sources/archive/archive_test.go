package archive

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
)

var (
	now      = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	hongKong = time.FixedZone("HKT", 8*3600)
)

// read returns the articles and faults of a file in short, in their order.
func read(name string, file io.Reader) (rows []string, f File, err error) {
	f, err = Read(file, Options{Name: name, Now: now, Zone: hongKong}, func(r Row, found diag.Problems) error {
		for _, p := range found {
			rows = append(rows, p.String())
		}
		if len(found) == 0 {
			rows = append(rows, fmt.Sprintf("%d|%s|%s|%s|%s|%s|%s|%s", r.Line, r.Title, r.Published.Format(time.RFC3339), r.Link, r.Source, r.Language, r.Text, r.Summary))
		}
		return nil
	})
	return rows, f, err
}

func TestReadArticles(t *testing.T) {
	const first = "1|Bank bans coins|2024-03-01T01:30:00Z|https://a.example/1|hkma|en|Long text.|"
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"a.jsonl": {
			`{"title": "Bank bans coins", "published": "2024-03-01T09:30:00+08:00", "link": "https://a.example/1", "source": "hkma", "language": "en", "text": "Long text."}` + "\n\n" +
				`{"title": "禁令", "date": "2024-03-02", "url": "https://a.example/2", "lang": "zh-Hant", "id": "x", "topics": ["a"], "text": null}`,
			[]string{first, "3|禁令|2024-03-01T16:00:00Z|https://a.example/2||zh-Hant||"},
		},
		"windows.jsonl": {"\ufeff{\"title\": \"T\", \"published\": \"1709254800\"}\r\n", []string{"1|T|2024-03-01T01:00:00Z|||||"}},
		"shown.jsonl": {
			`{"title":"T","published_at":"2024-03-01T00:00:00Z","text":"full","hash":"x","revision":1,"body":"The body."}` + "\n" +
				`{"title":"T","published_at":"2024-03-01T00:00:00Z","text":"full","hash":"x","revision":1}`,
			[]string{"1|T|2024-03-01T00:00:00Z||||The body.|", "2|T|2024-03-01T00:00:00Z|||||"},
		},
		"a.csv": {
			"Title,Published,link,source,language,text\nBank bans coins,2024-03-01 09:30,https://a.example/1,hkma,en,Long text.\n\n\"Two\nlines, \"\"quoted\"\"\",1 March 2024,,,,\n",
			[]string{strings.Replace(first, "1|", "2|", 1), "4|Two\nlines, \"quoted\"|2024-02-29T16:00:00Z|||||"},
		},
		"semicolons": {"title;date\nA, B;2024-03-01\n", []string{"2|A, B|2024-02-29T16:00:00Z|||||"}},
		"tabs.tsv":   {"title\tdate\nA;B\t2024-03-01\n", []string{"2|A;B|2024-02-29T16:00:00Z|||||"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := read(name, strings.NewReader(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read(%q) mismatch (-want +got):\n%s", tt.file, diff)
			}
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = io.WriteString(z, tt.file)
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			again, _, err := read(name+".gz", &packed)
			if diff := cmp.Diff(got, again); diff != "" || err != nil {
				t.Errorf("compressed: %v (-plain +compressed):\n%s", err, diff)
			}
		})
	}
}

func TestReadReportsEveryFaultAndGoesOn(t *testing.T) {
	const good = `{"title": "T", "published": "2024-03-01"}`
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"a.jsonl": {
			strings.Join([]string{
				`{"title": "", "published": "2024-03-01"}`,
				`{"title": "T"}`,
				`{"title": "T", "published": "03/04/2024"}`,
				`{"title": "T", "published": "2031-01-01"}`,
				`{"title": "T", "published": "1969-05-01"}`,
				`{"title": ["T"], "published": {"on": 1}}`,
				`{"title": "禁", "published": "2024-03-01", "link": "example.org/x"}`,
				`["T"]`,
				`{"title": "T", "published": "2024-03-01"`,
				`{"title": "T" "published": "2024-03-01"}`,
				`{"title": "T", "published": "2024-03-01"} {}`,
				"{\"title\": \"禁\xff\"}",
				"{\"title\": \"a\x00b\"}",
				good,
			}, "\n"),
			[]string{
				"a.jsonl:1: title is missing; give every article a title",
				"a.jsonl:2: published is missing; say when the article was published; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00",
				`a.jsonl:3:29: published "03/04/2024" may be 3 April or 4 March 2024; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00`,
				`a.jsonl:4:29: published "2031-01-01" is in the future; an archive has only what was published`,
				`a.jsonl:5:29: published "1969-05-01" is not a date since 1970; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00`,
				"a.jsonl:6:11: title is a list; it must be a text in quotes",
				"a.jsonl:6:31: published is an object; it must be a text in quotes",
				`a.jsonl:7:51: link "example.org/x" is no web address; write it with https:// and at most 4,000 characters, or leave it out`,
				`a.jsonl:8:1: the line is no JSON object; write it as {"title": "…", "published": "2024-03-01", "link": "https://…", "text": "…"}`,
				"a.jsonl:9:41: the line is no JSON: the object is not complete",
				`a.jsonl:10:15: the line is no JSON: invalid character '"' after object key:value pair`,
				"a.jsonl:11:43: there is more after the object; write one object on each line",
				"a.jsonl:12:13: the text is not UTF-8; save the file in UTF-8",
				`a.jsonl:13:13: the line is no JSON: invalid character '\x00' in string literal`,
				"14|T|2024-02-29T16:00:00Z|||||",
			},
		},
		"languages.jsonl": {
			strings.Join([]string{
				`{"title": "T", "published": "2024-03-01", "language": "english"}`,
				`{"title": "T", "published": "2024-03-01", "lang": "中文"}`,
				`{"title": "T", "published": "2024-03-01", "language": "zh_hant"}`,
				`{"title": "T", "published": "2024-03-01", "language": "eng"}`,
				`{"title": "T", "published": "2024-03-01", "language": "fr-CA"}`,
			}, "\n"),
			[]string{
				`languages.jsonl:1:55: language "english" is not a language tag; use en, zh-Hant or zh-Hans, another tag such as fr, or leave it out`,
				`languages.jsonl:2:51: language "中文" is not a language tag; use en, zh-Hant or zh-Hans, another tag such as fr, or leave it out`,
				"3|T|2024-02-29T16:00:00Z|||zh-Hant||",
				"4|T|2024-02-29T16:00:00Z|||en||",
				"5|T|2024-02-29T16:00:00Z|||fr-CA||",
			},
		},
		"dates.csv": {
			"title;published\nT;45783\nT;45783.4375\nT;soon\nT;1964\nT;000\nT;31/12/2024\nT;2024-02-30\n",
			[]string{
				`dates.csv:2:3: published "45783" is a day number of Excel; format the column as a date such as 2024-03-01 and save the file again`,
				`dates.csv:3:3: published "45783.4375" is a day number of Excel; format the column as a date such as 2024-03-01 and save the file again`,
				`dates.csv:4:3: published "soon" is not a date since 1970; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00`,
				`dates.csv:5:3: published "1964" is not a date since 1970; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00`,
				`dates.csv:6:3: published "000" is not a date since 1970; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00`,
				"7|T|2024-12-30T16:00:00Z|||||",
				`dates.csv:8:3: published "2024-02-30" is not a date since 1970; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00`,
			},
		},
		"shifted.csv": {
			"title,text,published\nBank fined,50,000,000,2024-03-01\n銀行,x,2024-03-01\nBank \xe9,x,2024-03-01\n",
			[]string{
				"shifted.csv:2:19: the row has 5 columns and the header 3; put a value with a separator in double quotes",
				"3|銀行|2024-02-29T16:00:00Z||||x|",
				"shifted.csv:4:1: the text is not UTF-8; save the file in UTF-8",
			},
		},
		"a.csv": {
			"title,link,published\n禁令,nowhere,2024-03-01\na\"b,,2024-03-01\nT,,2024-03-01,more\nT\n\"T\x00\",,2024-03-01\nT,,2024-03-01\n",
			[]string{
				`a.csv:2:4: link "nowhere" is no web address; write it with https:// and at most 4,000 characters, or leave it out`,
				`a.csv:3: a double quote is not closed, or stands within a value without quotes; put the value in double quotes and write a quote within it as ""`,
				"a.csv:4:15: the row has 4 columns and the header 3; put a value with a separator in double quotes",
				"a.csv:5: published is missing; say when the article was published; write it as 2024-03-01 or 2024-03-01T09:30:00+08:00",
				"a.csv:6:1: the text has a NUL byte; save the file as plain text in UTF-8",
				"7|T|2024-02-29T16:00:00Z|||||",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := read(name, strings.NewReader(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefusesOtherFiles(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, strings.Repeat(`{"title": "T", "published": "2024-03-01"}`+"\n", 1000))
	_ = z.Close()
	for file, want := range map[string]string{
		"":                                   "a: the file is empty",
		"[{}]":                               "a:1: the file is one JSON array; write one object on each line, such as with: jq -c '.[]' FILE",
		`<?xml version="1.0"?><opml></opml>`: "a:1: this is a list of feeds (OPML) or a page, and has no articles; add the feeds with: regwatch sources import FILE",
		"\xff\xfet\x00":                      "a:1: the file is in UTF-16; save it in UTF-8",
		"PK\x03\x04":                         "a:1: this is a ZIP file or a workbook; unpack it; in Excel, save the table as “CSV UTF-8 (Comma delimited)”",
		"title,Publication date,when\n":      `a:1: no column is named published; the columns are "title", "Publication date", "when"; rename one of them to date, published or published_at`,
		"title,title,date\n":                 "a:1: two columns are named title; rename one of them",
		packed.String()[:packed.Len()/2]:     "a: the compressed file is damaged or cut off; compress it again",
	} {
		_, _, err := read("a", strings.NewReader(file))
		if _, ok := errors.AsType[diag.Problems](err); !ok || !strings.HasPrefix(err.Error(), strings.Split(want, ":")[0]) || !strings.HasSuffix(err.Error(), want[strings.LastIndex(want, ": ")+2:]) {
			t.Errorf("Read(%.20q) = %v; want %s", file, err, want)
		}
	}
}

// Without this, every row would have the fault, and --skip-invalid would leave out all Chinese articles.
func TestReadRefusesAFileInAnotherEncodingOnce(t *testing.T) {
	const gb, big5 = "\xb7\xa3\xbf\xee", "\xbb\x40\xb4\xda" // 罚款 and 罰款
	const excel = "save it in UTF-8; in Excel the format is “CSV UTF-8 (Comma delimited)”"
	for name, tt := range map[string]struct{ file, want string }{
		"gb.csv":        {"title,published\nFine,2024-03-01\n" + gb + ",2024-03-01\n" + gb + gb + ",2024-03-01\n", "gb.csv:3: the file is not UTF-8, but probably GB18030 or Big5, as Chinese versions of Excel save it; " + excel},
		"big5":          {"title,published\n" + big5 + big5 + ",2024-03-01\n", "big5:2: the file is not UTF-8, but probably GB18030 or Big5, as Chinese versions of Excel save it; " + excel},
		"header.csv":    {"title,published," + gb + "\n", "header.csv:1: the file is not UTF-8, but probably GB18030 or Big5, as Chinese versions of Excel save it; " + excel},
		"western.csv":   {"title,published\nSoci\xe9t\xe9,2024-03-01\n", "western.csv:2: the file is not UTF-8, but probably Windows-1252, as Excel saves a plain CSV; " + excel},
		"lines.jsonl":   {`{"title": "` + gb + `", "published": "2024-03-01"}`, "lines.jsonl:1: the file is not UTF-8, but probably GB18030 or Big5, as Chinese versions of Excel save it; save it in UTF-8"},
		"unicode16.csv": {"\xff\xfet\x00", "unicode16.csv:1: the file is in UTF-16; " + excel},
	} {
		_, _, err := read(name, strings.NewReader(tt.file))
		if _, ok := errors.AsType[diag.Problems](err); !ok || err.Error() != tt.want {
			t.Errorf("Read(%s) = %v; want %s", name, err, tt.want)
		}
	}
}

func TestReadNamesWhatItIgnores(t *testing.T) {
	_, f, err := read("a.jsonl", strings.NewReader(`{"title": "T", "published": "2024-03-01", "titel": "x", "ID": 1}`))
	if diff := cmp.Diff([]string{"id", "titel"}, f.Ignored); diff != "" || err != nil {
		t.Errorf("Ignored: %v (-want +got):\n%s", err, diff)
	}
	if got := Nearest("titel"); got != "title" {
		t.Errorf("Nearest(titel) = %q; want title", got)
	}
}

// endless is a text of a given length that is never in memory.
type endless struct {
	begin string
	left  int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.begin != "" {
		n := copy(p, e.begin)
		e.begin = e.begin[n:]
		return n, nil
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.left -= n
	return n, nil
}

func TestReadNeedsLittleMemoryForHostileFiles(t *testing.T) {
	const size = 300 << 20
	for name, begin := range map[string]string{
		"line.jsonl": `{"title": "`,
		"quote.csv":  "title,published\n\"",
		"row.csv":    "title,published\nx",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rows, _, err := read(name, &endless{begin, size})
		runtime.ReadMemStats(&after)
		said := strings.Join(rows, "\n") + fmt.Sprint(err)
		if !strings.Contains(said, "longer than 4 MB") {
			t.Errorf("%s: %.200s; want a fault about the length", name, said)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s of %d MB took %d MB of memory", name, size>>20, used>>20)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"title": "T", "published": "2024-03-01"}`, "title,published\nT,2024-03-01\n\"", "{", "title;date\n\"a\nb\";1 March 2024", "\ufeff{}\n[", "\x1f\x8b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		last := 0
		_, err := Read(strings.NewReader(file), Options{Name: "f", Now: now}, func(r Row, found diag.Problems) error {
			if len(found) == 0 && (r.Title == "" || r.Published.IsZero() || r.Published.After(now.Add(clockSkew))) {
				t.Errorf("accepted %+v", r)
			}
			if r.Line < last || r.Line > strings.Count(file, "\n")+1 {
				t.Errorf("row at line %d after %d of %q", r.Line, last, file)
			}
			last = r.Line
			for _, p := range found {
				if p.Line < r.Line || p.What == "" || p.Col < 0 {
					t.Errorf("problem %+v of line %d", p, r.Line)
				}
			}
			return nil
		})
		if err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
