package rules

import (
	"bytes"
	"encoding/json"

	"regwatch/internal/conditions"
)

// A schema is one value of a JSON Schema (draft 2020-12,
// https://json-schema.org/draft/2020-12), as far as rule files need it.
type schema map[string]any

// Schema returns the JSON Schema of a rule file, for editors that complete and
// underline while one types. Its mappings have exactly the keys of the grammar
// that the parser reads by. It knows shapes and not names: whether a term list
// exists, only a check of the folder can say.
func Schema() []byte { return encodeSchema(ruleSchema()) }

// VocabularySchema is [Schema] for a file of shared term lists.
func VocabularySchema() []byte {
	defs, _ := ruleSchema()["$defs"].(schema)
	return encodeSchema(schema{
		"$schema":              schemaDialect,
		"title":                "A vocabulary of regwatch",
		"type":                 "object",
		"additionalProperties": schema{"$ref": "#/$defs/list", "description": "words and phrases that mean the same"},
		"$defs":                schema{"list": defs["list"], "entry": defs["entry"]},
	})
}

const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

func ruleSchema() schema {
	text := func(about string) schema { return schema{"type": "string", "description": about} }
	texts := func(about string) schema {
		return schema{"description": about, "oneOf": []schema{{"type": "string"}, {"type": "array", "items": schema{"type": "string"}}}}
	}
	ref := func(name, about string) schema {
		return schema{"$ref": "#/$defs/" + name, "description": about}
	}
	listOf := func(item schema, about string) schema {
		return schema{"description": about, "oneOf": []schema{item, {"type": "array", "items": item, "minItems": 1}}}
	}
	named := func(item schema, about string) schema {
		return schema{"type": "object", "description": about, "additionalProperties": item}
	}
	one := func(about string, of ...string) schema { return schema{"enum": of, "description": about} }
	number := func(low int, about string) schema {
		return schema{"type": "integer", "minimum": low, "description": about}
	}
	expression := schema{"$ref": "#/$defs/expression"}
	entry := schema{"$ref": "#/$defs/entry"}
	places := schema{"description": "where it must stand: title, lead (the first sentences), body", "oneOf": []schema{
		{"enum": []string{"title", "lead", "body"}},
		{"type": "array", "items": schema{"enum": []string{"title", "lead", "body"}}, "minItems": 1},
	}}

	about := map[string]map[string]schema{
		"rule": {
			"id":             schema{"type": "string", "pattern": idPattern.String(), "description": "the file's name without .yaml"},
			"title":          text("a few words that head the alert"),
			"why":            text("why a reader should care; shown in every alert"),
			"status":         one("a draft counts and never sends", "draft", "active"),
			"severity":       one("what needs attention first", "low", "medium", "high", "critical"),
			"topic":          schema{"type": "string", "pattern": idPattern.String(), "description": "what it is about, as routes and digests group rules; without it, the id"},
			"routes":         listOf(schema{"type": "string"}, "routes of regwatch.yaml; without any, the route default"),
			"references":     texts("laws, notices and pages that the rule is about"),
			"vocabulary":     texts("files in rules/vocabulary whose term lists this rule uses"),
			"terms":          named(ref("list", "words and phrases that mean the same here"), "term lists by name"),
			"define":         named(expression, "expressions by name, for use:"),
			"when":           ref("expression", "what makes an article a subject of the rule"),
			"mention":        ref("expression", "what makes it a mention, which never alerts alone"),
			"mention_alerts": schema{"type": "boolean", "description": "be told of mentions too"},
			"tags":           named(expression, "tags by name, each with what earns it"),
			"examples":       ref("examples", "articles that prove the rule"),
		},
		"list": {
			"any":    listOf(entry, "words and phrases, in any script"),
			"not_in": listOf(entry, "longer words in which they do not count"),
			"gloss":  text("an English name, shown beside Chinese words"),
		},
		"entry": {
			"any":   listOf(entry, "words and phrases that share the gloss"),
			"gloss": text("an English name, shown beside Chinese words"),
			"terms": texts("other term lists whose words belong here too"),
		},
		"node": {
			"terms":   texts("a term list, or several of which one must be found"),
			"use":     texts("a definition, or several of which one must be met"),
			"any":     listOf(expression, "one of these must be met"),
			"all":     listOf(expression, "each of these must be met"),
			"none":    listOf(expression, "none of these may be met"),
			"near":    listOf(expression, "these must stand close to each other"),
			"within":  number(1, "how many tokens apart at most; a Chinese character is one"),
			"same":    one("and in the same", "sentence", "paragraph"),
			"ordered": schema{"type": "boolean", "description": "and in this order"},
			"in":      places,
			"min":     number(1, "how often at least"),
			"unless":  listOf(schema{"$ref": "#/$defs/window"}, "what close by spoils this one hit"),

			"source":       listOf(schema{"type": "string", "pattern": conditions.SourcePattern}, "ids of sources, * standing for any part: where the article was read"),
			"role":         listOf(schema{"enum": conditions.Roles()}, "who speaks in its source"),
			"language":     listOf(schema{"type": "string", "pattern": conditions.LanguagePattern}, "its language: zh is zh-Hant and zh-Hans"),
			"jurisdiction": texts("one of its source's jurisdictions"),
		},
		"window": {
			"terms":  texts("a term list, or several"),
			"use":    texts("a definition, or several"),
			"any":    listOf(entry, "words and phrases"),
			"within": number(1, "how many tokens apart at most"),
			"same":   one("and in the same", "sentence", "paragraph"),
		},
		"examples": {
			"match":  listOf(ref("example", "an article that must be found"), "articles that must be found"),
			"ignore": listOf(ref("example", "an article that must not alert"), "articles that must not alert"),
		},
		"example": {
			"lang":         text("en, zh-Hant or zh-Hans"),
			"source":       text("the id of its source"),
			"role":         one("who speaks in its source", conditions.Roles()...),
			"title":        text("its title"),
			"text":         text("its text"),
			"tags":         texts("tags that it must have"),
			"jurisdiction": texts("its source's jurisdictions"),
			"strength":     one("subject unless said otherwise", "subject", "mention"),
		},
	}
	mapping := func(name string, keys []string, required ...string) schema {
		properties := make(schema, len(keys))
		for _, key := range keys {
			properties[key] = about[name][key]
		}
		s := schema{"type": "object", "properties": properties, "additionalProperties": false}
		if len(required) > 0 {
			s["required"] = required
		}
		return s
	}
	needOf := func(keys ...string) []schema {
		var needs []schema
		for _, key := range keys {
			needs = append(needs, schema{"required": []string{key}})
		}
		return needs
	}
	// Keys that need another beside them, as the parser says of each.
	node, window, group := mapping("node", nodeKeys), mapping("window", windowKeys), mapping("entry", entryKeys)
	node["dependentRequired"] = schema{"within": []string{"near"}, "same": []string{"near"}, "ordered": []string{"near"}, "min": []string{"in"}}
	node["dependentSchemas"] = schema{"near": schema{"anyOf": needOf("within", "same")}}
	window["anyOf"] = needOf("within", "same")
	group["anyOf"] = needOf("any", "terms")
	or := func(kinds ...schema) schema { return schema{"oneOf": kinds} }
	phrase := schema{"type": []string{"string", "number", "boolean"}}
	root := mapping("rule", ruleKeys, "id", "title", "severity", "when")
	root["$schema"] = schemaDialect
	root["title"] = "A regwatch rule"
	root["$defs"] = schema{
		"list":       or(phrase, schema{"type": "array", "items": entry, "minItems": 1}, mapping("list", listKeys, "any")),
		"entry":      or(phrase, group),
		"expression": or(phrase, node),
		"window":     window,
		"examples":   mapping("examples", examplesKeys),
		"example":    or(phrase, mapping("example", exampleKeys)),
	}
	return root
}

func encodeSchema(root schema) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// Maps of strings and plain values always encode.
	_ = encoder.Encode(root)
	return out.Bytes()
}
