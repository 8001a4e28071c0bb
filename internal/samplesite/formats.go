package samplesite

import (
	"bytes"
	"embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"text/template"
	"time"
)

//go:embed templates
var templateFiles embed.FS

// A feedView is the data of the feed templates.
type feedView struct {
	Feed
	Charset, Tagline string
	Self, Home       string // addresses
	Updated          time.Time
	Articles         []articleView
}

type articleView struct {
	ID, Link, Title, Summary, Author string
	HTML                             string
	At                               time.Time
}

// render returns the feed of the outlet. Base is the address of the site.
func (o outlet) render(base string, articles []sampleArticle, updated time.Time) ([]byte, error) {
	view := feedView{
		Feed: o.Feed, Charset: o.charset, Tagline: o.tagline,
		Self: base + o.Path, Home: base + "/",
		Updated: updated,
	}
	for _, a := range articles {
		view.Articles = append(view.Articles, articleView{
			ID: o.guid(a), Link: base + a.link,
			Title: a.title, Summary: a.summary, Author: a.author,
			HTML: paragraphsHTML(a.text), At: a.at.In(hongKong()),
		})
	}
	if o.format == jsonFeed {
		return renderJSON(view)
	}
	return o.renderXML(view)
}

func (o outlet) renderXML(view feedView) ([]byte, error) {
	t, err := template.New(string(o.format)).Funcs(template.FuncMap{
		"x":     escapeXML,
		"cdata": cdata,
		// RFC 822 with a four-digit year (RFC 1123), as feeds use it
		"rfc822":  func(at time.Time) string { return at.Format(time.RFC1123Z) },
		"rfc3339": func(at time.Time) string { return at.Format(time.RFC3339) },
	}).ParseFS(templateFiles, "templates/"+string(o.format))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, view); err != nil {
		return nil, err
	}
	if o.encoding == nil {
		return out.Bytes(), nil
	}
	encoded, err := o.encoding.NewEncoder().Bytes(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("write %s in %s: %w", o.ID, o.charset, err)
	}
	return encoded, nil
}

// renderJSON returns a JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/.
func renderJSON(view feedView) ([]byte, error) {
	type author struct {
		Name string `json:"name"`
	}
	type entry struct {
		ID            string   `json:"id"`
		URL           string   `json:"url"`
		Title         string   `json:"title"`
		Summary       string   `json:"summary,omitempty"`
		ContentHTML   string   `json:"content_html,omitempty"`
		DatePublished string   `json:"date_published"`
		Authors       []author `json:"authors,omitempty"`
	}
	feed := struct {
		Version     string  `json:"version"`
		Title       string  `json:"title"`
		Description string  `json:"description"`
		HomePageURL string  `json:"home_page_url"`
		FeedURL     string  `json:"feed_url"`
		Language    string  `json:"language"`
		Items       []entry `json:"items"`
	}{
		Version: "https://jsonfeed.org/version/1.1",
		Title:   view.Name, Description: view.Tagline,
		HomePageURL: view.Home, FeedURL: view.Self,
		Language: view.Language,
		Items:    []entry{},
	}
	for _, a := range view.Articles {
		e := entry{
			ID: a.ID, URL: a.Link, Title: a.Title, Summary: a.Summary, ContentHTML: a.HTML,
			DatePublished: a.At.UTC().Format(time.RFC3339),
		}
		if a.Author != "" {
			e.Authors = []author{{a.Author}}
		}
		feed.Items = append(feed.Items, e)
	}
	return json.MarshalIndent(feed, "", "  ")
}

// paragraphsHTML returns paragraphs as HTML. Lines that start with "- " become a list.
func paragraphsHTML(text []string) string {
	var b strings.Builder
	for _, paragraph := range text {
		if !strings.HasPrefix(paragraph, "- ") {
			fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(paragraph))
			continue
		}
		b.WriteString("<ul>\n")
		for line := range strings.Lines(paragraph) {
			line = strings.TrimSpace(strings.TrimPrefix(line, "- "))
			fmt.Fprintf(&b, "<li>%s</li>\n", html.EscapeString(line))
		}
		b.WriteString("</ul>\n")
	}
	return b.String()
}

func escapeXML(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

// cdata wraps s in a CDATA section. It splits the end marker, so that s cannot end the
// section.
func cdata(s string) string {
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}
