package difference

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		name, before, after string
		old, now            []Piece
	}{
		{"the same", "One  day.", "One day.", []Piece{{"One day.", false}}, []Piece{{"One day.", false}}},
		{
			"a word", "until 28 February 2027 to comply", "until 29 March 2027 to comply",
			[]Piece{{"until ", false}, {"28 February", true}, {" 2027 to comply", false}},
			[]Piece{{"until ", false}, {"29 March", true}, {" 2027 to comply", false}},
		},
		{"Chinese characters", "於二月生效", "於三月生效", []Piece{{"於", false}, {"二", true}, {"月生效", false}}, []Piece{{"於", false}, {"三", true}, {"月生效", false}}},
		{"bytes that are no text", "a\xffb", "a", []Piece{{"a\uFFFDb", true}}, []Piece{{"a", true}}},
		{"nothing before", "", "new", nil, []Piece{{"new", true}}},
	} {
		old, now := Words(tt.before, tt.after)
		if diff := cmp.Diff(tt.old, old); diff != "" {
			t.Errorf("%s: before (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.now, now); diff != "" {
			t.Errorf("%s: after (-want +got):\n%s", tt.name, diff)
		}
	}
}
