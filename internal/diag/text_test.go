package diag_test

import (
	"testing"

	"regwatch/internal/diag"
)

func TestTextsAreSaidInOtherLanguages(t *testing.T) {
	chinese := map[string]string{
		"%s has %d phrases":      "%[2]d 個詞語在%[1]s中",
		"a term list":            "詞組",
		"phrase %q is %.1f %%":   "詞語%q佔%.1f%%",
		"100% wrong":             "全錯",
		"use %s":                 "請用%s",
		"use %s; it may be true": "%s",
	}
	translate := func(format string) string {
		if to := chinese[format]; to != "" {
			return to
		}
		return format
	}
	for _, tt := range []struct {
		text            diag.Text
		english, native string
	}{
		{"a term list", "a term list", "詞組"},
		{"100% wrong", "100% wrong", "全錯"},
		{diag.Textf("%s has %d phrases", diag.Text("a term list"), 3), "a term list has 3 phrases", "3 個詞語在詞組中"},
		{diag.Textf("phrase %q is %.1f %%", `a "b" %s`, 2.25), `phrase "a \"b\" %s" is 2.2 %`, `詞語"a \"b\" %s"佔2.2%`},
		{diag.Textf("use %s", diag.Textf("use %s", "x")), "use use x", "請用請用x"},
		{diag.Textf("use %s", "\x00[\"100% wrong\"]"), "use \ufffd[\"100% wrong\"]", "請用\ufffd[\"100% wrong\"]"},
		{diag.Textf("unknown %s", "thing"), "unknown thing", "unknown thing"},
		{diag.Textf("use %s", "a term list"), "use a term list", "請用a term list"}, // the name of something
		{"", "", ""},
	} {
		if got := tt.text.String(); got != tt.english {
			t.Errorf("in English %q, want %q", got, tt.english)
		}
		if got := tt.text.In(translate); got != tt.native {
			t.Errorf("%q in Chinese is %q, want %q", tt.english, got, tt.native)
		}
	}
}

func TestProblemsKeepTheirTexts(t *testing.T) {
	p := diag.New("a.yaml", 3, 5, diag.Textf("unknown key %q", "titel"), "use title")
	if got, want := p.String(), `a.yaml:3:5: unknown key "titel"; use title`; got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
	what, want := p.Texts()
	if what.Format() != "unknown key %q" || want != "use title" {
		t.Errorf("Texts = %q, %q", what.Format(), want)
	}
	same := diag.Problem{File: "a.yaml", Line: 3, Col: 5, What: `unknown key "titel"`, Want: "use title"}
	if !p.Equal(same) || len(diag.Problems{p, same}.Sorted()) != 1 {
		t.Error("a problem differs from the same one without its texts")
	}
	if what, _ := same.Texts(); what.String() != same.What {
		t.Errorf("without texts it says %q", what)
	}
}
