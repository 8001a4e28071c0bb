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

// The workload of make bench stands beside the checkout where regwatch is developed.
const workloadDir = "../../shared/match"

func readWorkload(t *testing.T, name string, each func(dec *json.Decoder) error) {
	t.Helper()
	f, err := os.Open(filepath.Join(workloadDir, name))
	if os.IsNotExist(err) {
		t.Skipf("the workload %s is not here; it stands beside the checkout where regwatch is developed", name)
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

// workloadSet loads a set of the workload's rules from files that say the same.
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
				words, err := json.Marshal(group) // which YAML reads as well
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

// With ten thousand rules nearly every article meets some, and all paths of the
// index are taken.
func TestMatchIsTheSlowReferenceWithTenThousandRules(t *testing.T) {
	const every = 25 // articles; all of them would take minutes
	set := workloadSet(t, "rules_10000.json.gz")
	var (
		sc      Scratch
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
		want := matchSlowly(set, article)
		got = set.MatchInto(got[:0], &sc, article)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-slow +fast):\n%s", a.Title, diff)
		}
		hits += len(want)
		return nil
	})
	if n == 0 || hits == 0 {
		t.Errorf("%d articles with %d matches compare nothing", n, hits)
	}
}
