package sources

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata" // so that the zones exist on every machine

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
	"regwatch/models"
)

func TestParse(t *testing.T) {
	src := `sources:
  - id: hkma-press
    name: HKMA press releases
    url: https://www.hkma.gov.hk/rss.xml
    role: regulator
    jurisdictions: [Hong Kong]
    language: en
    zone: Asia/Hong_Kong
    cron: "*/10 8-20 * * 1-5"
    look_back: 7d
    pages: never
    timeout: 90s
    expect: 2w
    headers: {User-Agent: Acme a@acme.example, Authorization: env:HKMA_LOGIN}
    terms: free
    verified: 2026-07-09
  - id: intranet
    name: Ours
    url: http://10.0.0.7:8080/feed
    role: press
    allow_hosts: [10.0.0.7]
    enabled: false
`
	want := []models.Source{
		{
			ID: "hkma-press", Name: "HKMA press releases", Kind: KindFeed, URL: "https://www.hkma.gov.hk/rss.xml",
			Role: models.Regulator, Jurisdictions: []string{"Hong Kong"}, Language: "en", Zone: "Asia/Hong_Kong",
			Cron: "*/10 8-20 * * 1-5", LookBack: 7 * 24 * time.Hour, Pages: models.PagesNever, Timeout: 90 * time.Second,
			Expect:  14 * 24 * time.Hour,
			Headers: map[string]string{"User-Agent": "Acme a@acme.example", "Authorization": "env:HKMA_LOGIN"},
			Terms:   "free", Verified: "2026-07-09",
		},
		{
			ID: "intranet", Name: "Ours", Kind: KindFeed, URL: "http://10.0.0.7:8080/feed", Role: models.Press,
			Pages: models.PagesAuto, AllowHosts: []string{"10.0.0.7"}, Disabled: true,
		},
	}
	got, problems := Parse("hk.yaml", []byte(src))
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse mismatch (-want +got):\n%s", diff)
	}
}

// Without look_back a source uses the configured one; look_back: 0 means none.
func TestParseLookBack(t *testing.T) {
	for line, want := range map[string]time.Duration{"terms: x": 0, "look_back:": 0, "look_back: 0s": -1, "look_back: 0d": -1, "look_back: 7d": 7 * 24 * time.Hour} {
		src := "sources:\n  - id: a\n    name: A\n    url: https://a.example/rss\n    role: press\n    " + line + "\n"
		list, problems := Parse("f.yaml", []byte(src))
		if problems.Err() != nil || len(list) != 1 || list[0].LookBack != want {
			t.Errorf("Parse of a source with %q: %+v, %v; want LookBack %d", line, list, problems, want)
		}
	}
}

