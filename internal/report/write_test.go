package report

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
	"regwatch/models"
)

// hostile is a text that tries to leave the place where it is written, in every format.
const hostile = "=HYPERLINK(\"http://evil.example\")</style><script>alert(1)</script>\u202egnp.exe\u0007\n\"; } body { display: none } \\"

func content(title string) models.ReportContent {
	published := noon.Add(-time.Hour)
	return models.ReportContent{
		ReportID: "01R", Version: 2, Title: title, From: noon.AddDate(0, -1, 0), To: noon, Zone: "Asia/Hong_Kong", Introduction: "First line\n\n" + title,
		Since: &models.ReportRef{ReportID: "01Q", Version: 1, Title: title, To: noon.AddDate(0, -1, 0)}, MadeAt: noon, MadeBy: "ana", Program: "regwatch test",
		Events: []models.ReportEvent{
			{
				ID: "01A", Title: title, Link: "https://hkma.example/a", Severity: "high", Official: true, Stage: "in-force", StageQuote: "comes into force", Line: title, New: true,
				Dates: []models.KeyDate{{Day: "2026-12-01", Kind: "effective", Quote: "on 1 December"}}, Jurisdictions: []string{"Hong Kong"}, Rules: []models.ReportRule{{ID: "r", Title: "Stablecoins"}},
				Sources: []models.ReportSource{{Name: "HKMA", Title: title, Link: "javascript:alert(1)", SeenAt: noon}, {Name: "Press", Title: "b", Link: "https://press.example/b", PublishedAt: &published, SeenAt: noon}},
				Outlets: 2, FirstSeenAt: noon, LastSeenAt: noon,
			},
			{ID: "01B", Title: "Plain", Changes: []models.ReportChange{{Kind: models.ChangedStage, Stage: "passed"}, {Kind: models.ChangedSources, SourcesBefore: 1, Sources: 3}}},
		},
		Gone: []models.ReportGone{{ID: "01C", Title: title, Reason: models.GoneMerged, Into: "01A"}},
	}
}

