package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// What is stored as JSON is read again years later, so no field of it may be
// renamed or change its meaning.
func TestUpgradeReadsEveryFieldOfStoredContent(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		s := open(t, o)
		notices, err := s.Notices(t.Context(), time.Time{}, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		read := make(map[string]any)
		for _, n := range notices {
			text, err := json.Marshal(n.Content)
			if err != nil {
				t.Fatal(err)
			}
			read[n.ID] = decoded(t, string(text))
		}
		db := plain(t, o)
		stored := texts(t, db, "SELECT id || ' ' || content FROM notices")
		if len(stored) == 0 || len(stored) != len(read) {
			t.Fatalf("%d notices are stored and %d were read", len(stored), len(read))
		}
		for _, line := range stored {
			id, content, _ := strings.Cut(line, " ")
			for _, field := range unread(decoded(t, content), read[id], "content") {
				t.Errorf("notice %s: %s was not read", id, field)
			}
		}
	})
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// unread names what is stored and not read. What is empty may be left out.
func unread(stored, read any, at string) []string {
	switch stored := stored.(type) {
	case map[string]any:
		read, _ := read.(map[string]any)
		var all []string
		for field, v := range stored {
			all = append(all, unread(v, read[field], at+"."+field)...)
		}
		slices.Sort(all)
		return all
	case []any:
		read, _ := read.([]any)
		var all []string
		for i, v := range stored {
			var has any
			if i < len(read) {
				has = read[i]
			}
			all = append(all, unread(v, has, fmt.Sprintf("%s[%d]", at, i))...)
		}
		return all
	case nil:
		return nil
	}
	if stored == read || read == nil && (stored == "" || stored == false || stored == 0.0) {
		return nil
	}
	return []string{fmt.Sprintf("%s = %v (read as %v)", at, stored, read)}
}
