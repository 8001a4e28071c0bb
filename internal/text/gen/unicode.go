package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// relations are the characters that a source names as variants of each other, in both directions.
type relations map[rune][]rune

func (rel relations) add(a, b rune) {
	if a != b {
		rel[a] = append(rel[a], b)
		rel[b] = append(rel[b], a)
	}
}

// readUnihan adds the variants of shape and of meaning of the Unihan database.
func (rel relations) readUnihan(path string) error {
	return eachLine(path, func(line string) error {
		part := strings.Split(line, "\t")
		if len(part) != 3 {
			return fmt.Errorf("%q does not have three columns", line)
		}
		if part[1] != "kZVariant" && part[1] != "kSemanticVariant" {
			return nil
		}
		r, err := codePoint(part[0])
		if err != nil {
			return err
		}
		for value := range strings.FieldsSeq(part[2]) {
			value, _, _ = strings.Cut(value, "<") // the dictionaries that say so
			variant, err := codePoint(value)
			if err != nil {
				return err
			}
			rel.add(r, variant)
		}
		return nil
	})
}

// readJapanese adds the forms of OpenCC's list of characters that Japan simplified.
func (rel relations) readJapanese(path string) error {
	return eachLine(path, func(line string) error {
		old, forms, _ := strings.Cut(line, "\t")
		for form := range strings.FieldsSeq(forms) {
			rel.add([]rune(old)[0], []rune(form)[0])
		}
		return nil
	})
}

// folds returns the everyday character that stands for each character that is not one and has
// variants. If these stand for different characters, those of GB 2312 count, and a choice that is
// still open is left open.
func (rel relations) folds(known map[rune]rune) map[rune]rune {
	found := make(map[rune]rune)
	for r, variants := range rel {
		if _, ok := known[r]; ok || r < hanStart || r >= hanEnd || isGB2312(r) {
			continue
		}
		targets := make(map[rune]bool) // true for those of GB 2312
		for _, v := range variants {
			if s, ok := known[v]; ok {
				v = s
			}
			if isGB2312(v) || isBig5Level1(v) && !isBig5Level1(r) {
				targets[v] = isGB2312(v)
			}
		}
		best := slices.DeleteFunc(slices.Sorted(maps.Keys(targets)), func(v rune) bool { return !targets[v] })
		if len(best) == 0 {
			best = slices.Sorted(maps.Keys(targets))
		}
		if len(best) == 1 {
			found[r] = best[0]
		}
	}
	for r, s := range found {
		for next, ok := found[s]; ok; next, ok = found[s] {
			s = next
		}
		found[r] = s
	}
	return found
}

// isGB2312 reports whether a character is in GB 2312, the everyday characters of the mainland.
func isGB2312(r rune) bool {
	b := encode(simplifiedchinese.GBK, r)
	return len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xF7 && b[1] >= 0xA1
}

// isBig5Level1 reports whether a character is in the first level of Big5, the everyday characters
// of Taiwan and Hong Kong.
func isBig5Level1(r rune) bool {
	b := encode(traditionalchinese.Big5, r)
	return len(b) == 2 && b[0] >= 0xA4 && (b[0] < 0xC6 || b[0] == 0xC6 && b[1] <= 0x7E)
}

func encode(e encoding.Encoding, r rune) string {
	b, err := e.NewEncoder().String(string(r))
	if err != nil {
		return ""
	}
	return b
}

// readRadicals returns the unified ideograph of each radical.
func readRadicals(path string) (map[rune]rune, error) {
	radicals := make(map[rune]rune)
	err := eachLine(path, func(line string) error {
		line, _, _ = strings.Cut(line, "#")
		span, to, ok := strings.Cut(line, ";")
		if !ok {
			return fmt.Errorf("%q is not a pair", line)
		}
		first, last, _ := strings.Cut(strings.TrimSpace(span), "..")
		if last == "" {
			last = first
		}
		var points [3]rune
		for i, s := range []string{first, last, strings.TrimSpace(to)} {
			var err error
			if points[i], err = codePoint("U+" + s); err != nil {
				return err
			}
		}
		for r := points[0]; r <= points[1]; r++ {
			if r >= radicalStart && r < radicalEnd { // no strokes
				radicals[r] = points[2]
			}
		}
		return nil
	})
	return radicals, err
}

// codePoint reads a character such as U+4E00.
func codePoint(s string) (rune, error) {
	hex, ok := strings.CutPrefix(s, "U+")
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil {
		return 0, fmt.Errorf("%q is no character", s)
	}
	return rune(n), nil
}

// eachLine calls f with each line of a file that is neither empty nor a comment.
func eachLine(path string, f func(line string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if line := lines.Text(); line != "" && line[0] != '#' {
			if err := f(line); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return lines.Err()
}
