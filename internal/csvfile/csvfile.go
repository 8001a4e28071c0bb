// Package csvfile writes tables as CSV that spreadsheets open without running what is in them.
package csvfile

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// Encode returns rows as CSV (RFC 4180). Texts from outside must have passed [Text].
func Encode(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// Text puts an apostrophe before a text that a spreadsheet would take for a formula, as OWASP
// advises (CSV Injection): one that begins with = + - @, also of full width, or with a tab or a line
// break, which spreadsheets skip.
func Text(text string) string {
	if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
