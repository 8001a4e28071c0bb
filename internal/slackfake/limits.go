package slackfake

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Slack's documented limits, in characters unless stated otherwise.
const (
	maxText         = 40_000 // of the top-level text; Slack cuts it, the fake refuses it
	maxBlocks       = 50
	maxBlockText    = 10_000 // of all blocks together; undocumented, a little below the size at which Slack answers msg_blocks_too_long
	maxSection      = 3000
	maxField        = 2000
	maxFields       = 10
	maxHeader       = 150
	maxElements     = 10 // of a context block
	maxActions      = 25
	maxButton       = 75
	maxURL          = 3000
	maxValue        = 2000
	maxID           = 255
	maxMetadataSize = 16 << 10 // bytes
)

// fill reads blocks and metadata into a message, or returns why Slack would refuse them.
func fill(m *Message, args map[string]any) (code string, details []string) {
	if utf8.RuneCountInString(m.Text) > maxText {
		return "msg_too_long", nil
	}
	if raw, given := object(args, "blocks"); given {
		var blocks []map[string]any
		if err := json.Unmarshal(raw, &blocks); err != nil {
			return "invalid_blocks_format", nil
		}
		if len(blocks) > 0 {
			c := newChecker()
			c.blocks(blocks)
			if len(c.faults) > 0 {
				return "invalid_blocks", c.faults
			}
			if c.total > maxBlockText {
				return "msg_blocks_too_long", nil
			}
			m.Blocks = raw
		}
	}
	if _, attached := object(args, "attachments"); m.Text == "" && m.Blocks == nil && !attached {
		return "no_text", nil
	}
	if raw, given := object(args, "metadata"); given {
		var meta Metadata
		if err := json.Unmarshal(raw, &meta); err != nil {
			return "invalid_metadata_format", nil
		}
		if meta.EventType == "" || meta.EventPayload == nil {
			return "invalid_metadata_schema", nil
		}
		if payload, _ := json.Marshal(meta.EventPayload); len(payload) > maxMetadataSize {
			return "metadata_too_large", nil
		}
		m.Metadata = &meta
	}
	return "", nil
}

// Check returns Slack's errors for a list of blocks in JSON; empty if Slack accepts them.
func Check(blocks []byte) []string {
	var list []map[string]any
	if err := json.Unmarshal(blocks, &list); err != nil {
		return []string{"[ERROR] blocks must be a list of objects"}
	}
	c := newChecker()
	c.blocks(list)
	if c.total > maxBlockText {
		c.fault("", "all text together must be no more than %d characters", maxBlockText)
	}
	return c.faults
}

type checker struct {
	faults  []string
	ids     map[string]bool // of blocks
	actions map[string]bool // of buttons
	total   int             // characters of text
	inView  bool            // a modal, not a message
	inputs  []input
}

func newChecker() *checker { return &checker{ids: map[string]bool{}, actions: map[string]bool{}} }

