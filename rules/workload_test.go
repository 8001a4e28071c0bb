package rules

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// workloadDir holds the articles and rules of make bench. They are not part of this repository.
const workloadDir = "../../shared/match"

func readWorkload(t *testing.T, name string, each func(dec *json.Decoder) error) {
	t.Helper()
	f, err := os.Open(filepath.Join(workloadDir, name))
	if os.IsNotExist(err) {
		t.Skipf("the workload %s is not on this machine", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(z); ; {
		if err := each(dec); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// workloadSet returns the rules of the workload as a set, by way of rule files.
func workloadSet(t *testing.T, name string) *Set {
	t.Helper()
	fsys := fstest.MapFS{}
	readWorkload(t, name, func(dec *json.Decoder) error {
		var given []struct {
			Groups [][]string
			None   []string
		}
		if err := dec.Decode(&given); err != nil {
			return err
		}
		for i, r := range given {
			var terms, parts strings.Builder
			for j, group := range append(r.Groups, r.None) {
				if len(group) == 0 {
					continue
				}
				words, err := json.Marshal(group) // YAML includes JSON
				if err != nil {
					return err
				}
				fmt.Fprintf(&terms, "  t%d: %s\n", j, words)
				part := "{terms: t%d}, "
				if j == len(r.Groups) {
					part = "{none: {terms: t%d}}, "
				}
				fmt.Fprintf(&parts, part, j)
			}
			id := fmt.Sprintf("r%05d", i)
			fsys[id+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "id: %s\ntitle: %s\nseverity: low\nroutes: [r]\nterms:\n%swhen: {all: [%s]}\n", id, id, terms.String(), parts.String())}
		}
		return nil
	})
	set, problems := Load(fsys)
	if len(problems) > 0 {
		t.Fatal(problems[:1])
	}
	return set
}

// With ten thousand rules nearly every article matches some, and all paths of the index are used.
func TestMatchEqualsReferenceWithTenThousandRules(t *testing.T) {
	const every = 25 // all articles would take minutes
	set := workloadSet(t, "rules_10000.json.gz")
	var (
		b       Buffer
		got     []models.Match
		n, hits int
	)
	readWorkload(t, "articles.jsonl.gz", func(dec *json.Decoder) error {
		var a struct{ Title, Body string }
		if err := dec.Decode(&a); err != nil {
			return err
		}
		if n++; n%every != 0 {
			return nil
		}
		article := models.Article{Title: a.Title, Body: a.Body}
		want := matchReference(set, article)
		got = set.MatchInto(got[:0], &b, article)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-reference +got):\n%s", a.Title, diff)
		}
		hits += len(want)
		return nil
	})
	if n == 0 || hits == 0 {
		t.Errorf("compared %d articles with %d matches, want some", n, hits)
	}
}
