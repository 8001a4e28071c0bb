package yamlnode

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for _, tt := range []struct {
		src     string
		want    time.Duration
		ok      bool
		problem string
	}{
		{src: "a: 1d12h\n", want: 36 * time.Hour, ok: true},
		{src: "a: 0\n", ok: true},
		{src: "a:\n"},
		{src: "b: x\n"},
		{src: "a: [7d]\n", problem: `f.yaml:1:4: a is a list; use a text`},
		{src: "a: 30\n", problem: `f.yaml:1:4: a: duration "30" has no unit; add s, m, h, d or w, such as 30s or 30d`},
		{src: "a: 8d\n", problem: `f.yaml:1:4: a is 8d; use a duration from 0s to 7d`},
	} {
		root := Parse("f.yaml", []byte(tt.src))
		got, ok := root.Map("a thing", "a", "b").Get("a").Duration("a", 0, 7*24*time.Hour)
		problem := ""
		if list := root.Problems(); len(list) > 0 {
			problem = list.Error()
		}
		if got != tt.want || ok != tt.ok || problem != tt.problem {
			t.Errorf("Duration of %q = %v, %v, problem %q; want %v, %v, problem %q", tt.src, got, ok, problem, tt.want, tt.ok, tt.problem)
		}
	}
}
