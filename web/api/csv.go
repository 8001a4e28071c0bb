package api

import (
	"encoding/json"
	"reflect"
	"strings"

	"regwatch/internal/csvfile"
)

// csvOf returns a slice as CSV, with a column for each field. A list of texts stands in one cell with
// "; " between them, and what has fields of its own as JSON.
func csvOf(items any) ([]byte, error) {
	list := reflect.ValueOf(items)
	columns := fieldsOf(list.Type().Elem())
	head := make([]string, len(columns))
	for i, column := range columns {
		head[i] = column.name
	}
	rows := [][]string{head}
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
		rows = append(rows, row)
	}
	return csvfile.Encode(rows)
}

// cell is a value as it stands in a cell.
func cell(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return csvfile.Text(text)
	}
	var texts []string
	if json.Unmarshal(value, &texts) == nil {
		return csvfile.Text(strings.Join(texts, "; "))
	}
	return string(value) // a number, true, false, or JSON in braces or brackets
}
