package console

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"regwatch/internal/diag"
	"regwatch/internal/i18n"
	"regwatch/internal/text"
)

// wordFiles hold what the pages say: on each line the English text, the Traditional Chinese
// of Hong Kong and the Simplified Chinese, with tabs between. The English text is also the
// name by which templates and code ask for it. It may have verbs of package fmt, and a
// singular and a plural with a bar between them, as "%d event|%d events"; the first whole
// number decides. Chinese has one form. A line that begins with # and has no tab is a comment.
//
//go:embed words/*.tsv
var wordFiles embed.FS

// languageTags are the languages of the pages. The first one is for readers of all others.
func languageTags() []language.Tag {
	return []language.Tag{language.English, language.TraditionalChinese, language.SimplifiedChinese}
}

// words are what the pages say in one language.
type words struct {
	Lang string // en, zh-Hant or zh-Hans
}

// translations are the Chinese forms of each English text.
var translations = sync.OnceValues(func() (map[string][2]string, error) {
	all := make(map[string][2]string)
	names, err := fs.Glob(wordFiles, "words/*.tsv")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := wordFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(strings.TrimRight(string(content), "\n"), "\n") {
			if line == "" || strings.HasPrefix(line, "#") && !strings.Contains(line, "\t") {
				continue
			}
			parts := strings.Split(line, "\t")
			if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
				return nil, fmt.Errorf("%s:%d: %q; a line has an English, a Traditional and a Simplified Chinese text with tabs between", name, i+1, line)
			}
			if _, twice := all[parts[0]]; twice {
				return nil, fmt.Errorf("%s:%d: %q is there twice", name, i+1, parts[0])
			}
			all[parts[0]] = [2]string{parts[1], parts[2]}
		}
	}
	return all, nil
})

// T returns a text in the language, with its arguments filled in. An unknown text is
// returned as it is; a test finds such texts.
func (w words) T(english string, args ...any) string {
	form := english
	all, err := translations()
	if chinese, known := all[english]; err == nil && known && w.Lang != "en" {
		form = chinese[0]
		if w.Lang == "zh-Hans" {
			form = chinese[1]
		}
	}
	if one, many, two := strings.Cut(form, "|"); two {
		form = many
		for _, a := range args {
			if n, whole := a.(int); whole {
				if n == 1 {
					form = one
				}
				break
			}
		}
	}
	if len(args) == 0 {
		return form
	}
	return fmt.Sprintf(form, args...)
}

// text says a sentence of the core.
func (w words) text(t diag.Text) string {
	return t.In(func(format string) string {
		all, err := translations()
		chinese, known := all[format]
		switch {
		case err != nil || !known || w.Lang == "en":
			return format
		case w.Lang == "zh-Hans":
			return chinese[1]
		}
		return chinese[0]
	})
}

// stage names a stage as alerts do.
func (w words) stage(stage string) string {
	return w.capital("stage_"+strings.ReplaceAll(stage, "-", "_"), stage)
}

// capital is a phrase of the messages as a label of its own; other is for an unknown one.
func (w words) capital(phrase, other string) string {
	p, known := i18n.Find(phrase)
	if !known {
		return other
	}
	name := []rune(p.In(w.Lang))
	return string(unicode.ToUpper(name[0])) + string(name[1:])
}

// severity names a severity; an event that articles only mention has none.
func (w words) severity(severity string) string {
	switch severity {
	case "critical":
		return w.T("Critical")
	case "high":
		return w.T("High")
	case "medium":
		return w.T("Medium")
	case "low":
		return w.T("Low")
	}
	return w.T("Mention")
}

// dateKind names what a key date is.
func (w words) dateKind(kind string) string {
	if kind == "due" { // until when the work on an event is to be done
		return w.T("Due")
	}
	return w.capital("date_"+kind, kind)
}

// day formats a day: Fri 27 Nov 2026 or 2026年11月27日（五）.
func (w words) day(t time.Time) string {
	if w.Lang == "en" {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("2006年1月2日") + "（" + string([]rune("日一二三四五六")[t.Weekday()]) + "）"
}

// shortDay formats a day of this year: 27 Nov or 11月27日.
func (w words) shortDay(t time.Time) string {
	if w.Lang == "en" {
		return t.Format("2 Jan")
	}
	return t.Format("1月2日")
}

// weekday formats a day of the past week: Fri, 週五 or 周五.
func (w words) weekday(t time.Time) string {
	if w.Lang == "en" {
		return t.Format("Mon")
	}
	week := "週"
	if w.Lang == "zh-Hans" {
		week = "周"
	}
	return week + string([]rune("日一二三四五六")[t.Weekday()])
}

// colon joins a label and what it labels.
func (w words) colon(label, value string) string {
	if w.Lang == "en" {
		return label + ": " + value
	}
	return label + "：" + value
}

// languageOf guesses the language of a title, for the browser's choice of glyphs.
func languageOf(title string) string {
	if !strings.ContainsFunc(title, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "en"
	}
	if simplified, traditional := text.HanForms(title); simplified > traditional {
		return "zh-Hans"
	}
	return "zh-Hant"
}
