package syntax_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/internal/golden"
	"regwatch/rules/syntax"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
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

// The shipped schemas are made from the grammar.
func TestShippedSchemas(t *testing.T) {
	golden.Assert(t, "../../configs/rules/rule.schema.json", syntax.Schema())
	golden.Assert(t, "../../configs/rules/vocabulary.schema.json", syntax.VocabularySchema())
}

// Editors find the schema by the first line of a file.
func TestShippedFilesNameTheirSchema(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{
		"../../configs/rules/rule.schema.json":       compileSchema(t, syntax.Schema()),
		"../../configs/rules/vocabulary.schema.json": compileSchema(t, syntax.VocabularySchema()),
	}
	files := 0
	for pattern, want := range map[string]string{"../../configs/rules/*.yaml": "../../configs/rules/rule.schema.json", "../../configs/rules/vocabulary/*.yaml": "../../configs/rules/vocabulary.schema.json"} {
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
				t.Errorf("%s begins with %q, want the path of %s", file, first, want)
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
	if err := schemas["../../configs/rules/vocabulary.schema.json"].Validate(map[string]any{"coin": map[string]any{"any": []any{"x"}, "notin": []any{"y"}}}); err == nil {
		t.Error("the schema accepts the unknown key notin in a vocabulary")
	}
}

func TestSchemaDescribesEveryKey(t *testing.T) {
	var nulls func(path string, v any)
	nulls = func(path string, v any) {
		switch v := v.(type) {
		case nil:
			t.Errorf("%s is null: schema.go lacks a key of the grammar", path)
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
	if err := json.Unmarshal(syntax.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	nulls("", root)
}

// The schema accepts what the parser accepts, and rejects files with unknown keys.
func TestSchemaAgreesWithParser(t *testing.T) {
	s := compileSchema(t, syntax.Schema())
	var files []string
	for _, pattern := range []string{"../testdata/ok/*.yaml", "../testdata/err/*.yaml", "../../configs/rules/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	unknownKeys := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := yaml.Unmarshal(src, &doc); err != nil {
			continue // not YAML
		}
		problems := s.Validate(withoutTimes(doc))
		_, faults := syntax.Parse(filepath.Base(file), src)
		switch {
		case len(faults) == 0 && problems != nil:
			t.Errorf("%s: the parser accepts it, the schema does not:\n%v", file, problems)
		case len(faults) > 0 && strings.Contains(faults.Error(), "unknown key"):
			unknownKeys++
			if problems == nil {
				t.Errorf("%s: the schema accepts what the parser rejects:\n%v", file, faults)
			}
		}
	}
	if unknownKeys == 0 {
		t.Error("no file has an unknown key")
	}
}

// withoutTimes returns a document with its dates as texts, as YAML 1.2 and editors have them.
func withoutTimes(doc any) any {
	switch v := doc.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case map[string]any:
		for key, child := range v {
			v[key] = withoutTimes(child)
		}
	case []any:
		for i, child := range v {
			v[i] = withoutTimes(child)
		}
	}
	return doc
}

// The schema and the parser agree on which keys need another one.
func TestSchemaRequiresKeysThatBelongTogether(t *testing.T) {
	s := compileSchema(t, syntax.Schema())
	tests := []struct {
		rule string
		ok   bool
	}{
		{"when: {near: [{any: [a1]}, {any: [b1]}], within: 3}", true},
		{"when: {near: [{any: [a1]}, {any: [b1]}], same: sentence}", true},
		{"when: {near: [{any: [a1]}, {any: [b1]}]}", false},
		{"when: {near: [{any: [a1]}, {any: [b1], next: 3}]}", true},
		{"when: {near: [{any: [a1]}, {any: [b1], without: [c1]}]}", false},
		{"when: {any: [a1], next: 3}", false},
		{"when: {any: [a1], unless: {any: [b1], next: 1}}", true},
		{"when: {any: [a1], within: 3}", false},
		{"when: {any: [a1], same: sentence}", false},
		{"when: {any: [a1], ordered: true}", false},
		{"when: {any: [a1], min: 2, in: body}", true},
		{"when: {any: [a1], min: 2}", false},
		{"when: {any: [a1], unless: {any: [b1], within: 2}}", true},
		{"when: {any: [a1], unless: {any: [b1]}}", false},
		{"when: {terms: a}\nterms: {a: [{gloss: x, any: [a1]}]}", true},
		{"when: {terms: a}\nterms: {a: [{gloss: x}]}", false},
		{"when: {terms: a}\nterms: {a: {file: a.csv, not_in: [a1], gloss: firm}}", true},
		{"when: {terms: a}\nterms: {a: {file: a.csv, any: [a1]}}", false},
		{"when: {terms: a}\nterms: {a: {not_in: [a1]}}", false},
		{"when: {any: [a1], none: {rule: [staff-news, jobs]}}", true},
		{"when: {rule: staff-news, within: 3}", false},
		{"when: {any: [a1]}\nroutes: []", false},
		{"when: {any: [a1]}\ndeliver: digest", true},
		{"when: {any: [a1]}\ndeliver: later", false},
		{"when: {any: [a1]}\nseverity: {high: b1, else: low}", true},
		{"when: {any: [a1]}\nseverity: {else: low}", true},
		{"when: {any: [a1]}\nseverity: {high: b1}", false},
		{"when: {any: [a1]}\nseverity: {grave: b1, else: low}", false},
		{"when: {any: [a1]}\nrelevance: off", true},
		{"when: {any: [a1]}\nrelevance: on", false},
		{"when: {any: [a1]}\nrelevance: 0.3", false},
		{"when: {any: [a1]}\nrelevance: {}", false},
		{"when: {any: [a1]}\nrelevance: {alert: 0.3}", true},
		{"when: {any: [a1]}\nrelevance: {digest: 0}", true},
		{"when: {any: [a1]}\nrelevance: {alert: 1.1}", false},
		{"when: {any: [a1]}\nrelevance: {alert: -0.1, digest: 0}", false},
	}
	for _, tt := range tests {
		head := "id: r\ntitle: T\n"
		if !strings.Contains(tt.rule, "severity:") {
			head += "severity: low\n"
		}
		src := []byte(head + tt.rule + "\n")
		var doc any
		if err := yaml.Unmarshal(src, &doc); err != nil {
			t.Fatal(err)
		}
		fault := s.Validate(doc)
		_, problems := syntax.Parse("r.yaml", src)
		if (fault == nil) != tt.ok || (len(problems) == 0) != tt.ok {
			t.Errorf("%s: the schema says %v, the parser %v; want both to accept it: %v", tt.rule, fault, problems, tt.ok)
		}
	}
}
