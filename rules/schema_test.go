package rules

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"regwatch/internal/golden"
)

func compileSchema(t *testing.T, src []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("rule.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rule.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The schema that ships is the one that the grammar makes.
func TestShippedSchema(t *testing.T) {
	golden.Assert(t, "../configs/rules/rule.schema.json", Schema())
	golden.Assert(t, "../configs/rules/vocabulary.schema.json", VocabularySchema())
}

// An editor finds the schema by the first line of a file, relative to it.
func TestShippedFilesPointAtTheirSchemas(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{
		"../configs/rules/rule.schema.json":       compileSchema(t, Schema()),
		"../configs/rules/vocabulary.schema.json": compileSchema(t, VocabularySchema()),
	}
	files := 0
	for pattern, want := range map[string]string{"../configs/rules/*.yaml": "../configs/rules/rule.schema.json", "../configs/rules/vocabulary/*.yaml": "../configs/rules/vocabulary.schema.json"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			files++
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(src), "\n")
			at, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
			if got := filepath.Join(filepath.Dir(file), at); !ok || got != filepath.Clean(want) {
				t.Errorf("%s begins with %q; want it to point at %s", file, first, want)
				continue
			}
			var doc any
			if err := yaml.Unmarshal(src, &doc); err != nil {
				t.Fatal(err)
			}
			if err := schemas[want].Validate(doc); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
	if files < 5 {
		t.Errorf("found %d shipped files", files)
	}
	if err := schemas["../configs/rules/vocabulary.schema.json"].Validate(map[string]any{"coin": map[string]any{"any": []any{"x"}, "notin": []any{"y"}}}); err == nil {
		t.Error("the schema takes the unknown key notin in a vocabulary")
	}
}

func TestSchemaHasWordsForEveryKey(t *testing.T) {
	var nulls func(path string, v any)
	nulls = func(path string, v any) {
		switch v := v.(type) {
		case nil:
			t.Errorf("%s says nothing: a key of the grammar is missing in schema.go", path)
		case map[string]any:
			for k, child := range v {
				nulls(path+"/"+k, child)
			}
		case []any:
			for _, child := range v {
				nulls(path, child)
			}
		}
	}
	var root any
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	nulls("", root)
}

// What the parser takes, the schema takes; and what the parser refuses for its
// shape alone, the schema refuses.
func TestSchemaAgreesWithTheParser(t *testing.T) {
	s := compileSchema(t, Schema())
	var files []string
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/err/*.yaml", "../configs/rules/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	shapes := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := yaml.Unmarshal(src, &doc); err != nil {
			continue // no YAML, no shape
		}
		problems := s.Validate(doc)
		_, faults := Parse(filepath.Base(file), src)
		switch {
		case len(faults) == 0 && problems != nil:
			t.Errorf("%s: the parser takes it, and the schema says:\n%v", file, problems)
		case len(faults) > 0 && strings.Contains(faults.Error(), "unknown key"):
			shapes++
			if problems == nil {
				t.Errorf("%s: the schema takes what the parser refuses:\n%v", file, faults)
			}
		}
	}
	if shapes == 0 {
		t.Error("no file has a fault of shape")
	}
}

// Keys that need another beside them do so for both.
func TestSchemaKnowsWhichKeysBelongTogether(t *testing.T) {
	s := compileSchema(t, Schema())
	tests := []struct {
		rule string
		ok   bool
	}{
		{"when: {near: [{any: [a1]}, {any: [b1]}], within: 3}", true},
		{"when: {near: [{any: [a1]}, {any: [b1]}], same: sentence}", true},
		{"when: {near: [{any: [a1]}, {any: [b1]}]}", false},
		{"when: {any: [a1], within: 3}", false},
		{"when: {any: [a1], same: sentence}", false},
		{"when: {any: [a1], ordered: true}", false},
		{"when: {any: [a1], min: 2, in: body}", true},
		{"when: {any: [a1], min: 2}", false},
		{"when: {any: [a1], unless: {any: [b1], within: 2}}", true},
		{"when: {any: [a1], unless: {any: [b1]}}", false},
		{"when: {terms: a}\nterms: {a: [{gloss: x, any: [a1]}]}", true},
		{"when: {terms: a}\nterms: {a: [{gloss: x}]}", false},
		{"when: {any: [a1]}\nroutes: []", false},
	}
	for _, tt := range tests {
		src := []byte(head + tt.rule + "\n")
		var doc any
		if err := yaml.Unmarshal(src, &doc); err != nil {
			t.Fatal(err)
		}
		fault := s.Validate(doc)
		_, problems := Parse("r.yaml", src)
		if (fault == nil) != tt.ok || (len(problems) == 0) != tt.ok {
			t.Errorf("%s: the schema says %v, the parser %v; want both to take it: %v", tt.rule, fault, problems, tt.ok)
		}
	}
}