func TestHTMLEscapesHostileTexts(t *testing.T) {
	got, err := HTML(content(hostile), "abc", Language{Tag: "en"})
	if err != nil {
		t.Fatal(err)
	}
	page := string(got)
	for _, bad := range []string{"<script", "javascript:", "\u202e", "\u0007", "</style><", "ZgotmplZ", "TITLE"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	if n := strings.Count(page, "</style>"); n != 1 {
		t.Errorf("the page ends its style %d times", n)
	}
	// Nothing is loaded from elsewhere.
	if found := regexp.MustCompile(`(?i)<(link|img|iframe|object)|src=|url\(|@import`).FindString(page); found != "" {
		t.Errorf("the page contains %q", found)
	}
	for _, want := range []string{"Version 2, finished 2026-12-01 20:00 by ana", "Asia/Hong_Kong", `<a class="address" href="https://press.example/b"`, ">in force<", "2026-12-01 effective", "comes into force", "now part of another event", "<td>Publishers</td><td>1</td><td>3</td>", "abc"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestHTMLInOtherLanguages(t *testing.T) {
	got, err := HTML(content("Monthly"), "", Language{Tag: "zh-Hant", Say: func(text diag.Text) string { return "譯：" + text.String() }})
	if err != nil || !strings.Contains(string(got), "譯：Overview") || !strings.Contains(string(got), "已生效") || !strings.Contains(string(got), `lang="zh-Hant"`) {
		t.Errorf("HTML in Chinese: %v", err)
	}
}

func TestHTMLOfDraftSaysSo(t *testing.T) {
	c := content("Monthly")
	c.Version, c.Since, c.Gone, c.Events = 0, nil, nil, nil
	got, err := HTML(c, "", Language{Tag: "en"})
	for _, want := range []string{"Draft, not finished", "This is the first report of this title.", "No event is in this report."} {
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("the draft lacks %q (%v)", want, err)
		}
	}
}

func TestCSVIsSafeAndComplete(t *testing.T) {
	got, err := CSV(content(hostile))
	if err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(string(got), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 4 {
		t.Fatalf("%d rows, %v, byte order mark %v", len(rows), err, marked)
	}
	for i, row := range rows {
		for j, cell := range row {
			if strings.IndexAny(cell, "=+-@\t\r\n") == 0 || strings.ContainsAny(cell, "\u202e\u0007") && rows[0][j] != "line" {
				t.Errorf("row %d has %s %q", i, rows[0][j], cell)
			}
		}
	}
	column := func(row int, name string) string {
		for j, head := range rows[0] {
			if head == name {
				return rows[row][j]
			}
		}
		t.Fatalf("there is no column %q", name)
		return ""
	}
	for _, tt := range []struct {
		row        int
		name, want string
	}{
		{1, "since_last_report", "new"},
		{1, "dates", "2026-12-01 effective"},
		{1, "sources", "HKMA; Press"},
		{1, "quotes", "comes into force | on 1 December"},
		{2, "changes", "stage: -> passed; sources: 1 -> 3"},
		{2, "severity", ""},
		{3, "since_last_report", "gone"},
		{3, "changes", "merged 01A"},
		{3, "event_id", "01C"},
	} {
		if got := column(tt.row, tt.name); got != tt.want {
			t.Errorf("row %d has %s %q, want %q", tt.row, tt.name, got, tt.want)
		}
	}
}

func TestEditTextIsReadAsItWasWritten(t *testing.T) {
	for _, text := range []string{"", "one line", "two\nlines", "# no comment", "key: value", "- item", "two\n  indented\nlines", "tab\tin\ntwo lines", "\u202ebidi\nx", "'quoted'", `"x"`, "null", "true", "12", "{a}", "trailing:\n\n\nend", "中文\n第二行", "| -", "---\n...", hostile} {
		text = Clean(text)
		r := models.Report{Revision: 7, Title: strings.ReplaceAll(text+"t", "\n", " "), Draft: models.ReportDraft{Introduction: text, Items: []models.ReportItem{
			{EventID: "01B", Line: text}, {EventID: "01A", LeftOut: true, Line: text}, {EventID: "01C"},
		}}}
		written := EditText(r, map[string]models.ReportEvent{"01B": {Title: text, Severity: "high", Official: true, Stage: "passed"}})
		got, problems := ParseEdit("report.yaml", []byte(written))
		want := Edit{7, r.Title, text, []models.ReportItem{{EventID: "01B", Line: text}, {EventID: "01C"}, {EventID: "01A", LeftOut: true, Line: text}}}
		if diff := cmp.Diff(want, got); len(problems) > 0 || diff != "" {
			t.Errorf("%q: %v (-want +got):\n%s\n%s", text, problems, diff, written)
		}
	}
}

func TestParseEditReportsMistakes(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"title: x\n", `r.yaml:1:1: "revision" is missing; keep the line of the text that regwatch wrote`},
		{"revision: 1\n", `r.yaml:1:1: "title" is missing; give the report a title`},
		{"revision: x\ntitle: y\n", `r.yaml:1:11: revision is "x"; use a whole number from 1 to 2147483647`},
		{"revision: 1\ntitle: y\nevnts: []\n", `r.yaml:3:1: unknown key "evnts"`},
		{"revision: 1\ntitle: y\nevents:\n- line: z\n", `r.yaml:4:3: "event" is missing; write the ID of an event`},
		{"revision: 1\ntitle: y\nevents:\n- 01A\n", `r.yaml:4:3: an event of a report is a single value`},
		{"", "r.yaml:1:1: the file is empty"},
		{"revision: [", "r.yaml:2:1: not valid YAML"},
	} {
		_, problems := ParseEdit("r.yaml", []byte(tt.src))
		if len(problems) == 0 || !strings.HasPrefix(problems[0].String(), tt.want) {
			t.Errorf("%q: %v; want %s", tt.src, problems, tt.want)
		}
	}
}

func TestCleanKeepsLines(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{" a \r\n\r\n b\r", "a\n\n b"}, {"a\u202eb\u0000c\u0007d", "abcd"}, {"a\tb", "a b"}, {"\n\n", ""}, {"中文\n二", "中文\n二"},
	} {
		if got := Clean(tt.text); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzParseEdit(f *testing.F) {
	f.Add("revision: 1\ntitle: x\nevents:\n- event: 01A\n  line: |-\n    a\n    b\n")
	f.Fuzz(func(t *testing.T, src string) {
		e, problems := ParseEdit("r.yaml", []byte(src))
		if len(problems) > 0 {
			return
		}
		for i := range e.Items {
			e.Items[i].Line = Clean(e.Items[i].Line)
		}
		e.Title, e.Introduction = strings.ReplaceAll(Clean(e.Title), "\n", " "), Clean(e.Introduction)
		again, problems := ParseEdit("r.yaml", []byte(EditText(models.Report{Revision: e.Revision, Title: e.Title, Draft: models.ReportDraft{Introduction: e.Introduction, Items: e.Items}}, nil)))
		if len(again.Items) != len(e.Items) || again.Title != e.Title || again.Introduction != e.Introduction || len(problems) > 0 {
			t.Errorf("%q is read as %+v, and what is written of that as %+v, %v", src, e, again, problems)
		}
	})
}

// Two thousand events are the most that a report has.
func TestLargeReport(t *testing.T) {
	c := content("Monthly")
	for i := range 2000 {
		e := c.Events[0]
		e.ID = fmt.Sprintf("01%04d", i)
		c.Events = append(c.Events, e)
	}
	page, err := HTML(c, "", Language{Tag: "en"})
	table, errCSV := CSV(c)
	if err != nil || errCSV != nil || strings.Count(string(page), "<article") != 2002 || strings.Count(string(table), "\r\n") != 2004 {
		t.Errorf("%d articles, %v; %d rows, %v", strings.Count(string(page), "<article"), err, strings.Count(string(table), "\r\n"), errCSV)
	}
}
