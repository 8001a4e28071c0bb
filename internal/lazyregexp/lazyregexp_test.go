package lazyregexp_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/lazyregexp"
)

func Example() {
	day := lazyregexp.New(`(\d{4})-(\d{2})`)
	fmt.Println(day.FindStringSubmatch("on 2026-11"))
	// Output: [2026-11 2026 11]
}

func TestMethodsAreThoseOfRegexp(t *testing.T) {
	const source, text = `(a+)(b)?`, "xaaby a"
	lazy, eager := lazyregexp.New(source), regexp.MustCompile(source)
	for _, s := range []string{text, "", "none here: zzz"} {
		for name, both := range map[string][2]any{
			"Match":                      {lazy.Match([]byte(s)), eager.Match([]byte(s))},
			"FindAllString":              {lazy.FindAllString(s, -1), eager.FindAllString(s, -1)},
			"FindAllStringIndex":         {lazy.FindAllStringIndex(s, -1), eager.FindAllStringIndex(s, -1)},
			"FindAllStringSubmatch":      {lazy.FindAllStringSubmatch(s, -1), eager.FindAllStringSubmatch(s, -1)},
			"FindAllStringSubmatchIndex": {lazy.FindAllStringSubmatchIndex(s, -1), eager.FindAllStringSubmatchIndex(s, -1)},
			"MatchString":                {lazy.MatchString(s), eager.MatchString(s)},
			"FindString":                 {lazy.FindString(s), eager.FindString(s)},
			"FindStringIndex":            {lazy.FindStringIndex(s), eager.FindStringIndex(s)},
			"FindStringSubmatch":         {lazy.FindStringSubmatch(s), eager.FindStringSubmatch(s)},
			"FindStringSubmatchIndex":    {lazy.FindStringSubmatchIndex(s), eager.FindStringSubmatchIndex(s)},
			"ReplaceAllString":           {lazy.ReplaceAllString(s, "<$1>"), eager.ReplaceAllString(s, "<$1>")},
			"ReplaceAllStringFunc":       {lazy.ReplaceAllStringFunc(s, strings.ToUpper), eager.ReplaceAllStringFunc(s, strings.ToUpper)},
			"String":                     {lazy.String(), eager.String()},
		} {
			if diff := cmp.Diff(both[1], both[0]); diff != "" {
				t.Errorf("%s(%q) (-regexp +lazyregexp):\n%s", name, s, diff)
			}
		}
	}
}

func TestSeveralGoroutinesUseItFirst(t *testing.T) {
	r := lazyregexp.New(`^\d+$`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if !r.MatchString("123") {
				t.Error("123 does not match")
			}
		})
	}
	wg.Wait()
}

func TestFaultyExpressionPanicsAtItsUse(t *testing.T) {
	r := lazyregexp.New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	r.MatchString("")
}
