package feed

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/jsondepth"
)

// maxDocuments is how many JSON documents of one response are read.
const maxDocuments = 100

// parseJSONFeed reads a JSON Feed, and the further ones that a server put after it.
func parseJSONFeed(text string) (*Feed, error) {
	f := &Feed{}
	rest, err := f.readJSONDocument(text)
	if err != nil {
		return nil, err
	}
	documents := 1
	for !f.Truncated && strings.HasPrefix(rest, "{") && documents < maxDocuments {
		more := *f
		after, err := more.readJSONDocument(rest)
		if err != nil {
			break
		}
		*f, rest = more, after
		documents++
	}
	if documents > 1 {
		f.warn("the feed has %d JSON documents, which were read as one feed", documents)
	}
	if !f.Truncated && rest != "" {
		f.warn("skipped other text after the feed")
	}
	if f.Count > MaxItems {
		f.warn("the feed has %d articles; only the first %d were read", f.Count, MaxItems)
	}
	if lost := min(f.Count, MaxItems) - len(f.Items); lost > 0 {
		f.warn("%d of %d articles could not be read", lost, f.Count)
	}
	return f, nil
}

// readJSONDocument adds the first JSON Feed of a text, and returns what comes after it. It
// reads item by item, so that a truncated or damaged feed still gives the items before the
// damage.
func (f *Feed) readJSONDocument(text string) (rest string, err error) {
	if jsondepth.Exceeds(text, MaxDepth) {
		return "", ErrTooDeep
	}
	var version string
	var found bool
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return "", ErrNotAFeed
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			f.Truncated = true
			break
		}
		if key == "items" {
			found = true
			f.readJSONItems(d)
			if f.Truncated {
				break
			}
			continue
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			f.Truncated = true
			break
		}
		var s string
		_ = json.Unmarshal(value, &s) // other values are of no interest
		switch key {
		case "version":
			version = s
		case "language":
			f.Language = s
		case "home_page_url", "feed_url":
			f.Addresses = append(f.Addresses, s)
		}
	}
	if _, err := d.Token(); err != nil {
		f.Truncated = true
	}
	if !found && !strings.Contains(version, "jsonfeed.org") {
		return "", ErrNotAFeed
	}
	return strings.Trim(text[d.InputOffset():], " \t\r\n\ufeff\x00\x1e"), nil
}

func (f *Feed) readJSONItems(d *json.Decoder) {
	open, err := d.Token()
	if err != nil || open != json.Delim('[') && open != json.Delim('{') {
		f.Truncated = errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
		return
	}
	for d.More() {
		if open == json.Delim('{') { // items under keys, such as their numbers
			if _, err := d.Token(); err != nil {
				f.Truncated = true
				return
			}
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			f.Truncated = true
			return
		}
		if f.Count++; f.Count > MaxItems {
			continue
		}
		if jsondepth.HasMore(string(raw), MaxValues) {
			f.warn("an article has more than %d values and was left out", MaxValues)
			continue
		}
		if it, ok := parseJSONItem(raw); ok {
			f.Items = append(f.Items, it)
		}
	}
	if _, err := d.Token(); err != nil {
		f.Truncated = true
	}
}

// parseJSONItem reads an item field by field, so that one of another type than the format
// says ("author": "A. Chan") loses only itself. It reports whether there is any content.
func parseJSONItem(raw json.RawMessage) (Item, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return Item{}, false
	}
	for key, value := range fields { // keys in another case, unless the right one is there too
		if lower := strings.ToLower(key); fields[lower] == nil {
			fields[lower] = value
		}
	}
	it := Item{
		GUID:     jsonText(fields["id"]),
		Title:    jsonText(fields["title"]),
		Summary:  jsonText(fields["summary"]),
		Content:  jsonText(fields["content_html"]),
		Language: jsonText(fields["language"]),
		Authors:  jsonTexts(fields["authors"]),
		Dates:    []string{jsonDate(fields["date_published"]), jsonDate(fields["date_modified"])},
	}
	link := jsonText(fields["url"])
	it.Links = []string{link, link, jsonText(fields["external_url"])}
	if it.Content == "" {
		it.Content = jsonText(fields["content_text"])
	}
	if len(it.Authors) == 0 {
		it.Authors = jsonTexts(fields["author"])
	}
	return it, it.Title != "" || link != "" || it.GUID != "" || it.Summary != "" || it.Content != ""
}

// jsonText returns a text or a number as text; of a list, its first text; and of an object,
// what it calls its name or value.
func jsonText(raw json.RawMessage) string {
	if texts := jsonTexts(raw); len(texts) > 0 {
		return texts[0]
	}
	return ""
}

// jsonTexts returns the texts of a list, or a value that should be in one.
func jsonTexts(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var texts []string
	for _, one := range list {
		var value any
		if json.Unmarshal(one, &value) != nil {
			continue
		}
		text := ""
		switch v := value.(type) {
		case string:
			text = v
		case float64:
			text = strings.TrimSpace(string(one)) // an id may have more digits than a float64
		case map[string]any:
			for _, key := range []string{"name", "value", "rendered", "url"} {
				if s, _ := v[key].(string); text == "" {
					text = s
				}
			}
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// jsonDate returns a date as text. A number counts the seconds or milliseconds since 1970.
func jsonDate(raw json.RawMessage) string {
	s := jsonText(raw)
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return s
	case n >= 1e8 && n < 1e11:
		return time.Unix(int64(n), 0).UTC().Format(time.RFC3339)
	case n >= 1e11 && n < 1e14:
		return time.UnixMilli(int64(n)).UTC().Format(time.RFC3339)
	}
	return s
}
