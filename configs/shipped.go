package configs

import (
	"crypto/sha256"
	_ "embed" // for the hashes of shipped texts
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// ShippedFolder is the folder, within that of the rules, with the rule and vocabulary files as regwatch shipped them when
// it wrote or last updated them. Names that begin with a dot are not read as rules.
const ShippedFolder = ".shipped"

//go:embed shipped.txt
var shippedHashes string

// ShippedRules returns the rule and vocabulary files of the starter folder by their path within the folder of rules, such
// as vocabulary/crypto.yaml.
func ShippedRules() (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, pattern := range []string{"rules/*.yaml", "rules/vocabulary/*.yaml"} {
		names, err := fs.Glob(Starter(), pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(Starter(), name)
			if err != nil {
				return nil, fmt.Errorf("read the starter folder: %w", err)
			}
			files[strings.TrimPrefix(name, "rules/")] = text
		}
	}
	return files, nil
}

// WasShipped reports whether some version of regwatch shipped a text as a file of the folder of rules.
func WasShipped(file string, text []byte) bool {
	sum := sha256.Sum256(text)
	line := hex.EncodeToString(sum[:]) + " " + file
	for known := range strings.Lines(shippedHashes) {
		if strings.TrimSpace(known) == line {
			return true
		}
	}
	return false
}

// shippedCopy is the path of the shipped version of a file of the starter folder; false for a file that has none.
func shippedCopy(file string) (string, bool) {
	within, isRule := strings.CutPrefix(file, "rules/")
	if !isRule || path.Ext(file) != ".yaml" {
		return "", false
	}
	return path.Join("rules", ShippedFolder, within), true
}