func (c *checker) fault(at, format string, args ...any) {
	c.faults = append(c.faults, "[ERROR] "+fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// blockKeys lists the keys that each type of block may have besides type and block_id.
func blockKeys() map[string][]string {
	return map[string][]string{
		"section":   {"text", "fields", "accessory", "expand"},
		"header":    {"text"},
		"context":   {"elements"},
		"divider":   {},
		"actions":   {"elements"},
		"image":     {"image_url", "alt_text", "title", "slack_file"},
		"rich_text": {"elements"},
		"input":     {"label", "element", "hint", "optional", "dispatch_action"},
	}
}

func (c *checker) blocks(blocks []map[string]any) {
	most := maxBlocks
	if c.inView {
		most = maxViewBlocks
	}
	if len(blocks) > most {
		c.fault("/blocks", "no more than %d items allowed", most)
	}
	for i, b := range blocks {
		at := fmt.Sprintf("/blocks/%d", i)
		kind, _ := b["type"].(string)
		keys, known := blockKeys()[kind]
		if !known {
			c.fault(at+"/type", "unsupported type: %s", kind)
			continue
		}
		c.only(at, b, append([]string{"type", "block_id"}, keys...)...)
		if id, given := b["block_id"].(string); given {
			if utf8.RuneCountInString(id) > maxID {
				c.fault(at+"/block_id", "must be no more than %d characters", maxID)
			}
			if c.ids[id] && id != "" {
				c.fault(at+"/block_id", "block_id must be unique")
			}
			c.ids[id] = true
		}
		c.block(at, kind, b)
	}
}

func (c *checker) block(at, kind string, b map[string]any) {
	switch kind {
	case "section":
		fields, hasFields := b["fields"].([]any)
		if _, hasText := b["text"]; !hasText && !hasFields {
			c.fault(at, "missing required field: text")
		} else if hasText {
			c.textObject(at+"/text", b["text"], maxSection, "plain_text", "mrkdwn")
		}
		if hasFields && (len(fields) == 0 || len(fields) > maxFields) {
			c.fault(at+"/fields", "must have 1 to %d items", maxFields)
		}
		for i, f := range fields {
			c.textObject(fmt.Sprintf("%s/fields/%d", at, i), f, maxField, "plain_text", "mrkdwn")
		}
		if accessory, given := b["accessory"]; given {
			c.element(at+"/accessory", accessory)
		}
	case "header":
		c.textObject(at+"/text", b["text"], maxHeader, "plain_text")
	case "context":
		for i, e := range c.list(at, b, maxElements) {
			here := fmt.Sprintf("%s/elements/%d", at, i)
			if m, _ := e.(map[string]any); m != nil && m["type"] == "image" {
				c.image(here, m)
				continue
			}
			c.textObject(here, e, maxSection, "plain_text", "mrkdwn")
		}
	case "actions":
		for i, e := range c.list(at, b, maxActions) {
			c.element(fmt.Sprintf("%s/elements/%d", at, i), e)
		}
	case "image":
		c.image(at, b)
	case "rich_text":
		c.richText(at, b)
	case "input":
		if !c.inView {
			c.fault(at+"/type", "the fake allows input blocks in modals only")
		}
		c.input(at, b)
	}
}

func (c *checker) list(at string, b map[string]any, most int) []any {
	elements, _ := b["elements"].([]any)
	if len(elements) == 0 {
		c.fault(at+"/elements", "must have at least 1 item")
	}
	if len(elements) > most {
		c.fault(at+"/elements", "no more than %d items allowed", most)
	}
	return elements
}

func (c *checker) textObject(at string, v any, most int, kinds ...string) {
	m, isObject := v.(map[string]any)
	if !isObject {
		c.fault(at, "missing required field: text")
		return
	}
	kind, _ := m["type"].(string)
	switch {
	case !slices.Contains(kinds, kind):
		c.fault(at+"/type", "must be one of %s", strings.Join(kinds, ", "))
	case kind == "plain_text":
		c.only(at, m, "type", "text", "emoji")
	default:
		c.only(at, m, "type", "text", "verbatim")
	}
	c.length(at+"/text", m["text"], most)
}

func (c *checker) element(at string, v any) {
	m, _ := v.(map[string]any)
	switch m["type"] {
	case "button":
		c.only(at, m, "type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label")
		c.textObject(at+"/text", m["text"], maxButton, "plain_text")
		if _, given := m["url"]; given {
			c.link(at+"/url", m["url"])
		}
		c.optional(at, m, "action_id", maxID)
		if id, given := m["action_id"].(string); given {
			if c.actions[id] {
				c.fault(at+"/action_id", "action_id must be unique")
			}
			c.actions[id] = true
		}
		c.optional(at, m, "value", maxValue)
		if style, given := m["style"]; given && style != "primary" && style != "danger" {
			c.fault(at+"/style", "must be one of primary, danger")
		}
	case "image":
		c.image(at, m)
	default:
		c.fault(at+"/type", "unsupported type: %v", m["type"])
	}
}

func (c *checker) image(at string, m map[string]any) {
	c.link(at+"/image_url", m["image_url"])
	c.length(at+"/alt_text", m["alt_text"], maxValue)
}

func (c *checker) link(at string, v any) {
	s, _ := v.(string)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && u.Scheme != "mailto" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
		c.fault(at, "must be a valid URL")
	}
	if utf8.RuneCountInString(s) > maxURL {
		c.fault(at, "must be no more than %d characters", maxURL)
	}
}

// length checks and counts a required text.
func (c *checker) length(at string, v any, most int) {
	s, isText := v.(string)
	n := utf8.RuneCountInString(s)
	switch {
	case !isText:
		c.fault(at, "must be a string")
	case n == 0:
		c.fault(at, "must be more than 0 characters")
	case n > most:
		c.fault(at, "must be less than %d characters", most+1)
	}
	c.total += n
}

func (c *checker) optional(at string, m map[string]any, key string, most int) {
	if s, given := m[key].(string); given && utf8.RuneCountInString(s) > most {
		c.fault(at+"/"+key, "must be less than %d characters", most+1)
	}
}

func (c *checker) only(at string, m map[string]any, keys ...string) {
	for key := range m {
		if !slices.Contains(keys, key) {
			c.fault(at, "invalid additional property: %s", key)
		}
	}
	slices.Sort(c.faults)
}
