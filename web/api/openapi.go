package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const documentPath = "/openapi.json"

// documentJSON returns the OpenAPI 3.1 document of some operations, the same bytes each time.
func documentJSON(all []operation) []byte {
	text, err := json.MarshalIndent(document(all), "", " ")
	if err != nil {
		panic(err) // maps of texts always marshal
	}
	return append(text, '\n')
}

type object = map[string]any

func document(all []operation) object {
	types := newSchemas()
	fault := types.add(reflect.TypeFor[problem](), false)
	paths := object{}
	for _, op := range all {
		path, ok := paths[op.Path].(object)
		if !ok {
			path = object{}
			paths[op.Path] = path
		}
		path[strings.ToLower(op.Method)] = operationObject(op, types, fault)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "regwatch", "version": "1",
			"description": "Fields and operations are added, and none is renamed or removed. Times are in UTC by RFC 3339. A field that is not required is left out if it is empty.",
		},
		"servers":    []any{object{"url": Prefix}},
		"security":   []any{object{"token": []any{}}},
		"paths":      paths,
		"components": object{"schemas": types.all, "securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}},
	}
}

func operationObject(op operation, types *schemas, fault string) object {
	o := object{"operationId": op.ID, "summary": op.Does, "tags": []string{op.Group}, "description": "Scope " + string(op.Scope) + ", role " + string(op.role()) + "."}
	var params []any
	for _, p := range op.params() {
		params = append(params, paramObject(p))
	}
	if len(params) > 0 {
		o["parameters"] = params
	}
	if op.Body != nil {
		o["requestBody"] = object{"required": !op.BodyOptional, "content": object{"application/json": object{"schema": types.of(reflect.TypeOf(op.Body), true)}}}
	}
	o["responses"] = responses(op, types, fault)
	return o
}

func paramObject(p param) object {
	schema := object{"type": "string"}
	switch p.Type {
	case "number":
		schema = object{"type": "integer", "minimum": 1}
		if p.Name == "limit" {
			schema["maximum"], schema["default"] = maxLimit, defaultLimit
		}
	case "flag":
		schema = object{"type": "boolean"}
	case "day":
		schema["format"] = "date"
	}
	if len(p.Enum) > 0 {
		schema["enum"] = p.Enum
	}
	if p.List {
		schema = object{"type": "array", "items": schema}
	}
	o := object{"name": p.Name, "in": p.In, "schema": schema, "required": p.Required}
	if p.Doc != "" {
		o["description"] = p.Doc
	}
	return o
}

func responses(op operation, types *schemas, fault string) object {
	result := types.of(reflect.TypeOf(op.Result), false)
	content := object{"application/json": object{"schema": result}}
	headers := object{}
	header := func(name, text string) {
		headers[name] = object{"description": text, "schema": object{"type": "string"}}
	}
	if op.List {
		content = object{
			"application/json": object{"schema": object{"type": "object", "required": []string{"data"}, "properties": object{
				"data": object{"type": "array", "items": result},
				"next": object{"type": "string", "description": "the cursor of the next page; left out on the last"},
			}}},
			"text/csv": object{"schema": object{"type": "string"}},
		}
		header("Link", "the address of the next page, with rel=\"next\"")
	}
	if op.Method == http.MethodGet || op.Tagged {
		header("ETag", "of this answer; of a rule, what If-Match needs")
	}
	if op.Writes {
		header("Idempotency-Replayed", "true if this is the stored answer to an earlier request with the same Idempotency-Key")
	}
	all := object{strconv.Itoa(op.status()): object{"description": op.Does, "content": content, "headers": headers}}
	if op.Method == http.MethodGet {
		all["304"] = object{"description": "it is still what If-None-Match names"}
	}
	for _, k := range problemKinds() {
		if !slices.Contains(op.problems(), k.Code) {
			continue
		}
		status := strconv.Itoa(k.Status)
		text := string(k.Code) + ": " + k.Title
		if before, ok := all[status].(object); ok {
			before["description"] = before["description"].(string) + "; " + text
			continue
		}
		all[status] = object{"description": text, "content": object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/" + fault}}}}
	}
	return all
}
