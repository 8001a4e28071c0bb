package api

import (
	"fmt"
	"strings"
	"testing"
)

type sample struct {
	Text  string   `json:"text"`
	Yes   bool     `json:"yes,omitempty"`
	Count int      `json:"count,omitempty"`
	List  []string `json:"list,omitempty"`
}

func TestMistakesInABodyHaveLineAndColumn(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want []string // line:column: what
	}{
		"right":              {`{"text":"a","yes":true,"count":3,"list":["a"]}`, nil},
		"unknown name":       {"{\n  \"text\": \"a\",\n  \"coutn\": 3\n}", []string{`3:3: unknown name "coutn" did you mean "count"?`}},
		"case matters":       {`{"Text":"a"}`, []string{`1:2: unknown name "Text" did you mean "text"?`, `1:1: "text" is missing`}},
		"after wide letters": {`{"text":"穩定幣","x":1}`, []string{`1:15: unknown name "x" use text, yes, count or list`}},
		"twice":              {`{"text":"a","text":"b"}`, []string{`1:13: "text" is there twice keep one`}},
		"missing":            {`{}`, []string{`1:1: "text" is missing`}},
		"null":               {`{"text":null}`, []string{`1:9: "text" is null leave it out`}},
		"wrong kinds":        {"{\"text\":1,\n\"yes\":\"no\",\n\"count\":1.5,\n\"list\":\"a\"}", []string{`1:9: "text" is not a text`, `2:7: "yes" is not true or false`, `3:9: "count" is not a whole number`, `4:8: "list" is not a list of texts`}},
		"not closed":         {"{\"text\":\n\"a\"", []string{"2:3: the body is not JSON: unexpected end of JSON input"}},
		"no comma":           {"{\"text\":\"a\"\n \"yes\":true}", []string{`2:2: the body is not JSON: invalid character '"' after object key:value pair`}},
		"a list":             {`["text"]`, []string{"1:1: the body is not an object write it in braces: {…}"}},
		"more after it":      {`{"text":"a"} {}`, []string{`1:14: the body is not JSON: invalid character '{' after top-level value`}},
		"not UTF-8":          {"{\"text\":\"a\xff\"}", []string{"1:11: the body is not UTF-8"}},
		"an escaped name":    {`{"te\u0078t":"a","b\"c":1}`, []string{`1:18: unknown name "b\"c" use text, yes, count or list`}},
	} {
		t.Run(name, func(t *testing.T) {
			var into sample
			var got []string
			for _, p := range decode([]byte(tt.body), &into) {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%d:%d: %s %s", p.Line, p.Col, p.What, p.Want)))
			}
			if want := fmt.Sprint(sortedBy(tt.want)); fmt.Sprint(sortedBy(got)) != want {
				t.Errorf("decode(%s)\n got %q\nwant %q", tt.body, got, tt.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, body := range []string{`{"text":"a"}`, `{"text":"a","list":["b",null]}`, "{\"te\\\"xt\":\n 1,,}", `[`, "\xff", `{"text":{"text":1}}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var into sample
		for _, p := range decode([]byte(body), &into) {
			if lines := strings.Count(body, "\n") + 1; p.Line < 1 || p.Line > lines || p.Col < 1 {
				t.Errorf("a mistake is at %d:%d of %d lines", p.Line, p.Col, lines)
			}
		}
	})
}