func TestParseProblems(t *testing.T) {
	// A source that is valid except for one line.
	source := func(line string) string {
		return "sources:\n  - id: a\n    name: A\n    url: https://a.example/rss\n    role: press\n    " + line + "\n"
	}
	tests := []struct{ name, src, want string }{
		{"empty file", "", "f.yaml:1:1: the file is empty"},
		{"a source without a list", "id: a\n", `f.yaml:1:1: the list has no key; put it under "sources:", each source starting with "- id:"`},
		{"a list without a key", "- id: a\n", `f.yaml:1:1: the list has no key; put it under "sources:", each source starting with "- id:"`},
		{"unknown key", source("titel: x"), `f.yaml:6:5: unknown key "titel"; a source has id, name, kind, url, role,`},
		{"missing role", "sources:\n  - id: a\n    name: A\n    url: https://a.example/\n", `f.yaml:2:5: "role" is missing; add regulator, government or press`},
		{"unknown role", "sources:\n  - id: a\n    name: A\n    url: https://a.example/\n    role: pres\n", `f.yaml:5:11: role "pres" is unknown; use regulator, government or press`},
		{"unknown kind", source("kind: fed"), `f.yaml:6:11: kind "fed" is unknown; use feed, `},
		{"bad cron line", source(`cron: "61 * * * *"`), `f.yaml:6:11: cron "61 * * * *": end of range (61) above maximum (59): 61; use minute, hour,`},
		{"cron with a zone", source(`cron: "TZ=0"`), `f.yaml:6:11: cron "TZ=0": a cron line cannot name a time zone; put it under "zone"`},
		{"cron that never runs", source(`cron: "0 0 30 2 *"`), `f.yaml:6:11: cron "0 0 30 2 *": the schedule never runs; use a day that exists`},
		{"bad zone", source("zone: Asia/HongKong"), `f.yaml:6:11: unknown time zone "Asia/HongKong"; use an IANA name`},
		{"bad look_back", source("look_back: yesterday"), `f.yaml:6:16: look_back: "yesterday" is not a duration; use a number and a unit`},
		{"timeout out of range", source("timeout: 1h"), `f.yaml:6:14: timeout is 1h; use a duration from 1s to 5m`},
		{"bad enabled", source("enabled: perhaps"), `f.yaml:6:14: enabled is "perhaps"; use true or false`},
		{"bad pages", source("pages: sometimes"), `f.yaml:6:12: pages "sometimes" is unknown; use auto, never or always`},
		{"bad language", source("language: Chinese (Hong Kong)"), `f.yaml:6:15: language "Chinese (Hong Kong)" is not valid; use a language tag`},
		{"a secret in the file", source("headers: {Authorization: Bearer abcdef}"), `f.yaml:6:30: header Authorization contains a secret; use env:NAME`},
		{"reserved header", source("headers: {Host: b}"), `f.yaml:6:15: header Host is set by regwatch; remove it`},
		{"host with a port", source("allow_hosts: [10.0.0.1:80]"), `f.yaml:6:19: host "10.0.0.1:80" is not valid; use one host name or IP address`},
		{"robots ignored without permission", source("robots: ignore"), `f.yaml:6:13: robots: ignore needs the permission of the publisher; say under terms`},
		{"unknown robots", source("robots: never"), `f.yaml:6:13: robots "never" is unknown; use obey or ignore`},
		{"bad verified", source("verified: July"), `f.yaml:6:15: verified "July" is not a date; use the date`},
		{"bad id", "sources:\n  - id: HKMA press\n    name: A\n    url: https://a.example/\n    role: press\n", `f.yaml:2:9: source id "HKMA press" is not valid; use at most 64 lower-case letters`},
		{"no host", "sources:\n  - id: a\n    name: A\n    url: hkma.gov.hk/rss\n    role: press\n", `f.yaml:4:10: url "hkma.gov.hk/rss" is not a web address; use an address`},
		{"password in the url", "sources:\n  - id: a\n    name: A\n    url: https://u:p@a.example/\n    role: press\n", `f.yaml:4:10: the url contains a user name or password`},
		{"private address", "sources:\n  - id: a\n    name: A\n    url: http://127.0.0.1:9/\n    role: press\n", `f.yaml:4:10: 127.0.0.1 is a private address; to allow it, add allow_hosts: [127.0.0.1]`},
		{"duplicate id", source("terms: x") + "  - id: a\n    name: B\n    url: https://b.example/\n    role: press\n", `f.yaml:7:9: duplicate source id "a"; it is already used in f.yaml, line 2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := Parse("f.yaml", []byte(tt.src))
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tt.want) {
				t.Errorf("problems of\n%s\ngot:  %v\nwant: one that starts with %s", tt.src, problems, tt.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	one := "sources:\n  - {id: %, name: A, url: 'https://a.example/', role: press}\n"
	file := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.ReplaceAll(one, "%", id))}
	}
	list, problems := Load(fstest.MapFS{"b.yaml": file("b"), "a.yaml": file("a"), "c.yaml": file("a"), "d.yml": file("d"), "README.md": {}})
	var ids []string
	for _, s := range list[:2] {
		ids = append(ids, s.ID)
	}
	if diff := cmp.Diff([]string{"a", "b"}, ids); diff != "" {
		t.Errorf("Load order (-want +got):\n%s", diff)
	}
	want := diag.Problems{
		{File: "c.yaml", Line: 2, Col: 10, What: `duplicate source id "a"`, Want: "it is already used in a.yaml, line 2"},
		{File: "d.yml", What: "the file is ignored", Want: "rename it to d.yaml"},
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("Load problems (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("sources:\n  - id: a\n    name: A\n    url: https://a.example/\n    role: press\n"))
	f.Add([]byte("sources: [{headers: {a: b}, allow_hosts: x, cron: 'TZ=0'}]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		list, problems := Parse("f.yaml", src)
		if problems.Err() != nil {
			return
		}
		for _, s := range list {
			if s.ID == "" || s.URL == "" || s.Role == "" {
				t.Errorf("Parse accepts a source without id, url or role: %+v", s)
			}
		}
	})
}
