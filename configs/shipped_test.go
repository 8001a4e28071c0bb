package configs

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A folder that was written by the coming release must be known to the one after it.
func TestShippedTextsAreKnown(t *testing.T) {
	files, err := ShippedRules()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if !WasShipped(name, text) {
			t.Errorf("configs/shipped.txt lacks %s; add the line:\n%x %s", name, sha256.Sum256(text), name)
		}
		if edited := append(slices.Clone(text), "# mine\n"...); WasShipped(name, edited) {
			t.Errorf("an edited %s counts as shipped", name)
		}
		if WasShipped("other-"+name, text) {
			t.Errorf("the text of %s counts as shipped under another name", name)
		}
	}
	want := []string{"crypto-ban.yaml", "stablecoin-ordinance.yaml", "vocabulary/acts.yaml", "vocabulary/crypto.yaml", "vocabulary/places.yaml", "yuan-stablecoin.yaml"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files))); diff != "" {
		t.Errorf("ShippedRules() mismatch (-want +got):\n%s", diff)
	}
}

func TestStarterKeepsShippedVersions(t *testing.T) {
	dir := t.TempDir()
	if _, err := WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	files, err := ShippedRules()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		for _, folder := range []string{"rules", filepath.Join("rules", ShippedFolder)} {
			got, err := os.ReadFile(filepath.Join(dir, folder, filepath.FromSlash(name)))
			if err != nil || string(got) != string(want) {
				t.Errorf("%s: %v; want the shipped text of %d bytes, got %d", fmt.Sprint(folder, "/", name), err, len(want), len(got))
			}
		}
	}
}
