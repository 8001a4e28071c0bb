package syntax

import (
	"bytes"
	"encoding/json"

	"regwatch/internal/conditions"
	"regwatch/internal/textkind"
)

// A schema is one value of a JSON Schema (draft 2020-12, https://json-schema.org/draft/2020-12), as far
// as rule files need it.
type schema map[string]any

const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// Schema returns the JSON Schema of a rule file, for editors that complete and underline during typing.
// Its mappings have exactly the keys of the grammar. It describes shapes only: whether a term list
// exists is checked when the folder is loaded.
func Schema() []byte { return encodeSchema(ruleSchema()) }

// VocabularySchema is [Schema] for a file of shared term lists.
func VocabularySchema() []byte {
	defs := schemaDefs()
	delete(defs, "examples")
	delete(defs, "example")
	return encodeSchema(schema{
		"$schema":              schemaDialect,
		"title":                "A vocabulary of regwatch",
		"type":                 "object",
		"properties":           schema{defineKey: mapOf(refTo("expression", ""), "expressions by name, for use in rules that name this file")},
		"additionalProperties": refTo("list", "words and phrases that mean the same"),
		"$defs":                defs,
	})
}

func encodeSchema(root schema) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(root) // it cannot fail: the values are maps, slices, strings, numbers and booleans
	return out.Bytes()
}

func ruleSchema() schema {
	root := objectSchema(ruleProperties(), ruleKeys(), "id", "title", "severity", "when")
	root["$schema"] = schemaDialect
	root["title"] = "A regwatch rule"
	root["$defs"] = schemaDefs()
	return root
}

// schemaDefs returns the parts that the schemas refer to. It includes which keys need another one beside
// them, as the parser checks.
func schemaDefs() schema {
	expression := objectSchema(exprProperties(), exprKeys())
	expression["dependentRequired"] = schema{"within": []string{"near"}, "same": []string{"near"}, "ordered": []string{"near"}, "min": []string{"in"}}
	// A near whose parts have next or previous needs no within. Only the parser checks that each of them has.
	isBound := schema{"type": "object", "anyOf": requireOne("next", "previous")}
	nearBound := schema{"properties": schema{"near": schema{"type": "array", "contains": isBound}}}
	distance := append(requireOne("within", "same"), nearBound)
	expression["dependentSchemas"] = schema{"near": schema{"anyOf": distance}}
	window := objectSchema(windowProperties(), windowKeys())
	window["anyOf"] = requireOne("within", "same", "next", "previous")
	part := objectSchema(partProperties(), partKeys())
	part["dependentRequired"], part["dependentSchemas"] = expression["dependentRequired"], expression["dependentSchemas"]
	group := objectSchema(entryProperties(), entryKeys())
	group["anyOf"] = requireOne("any", "terms")
	phrase := schema{"type": []string{"string", "number", "boolean"}}
	phrases := schema{"type": "array", "items": refTo("entry", ""), "minItems": 1}
	list := objectSchema(listProperties(), listKeys())
	list["oneOf"] = requireOne("any", "file")
	return schema{
		"list":       schema{"oneOf": []schema{phrase, phrases, list}},
		"entry":      schema{"oneOf": []schema{phrase, group}},
		"expression": schema{"oneOf": []schema{phrase, expression}},
		"part":       schema{"oneOf": []schema{phrase, part}},
		"window":     window,
		"examples":   objectSchema(examplesProperties(), examplesKeys()),
		"example":    schema{"oneOf": []schema{phrase, objectSchema(exampleProperties(), exampleKeys())}},
	}
}

func ruleProperties() schema {
	return schema{
		"id":             schema{"type": "string", "pattern": idPattern.String(), "description": "the file's name without .yaml"},
		"title":          stringOf("a few words to head the alert"),
		"why":            stringOf("why a reader should care; shown in every alert"),
		"status":         enum("the matches of a draft are counted and never sent", "draft", "active"),
		"severity":       severitySchema(),
		"deliver":        enum("alert: at once; digest: only in the digest", "alert", "digest"),
		"topic":          schema{"type": "string", "pattern": idPattern.String(), "description": "by which routes and digests group rules; the id if left out"},
		"routes":         oneOrMore(schema{"type": "string"}, "routes of regwatch.yaml; the route default if left out"),
		"owner":          schema{"type": "string", "description": "who answers for the rule: a recipient of regwatch.yaml, or an address of one"},
		"review_by":      schema{"type": "string", "format": "date", "pattern": `^\d{4}-\d{2}-\d{2}$`, "description": "the day by which somebody is to review the rule; the owner is reminded"},
		"references":     stringsOf("laws, notices and pages that the rule is about"),
		"vocabulary":     stringsOf("files in rules/vocabulary whose term lists the rule uses"),
		"terms":          mapOf(refTo("list", "words and phrases that mean the same in this rule"), "term lists by name"),
		"define":         mapOf(refTo("expression", ""), "expressions by name, for use"),
		"when":           refTo("expression", "what makes an article a subject of the rule"),
		"mention":        refTo("expression", "what makes an article a mention, which alone sends no alert"),
		"mention_alerts": schema{"type": "boolean", "description": "send alerts for mentions too"},
		"relevance":      relevanceSchema(),
		"tags":           mapOf(refTo("expression", ""), "tags by name, each with the condition for it"),
		"examples":       refTo("examples", "articles that prove the rule"),
	}
}

