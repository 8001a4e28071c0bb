package slackfake

import (
	"fmt"
	"slices"
)

func (c *checker) richText(at string, b map[string]any) {
	elements, _ := b["elements"].([]any)
	if len(elements) == 0 {
		c.fault(at+"/elements", "must have at least 1 item")
	}
	for i, e := range elements {
		here := fmt.Sprintf("%s/elements/%d", at, i)
		m, _ := e.(map[string]any)
		switch m["type"] {
		case "rich_text_section":
			c.only(here, m, "type", "elements")
			c.inline(here, m)
		case "rich_text_quote", "rich_text_preformatted":
			c.only(here, m, "type", "elements", "border")
			c.inline(here, m)
		case "rich_text_list":
			c.only(here, m, "type", "elements", "style", "indent", "border", "offset")
			if m["style"] != "bullet" && m["style"] != "ordered" {
				c.fault(here+"/style", "must be one of bullet, ordered")
			}
			items, _ := m["elements"].([]any)
			for j, item := range items {
				section, _ := item.(map[string]any)
				if section["type"] != "rich_text_section" {
					c.fault(fmt.Sprintf("%s/elements/%d/type", here, j), "must be rich_text_section")
				}
				c.inline(fmt.Sprintf("%s/elements/%d", here, j), section)
			}
		default:
			c.fault(here+"/type", "unsupported type: %v", m["type"])
		}
	}
}

// elementKeys are the required and the optional keys of an element.
type elementKeys struct{ must, may []string }

// inlineKeys lists the keys of each inline element.
func inlineKeys() map[string]elementKeys {
	return map[string]elementKeys{
		"text":      {must: []string{"text"}, may: []string{"style"}},
		"link":      {must: []string{"url"}, may: []string{"text", "style", "unsafe"}},
		"emoji":     {must: []string{"name"}, may: []string{"unicode"}},
		"user":      {must: []string{"user_id"}, may: []string{"style"}},
		"usergroup": {must: []string{"usergroup_id"}, may: []string{"style"}},
		"channel":   {must: []string{"channel_id"}, may: []string{"style"}},
		"broadcast": {must: []string{"range"}},
		"color":     {must: []string{"value"}},
		"date":      {must: []string{"timestamp", "format"}, may: []string{"url", "fallback"}},
	}
}

func styles() []string {
	return []string{"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}
}

func (c *checker) inline(at string, section map[string]any) {
	elements, isList := section["elements"].([]any)
	if !isList {
		c.fault(at+"/elements", "missing required field: elements")
	}
	for i, e := range elements {
		here := fmt.Sprintf("%s/elements/%d", at, i)
		m, _ := e.(map[string]any)
		kind, _ := m["type"].(string)
		keys, known := inlineKeys()[kind]
		if !known {
			c.fault(here+"/type", "unsupported type: %s", kind)
			continue
		}
		c.only(here, m, slices.Concat([]string{"type"}, keys.must, keys.may)...)
		for _, key := range keys.must {
			if _, given := m[key]; !given {
				c.fault(here, "missing required field: %s", key)
			}
		}
		if kind == "text" {
			c.length(here+"/text", m["text"], maxSection)
		}
		if kind == "link" {
			c.link(here+"/url", m["url"])
			if label, given := m["text"]; given {
				c.length(here+"/text", label, maxSection)
			}
		}
		if style, given := m["style"].(map[string]any); given {
			c.only(here+"/style", style, styles()...)
		}
	}
}
