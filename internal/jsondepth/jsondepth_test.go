package jsondepth

import (
	"strings"
	"testing"
)

func TestExceeds(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("[", 6):                         true,
		`{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}`:        true,
		`[[1],[2],[3],[4],[5],[6],[7]]`:                false,
		`["[[[[[[", "\"[[[[[["]`:                       false,
		`{"a":"` + strings.Repeat("{", 9) + `","b":1}`: false,
		"": false,
	} {
		if got := Exceeds(text, 5); got != want {
			t.Errorf("Exceeds(%q, 5) = %v, want %v", text, got, want)
		}
	}
}

func TestHasMore(t *testing.T) {
	for text, want := range map[string]bool{
		`[1,2,3,4,5]`:              false,
		`[1,2,3,4,5,6]`:            true,
		`[[],[],[],[]]`:            true,
		`{"a":1,"b":2}`:            false,
		`{"a":1,"b":2,"c":3}`:      true,
		`["[,:{[,:{\\"[,:{", "x"]`: false,
		"":                         false,
	} {
		if got := HasMore(text, 5); got != want {
			t.Errorf("HasMore(%q, 5) = %v, want %v", text, got, want)
		}
	}
}