// severitySchema allows one severity, or severities with conditions.
func severitySchema() schema {
	properties := schema{elseKey: enum("the severity of all other matches", severityLevels()...)}
	for _, level := range severityLevels() {
		properties[level] = refTo("expression", "what a match must meet to have this severity; the first that is met decides")
	}
	cases := objectSchema(properties, append(severityLevels(), elseKey), elseKey)
	return schema{"description": "how urgent a match is", "oneOf": []schema{{"enum": severityLevels()}, cases}}
}

// relevanceSchema allows what the parser does, but for a digest threshold above that of alerts.
func relevanceSchema() schema {
	score := func(description string) schema {
		return schema{"type": "number", "minimum": 0, "maximum": 1, "description": description}
	}
	thresholds := objectSchema(schema{
		"alert":  score("from this score on, a match alerts"),
		"digest": score("from this score on, a match is listed in the digest; below it, it is only counted"),
	}, relevanceKeys())
	thresholds["minProperties"] = 1
	return schema{
		"description": "off: every match alerts, whatever its relevance; or thresholds in place of those of the model",
		"oneOf":       []schema{{"enum": []string{"off"}}, thresholds},
	}
}

func listProperties() schema {
	return schema{
		"any":    oneOrMore(refTo("entry", ""), "words and phrases, in any script"),
		"file":   stringOf("a CSV file in rules/lists with entities and their names"),
		"not_in": oneOrMore(refTo("entry", ""), "longer phrases within which they do not count"),
		"gloss":  stringOf("an English name, shown with Chinese words; of a list with file, what its entities are, such as issuer"),
	}
}

func entryProperties() schema {
	return schema{
		"any":   oneOrMore(refTo("entry", ""), "words and phrases that share the gloss"),
		"gloss": stringOf("an English name, shown with Chinese words"),
		"terms": stringsOf("other term lists to include"),
	}
}

func exprProperties() schema {
	operands := func(description string) schema { return oneOrMore(refTo("expression", ""), description) }
	parts := []string{"title", "lead", "body"}
	return schema{
		"terms":   stringsOf("a term list, or several of which one must match"),
		"use":     stringsOf("a definition, or several of which one must match"),
		"rule":    stringsOf("a rule, or several of which one must match: its when, whatever its status is"),
		"any":     operands("at least one of these must match"),
		"all":     operands("each of these must match"),
		"none":    operands("none of these may match"),
		"near":    oneOrMore(refTo("part", ""), "these must be close to each other"),
		"within":  minimum(1, "the maximum distance in tokens; a Chinese character is one token"),
		"same":    enum("must be in the same", "sentence", "paragraph"),
		"ordered": schema{"type": "boolean", "description": "must be in this order"},
		"in": schema{"description": "where to look: title, lead (the first sentences), body", "oneOf": []schema{
			{"enum": parts},
			{"type": "array", "items": schema{"enum": parts}, "minItems": 1},
		}},
		"min":    minimum(1, "the minimum number of hits"),
		"unless": oneOrMore(schema{"$ref": "#/$defs/window"}, "words that exclude a hit if they are close to it"),

		"source":       oneOrMore(schema{"type": "string", "pattern": conditions.SourcePattern}, "ids of sources; * stands for any part"),
		"role":         oneOrMore(schema{"enum": conditions.Roles()}, "the role of the source"),
		"language":     oneOrMore(schema{"type": "string", "pattern": conditions.LanguagePattern}, "the language of the article; zh stands for zh-Hant and zh-Hans"),
		"jurisdiction": stringsOf("one of the source's jurisdictions"),

		"kind":      oneOrMore(schema{"enum": textkind.Kinds()}, "the kind of text"),
		"amount":    amountSchema(),
		"deadline":  daysSchema("a deadline that the article states"),
		"effective": daysSchema("a day on which a rule starts to apply, as the article states it"),
	}
}

