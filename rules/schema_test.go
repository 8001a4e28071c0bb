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

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
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
	s := compileSchema(t)
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
