package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const articlesFile = "articles.jsonl.gz"

// A text is one of the workload, by its paragraphs.
type text struct {
	title string
	parts []string
}

func readTexts(dir string) (texts []text, err error) {
	err = readGzip(filepath.Join(dir, articlesFile), func(d *json.Decoder) error {
		for {
			var a struct{ Title, Body string }
			if err := d.Decode(&a); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			texts = append(texts, text{a.Title, strings.Split(strings.TrimSpace(a.Body), "\n\n")})
		}
	})
	return texts, err
}

func readGzip(name string, read func(*json.Decoder) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := read(json.NewDecoder(z)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// writeFolder writes what regwatch is told: the sources, the rules, and that
// alerts go to the terminal.
func writeFolder(dir string, p plan) error {
	var sources strings.Builder
	sources.WriteString("sources:\n")
	for i := range p.Sources {
		fmt.Fprintf(&sources, "  - {id: s%d, name: Source %d, url: %q, role: press, allow_hosts: [%q]%s}\n", i, i, p.url(i), p.host(i), settings(formOf(i)))
	}
	config := fmt.Sprintf("scan: {parallel: %d}\nrecipients: {team: {send: [terminal]}}\nroutes: {default: [team]}\n", p.Parallel)
	others := map[string]string{"regwatch.yaml": config, "sources/crowd.yaml": sources.String()}
	files := maps.Clone(others)
	var given []struct {
		Groups [][]string
		None   []string
	}
	err := readGzip(filepath.Join(p.Data, "rules_1000.json.gz"), func(d *json.Decoder) error { return d.Decode(&given) })
	if err != nil {
		return err
	}
	// A rule of one group of words is met by so many articles that no team would
	// keep it.
	for _, r := range given {
		if id := fmt.Sprintf("r%d", len(files)); len(r.Groups) > 1 && len(files) < p.Rules+len(others) {
			files["rules/"+id+".yaml"] = rule(id, r.Groups, r.None)
		}
	}
	if n := len(files) - len(others); n < p.Rules {
		return fmt.Errorf("the workload has %d rules of several groups; want %d", n, p.Rules)
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// settings are the keys of a source that its form needs.
func settings(f form) string {
	switch f {
	case summaries:
		return ", pages: never"
	case listing:
		return ", kind: listing, listing: {articles: li, title: a, date: time}"
	case api:
		return ", kind: api, api: {articles: '.result.records[]', id: .id, title: .title, link: .link, date: .date, body: .text}"
	}
	return ""
}

func rule(id string, groups [][]string, none []string) string {
	var terms, parts []string
	list := func(phrases []string) string {
		quoted, err := json.Marshal(phrases) // which YAML reads as well
		if err != nil {
			panic(err)
		}
		name := fmt.Sprintf("t%d", len(terms))
		terms = append(terms, fmt.Sprintf("  %s: %s\n", name, quoted))
		return "{terms: " + name + "}"
	}
	for _, g := range groups {
		parts = append(parts, list(g))
	}
	if len(none) > 0 {
		parts = append(parts, "{none: "+list(none)+"}")
	}
	return fmt.Sprintf("id: %s\ntitle: %s\nwhy: To measure.\nstatus: active\nseverity: low\nterms:\n%swhen: {all: [%s]}\n", id, id, strings.Join(terms, ""), strings.Join(parts, ", "))
}

// write writes articles as a source of a form publishes them at an address.
func write(f form, address string, articles []article) (contentType, body string) {
	var b strings.Builder
	x := html.EscapeString
	link := func(a article) string { return fmt.Sprintf("%s/%d", address, a.n) }
	each := func(format string, values func(a article) []any) {
		for _, a := range articles {
			fmt.Fprintf(&b, format, values(a)...)
		}
	}
	switch f {
	case rss, summaries:
		b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Crowd</title><link>` + address + "</link>\n")
		each("<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%d</guid><pubDate>%s</pubDate><description>%s</description>%s</item>\n", func(a article) []any {
			full := ""
			if f == rss {
				full = "<content:encoded>" + x(paragraphs(a.text)) + "</content:encoded>"
			}
			return []any{x(a.title), link(a), a.n, a.at.Format(time.RFC1123Z), x(a.brief), full}
		})
		return "application/rss+xml", b.String() + "</channel></rss>\n"
	case atom:
		b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Crowd</title><id>` + address + "</id>\n")
		each("<entry><title>%s</title><link href=\"%s\"/><id>%s</id><updated>%s</updated><content type=\"html\">%s</content></entry>\n", func(a article) []any {
			return []any{x(a.title), link(a), link(a), a.at.Format(time.RFC3339), x(paragraphs(a.text))}
		})
		return "application/atom+xml", b.String() + "</feed>\n"
	case rdf:
		b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Crowd</title><link>` + address + "</link></channel>\n")
		each("<item rdf:about=\"%s\"><title>%s</title><link>%s</link><dc:date>%s</dc:date><content:encoded>%s</content:encoded></item>\n", func(a article) []any {
			return []any{link(a), x(a.title), link(a), a.at.Format(time.RFC3339), x(paragraphs(a.text))}
		})
		return "application/rdf+xml", b.String() + "</rdf:RDF>\n"
	case listing:
		b.WriteString("<!DOCTYPE html><html><head><title>Crowd</title></head><body><h1>News</h1><ul>\n")
		each("<li><time>%s</time> <a href=\"%s\">%s</a></li>\n", func(a article) []any { return []any{a.at.Format("2006-01-02 15:04"), link(a), x(a.title)} })
		return "text/html; charset=utf-8", b.String() + "</ul></body></html>\n"
	}
	type record struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URL   string `json:"url,omitempty"`
		Link  string `json:"link,omitempty"`
		Date  string `json:"date,omitempty"`
		Text  string `json:"text,omitempty"`
		At    string `json:"date_published,omitempty"`
		HTML  string `json:"content_html,omitempty"`
	}
	var records []record
	for _, a := range articles {
		r := record{ID: fmt.Sprint(a.n), Title: a.title}
		if f == api {
			r.Link, r.Date, r.Text = link(a), a.at.Format(time.RFC3339), paragraphs(a.text)
		} else {
			r.URL, r.At, r.HTML = link(a), a.at.Format(time.RFC3339), paragraphs(a.text)
		}
		records = append(records, r)
	}
	var whole any = map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "Crowd", "items": records}
	if f == api {
		whole = map[string]any{"result": map[string]any{"records": records}}
	}
	encoded, err := json.Marshal(whole)
	if err != nil {
		panic(err)
	}
	return "application/json", string(encoded)
}
