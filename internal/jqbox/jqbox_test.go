package jqbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/jqbox"
)

func run(t *testing.T, expression string, value any) ([]any, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return jqbox.Run(ctx, expression, value, 1000)
}

func TestRunReturnsResults(t *testing.T) {
	value := map[string]any{"items": []any{map[string]any{"title": "A <b> & 穩定幣", "id": json.Number("12345678901234567890"), "n": 1.5}}}
	tests := map[string][]any{
		".items[].title":                    {"A <b> & 穩定幣"},
		".items[].id":                       {json.Number("12345678901234567890")},
		`.items[] | .title, .n, null, true`: {"A <b> & 穩定幣", json.Number("1.5"), nil, true},
		".items[] | select(.n > 2)":         {},
		`"ab" * 3`:                          {"ababab"},
		"[limit(3; repeat(1))]":             {[]any{json.Number("1"), json.Number("1"), json.Number("1")}},
		`$ENV | length`:                     {json.Number("0")},
	}
	for expression, want := range tests {
		got, err := run(t, expression, value)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", expression, err, diff)
		}
	}
}

func TestRunReturnsErrors(t *testing.T) {
	if got, err := run(t, `1, error("no")`, nil); len(got) != 1 || err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("results %v, error %v; want the result before the error", got, err)
	}
	if got, err := run(t, "range(100000)", nil); len(got) != 1000 || !errors.Is(err, jqbox.ErrTooMany) {
		t.Errorf("%d results, error %v", len(got), err)
	}
}

// Whatever an expression asks for, it fails by itself or is ended, and the next one works.
func TestRunBoundsMemory(t *testing.T) {
	for _, expression := range []string{
		`"a" * 1e9`,
		`"a" * 2e9 | length`,
		`reduce range(60) as $i ("abc"; . + .)`,
		`reduce range(60) as $i ([1]; . + .)`,
		`reduce range(40) as $i (["x"]; [., .]) | flatten`,
		`reduce range(40) as $i (["x"]; [., .]) | tojson`,
		`[range(1e10)]`,
		`[limit(1e10; repeat("abcdefgh"))]`,
		`reduce range(100) as $i ("abcdefgh"; @base64)`,
		`("a" * 1e6) as $s | [range(1e5) | $s] | join("")`,
		`("a" * 1e6) as $s | [range(1e5) | $s] | add`,
		`("a," * 1e8) | [splits(",")]`,
		`("a" * 1e8) | explode`,
		`def f: [., f]; f`,
		`def f($n): [$n, f($n + 1)]; f(0)`,
		`reduce range(60) as $i ({}; {a: ., b: .}) | [paths]`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		got, err := jqbox.Run(ctx, expression, nil, 1000)
		cancel()
		if !errors.Is(err, jqbox.ErrMemory) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %d results, error %v; want %v", expression, len(got), err, jqbox.ErrMemory)
		}
		if got, err := run(t, ". + 1", 1); err != nil || fmt.Sprint(got) != "[2]" {
			t.Errorf("after %s: %v, %v", expression, got, err)
		}
	}
}

func TestRunEndsWithTheContext(t *testing.T) {
	for _, expression := range []string{"last(repeat(1))", "def f: f; f", "[range(20)] | combinations(9) | empty", "until(false; .)"} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if _, err := jqbox.Run(ctx, expression, []any{1}, 10); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: error %v", expression, err)
		}
		cancel()
	}
}

func BenchmarkRun(b *testing.B) {
	value := map[string]any{"title": "A circular on stablecoins", "link": "https://a.example/1", "date": "2026-11-03"}
	for b.Loop() {
		if _, err := jqbox.Run(b.Context(), `.title | ltrimstr("x")`, value, 10); err != nil {
			b.Fatal(err)
		}
	}
}