func amountSchema() schema {
	limit := func(description string) schema {
		return schema{"type": []string{"string", "number"}, "description": description}
	}
	s := objectSchema(schema{
		"min":      limit("at least: 10m, 500k, 1.5bn, 1000萬"),
		"max":      limit("at most"),
		"currency": stringOf("HKD, USD or another code of ISO 4217; any currency if left out"),
	}, amountKeys())
	s["minProperties"], s["description"] = 1, "an amount of money"
	return s
}

// daysSchema allows what the parser does, but for dates that do not exist.
func daysSchema(description string) schema {
	date := func(description string) schema {
		return schema{"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`, "description": description}
	}
	window := objectSchema(schema{
		"within": stringOf("from the day of the article to so many days later: 60d, 8w"),
		"from":   date("not before this day"),
		"until":  date("not after this day"),
	}, conditions.DayKeys())
	window["minProperties"] = 1
	return schema{"description": description, "oneOf": []schema{{"type": "string"}, window}}
}

// partProperties describes a part of near.
func partProperties() schema {
	properties := exprProperties()
	properties["next"] = minimum(1, "how many words after the part before it this one may be")
	properties["previous"] = minimum(1, "how many words before the part before it this one may be")
	properties["without"] = oneOrMore(refTo("entry", ""), "words and phrases that must not stand between this part and the one before it")
	return properties
}

func windowProperties() schema {
	return schema{
		"next":     minimum(1, "how many words after the hit they exclude it"),
		"previous": minimum(1, "how many words before the hit they exclude it"),
		"terms":    stringsOf("a term list, or several"),
		"use":      stringsOf("a definition, or several"),
		"any":      oneOrMore(refTo("entry", ""), "words and phrases"),
		"amount":   amountSchema(),
		"within":   minimum(1, "the maximum distance in tokens"),
		"same":     enum("must be in the same", "sentence", "paragraph"),
	}
}

func examplesProperties() schema {
	return schema{
		"match":  oneOrMore(refTo("example", "an article that the rule must match"), "articles that the rule must match"),
		"ignore": oneOrMore(refTo("example", "an article that must not send an alert"), "articles that must not send an alert"),
	}
}

func exampleProperties() schema {
	return schema{
		"lang":         stringOf("en, zh-Hant or zh-Hans"),
		"source":       stringOf("the id of its source"),
		"role":         enum("the role of its source", conditions.Roles()...),
		"title":        stringOf("its title"),
		"published":    schema{"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`, "description": "the day on which it was published"},
		"text":         stringOf("its text"),
		"tags":         stringsOf("tags that the match must have"),
		"jurisdiction": stringsOf("its source's jurisdictions"),
		"severity":     enum("the severity that the match must have", severityLevels()...),
		"strength":     enum("the strength that the match must have; subject if left out", "subject", "mention"),
	}
}

// objectSchema returns the schema of a mapping with exactly some keys. A key without a property is null in the
// result, which a test rejects.
func objectSchema(properties schema, keys []string, required ...string) schema {
	chosen := make(schema, len(keys))
	for _, key := range keys {
		chosen[key] = properties[key]
	}
	s := schema{"type": "object", "properties": chosen, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// requireOne returns the alternatives of which each requires one of the keys.
func requireOne(keys ...string) []schema {
	var alternatives []schema
	for _, key := range keys {
		alternatives = append(alternatives, schema{"required": []string{key}})
	}
	return alternatives
}

func refTo(def, description string) schema {
	s := schema{"$ref": "#/$defs/" + def}
	if description != "" {
		s["description"] = description
	}
	return s
}

func mapOf(value schema, description string) schema {
	return schema{"type": "object", "description": description, "additionalProperties": value}
}

func oneOrMore(item schema, description string) schema {
	return schema{"description": description, "oneOf": []schema{item, {"type": "array", "items": item, "minItems": 1}}}
}

func stringOf(description string) schema {
	return schema{"type": "string", "description": description}
}

func stringsOf(description string) schema {
	return schema{"description": description, "oneOf": []schema{{"type": "string"}, {"type": "array", "items": schema{"type": "string"}}}}
}

func enum(description string, values ...string) schema {
	return schema{"enum": values, "description": description}
}

func minimum(low int, description string) schema {
	return schema{"type": "integer", "minimum": low, "description": description}
}
