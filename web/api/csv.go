package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
)

// csvOf returns a slice as CSV, with a column for each field. A list of texts stands in one cell with
// "; " between them, and what has fields of its own as JSON.
func csvOf(items any) ([]byte, error) {
	list := reflect.ValueOf(items)
	columns := fieldsOf(list.Type().Elem())
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true // RFC 4180
	head := make([]string, len(columns))
	for i, column := range columns {
		head[i] = column.name
	}
	if err := w.Write(head); err != nil {
		return nil, err
	}
	for i := range list.Len() {
		text, err := json.Marshal(list.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		values := make(map[string]json.RawMessage)
		if err := json.Unmarshal(text, &values); err != nil {
			return nil, err
		}
		row := make([]string, len(columns))
		for j, column := range columns {
			row[j] = cell(values[column.name])
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cell is a value as it stands in a cell.
func cell(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return harmless(text)
	}
	var texts []string
	if json.Unmarshal(value, &texts) == nil {
		return harmless(strings.Join(texts, "; "))
	}
	return string(value) // a number, true, false, or JSON in braces or brackets
}

// harmless puts an apostrophe before a text that a spreadsheet would take for a formula, as OWASP
// advises (CSV Injection): one that begins with = + - @, also of full width, or with a tab or a line
// break, which spreadsheets skip.
func harmless(text string) string {
	if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
