package api

import (
	"encoding/json"
	"path"
	"reflect"
	"strings"
	"time"
)

// A field is one name of a JSON object.
type field struct {
	name     string
	index    []int
	typ      reflect.Type
	optional bool   // left out if it is empty
	doc      string // the tag doc
	enum     string // the tag enum: words with | between them
}

// fieldsOf returns the fields of a struct as encoding/json writes them: those of embedded structs
// stand among its own, and its own come before them if they have the same name.
func fieldsOf(t reflect.Type) []field {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var fields []field
	byName := make(map[string]int)
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() && !f.Anonymous || f.Anonymous && name == "" && structOf(f.Type) || f.Tag.Get("json") == "-" || !reachable(t, f.Index) {
			continue
		}
		if name == "" {
			name = f.Name
		}
		one := field{name, f.Index, f.Type, strings.Contains(options, "omit"), f.Tag.Get("doc"), f.Tag.Get("enum")}
		if i, twice := byName[name]; twice {
			if len(f.Index) < len(fields[i].index) {
				fields[i] = one
			}
			continue
		}
		byName[name] = len(fields)
		fields = append(fields, one)
	}
	return fields
}

// isStored reports whether a type is stored as JSON: its lists are as they were when it was stored, also null.
func isStored(t reflect.Type) bool { return path.Base(t.PkgPath()) == "models" }

func structOf(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct
}

// reachable reports whether no struct on the way to a field is left out of JSON or has a name there.
func reachable(t reflect.Type, index []int) bool {
	for i := 1; i < len(index); i++ {
		f := t.FieldByIndex(index[:i])
		if f.Tag.Get("json") != "" || !f.Anonymous {
			return false
		}
	}
	return true
}

// schemas collects the JSON Schemas (2020-12, as OpenAPI 3.1 has them) of Go types.
type schemas struct {
	names map[reflect.Type]string
	taken map[string]reflect.Type
	all   map[string]any
}

func newSchemas() *schemas {
	return &schemas{map[reflect.Type]string{}, map[string]reflect.Type{}, map[string]any{}}
}

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

// of returns the schema of a type. What a client sends may have no other names; answers may gain some.
func (s *schemas) of(t reflect.Type, sent bool) map[string]any {
	switch {
	case t == timeType:
		return map[string]any{"type": "string", "format": "date-time"}
	case t == rawType || t.Kind() == reflect.Interface:
		return map[string]any{"type": []string{"object", "array", "string", "number", "boolean", "null"}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), sent)
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Int32:
		return map[string]any{"type": "integer"}
	case reflect.Float64, reflect.Float32:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": s.of(t.Elem(), sent)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem(), sent)}
	case reflect.Struct:
		return map[string]any{"$ref": "#/components/schemas/" + s.add(t, sent)}
	}
	panic("no JSON Schema for " + t.String())
}

// add adds the schema of a struct and returns its name. Two types of one name are told apart by their
// packages.
func (s *schemas) add(t reflect.Type, sent bool) string {
	if name, ok := s.names[t]; ok {
		return name
	}
	name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	if s.taken[name] != nil {
		pkg := path.Base(t.PkgPath())
		name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	s.names[t], s.taken[name] = name, t
	properties, required := map[string]any{}, []string{}
	schema := map[string]any{"type": "object", "properties": properties}
	s.all[name] = schema
	for _, f := range fieldsOf(t) {
		one := s.of(f.typ, sent)
		// Without a value a pointer is null, and so is a list in what was stored.
		if !f.optional && (f.typ.Kind() == reflect.Pointer || f.typ.Kind() == reflect.Slice && isStored(t) && !sent) {
			one = map[string]any{"anyOf": []any{one, map[string]any{"type": "null"}}}
		}
		if f.doc != "" {
			one["description"] = f.doc
		}
		if f.enum != "" {
			one["enum"] = strings.Split(f.enum, "|")
		}
		properties[f.name] = one
		if !f.optional {
			required = append(required, f.name)
		}
	}
	if len(required) > 0 {
		schema["required"] = required
	}
	if sent {
		schema["additionalProperties"] = false
	}
	return name
}
