package render

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"regwatch/internal/samplenotice"
	"regwatch/models"
)

// The examples in the manual work as templates.
func TestTemplatesInManualWork(t *testing.T) {
	page := templatesPage(t)
	files := make(map[string]string)
	for _, m := range regexp.MustCompile("(?s)<!-- ([a-z./]+) -->\n```[a-z]*\n(.*?)```").FindAllStringSubmatch(page, -1) {
		files[m[1]] = m[2]
	}
	if len(files) < 2 {
		t.Fatalf("the page shows %d templates, want 2", len(files))
	}
	w, told := load(t, files)
	if told != nil {
		t.Fatalf("problems %q", told)
	}
	n, _ := samplenotice.Notice("alert")
	m, err := w.Slack(models.Delivery{Notice: n}, false)
	if err != nil {
		t.Fatal(err)
	}
	checkSlack(t, m)
	for _, want := range []string{"HIGH · Official · Example Authority", "deadline 30 Sep 2026 (in 12 days)", "Why: sample-rule, second-rule"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the example for Slack lacks %q:\n%s", want, m.Text)
		}
	}
	mail, err := w.Email(models.Delivery{Notice: n}, MailLinks{})
	if err != nil || mail.Subject != n.Content.Alert.Title+" (Example Authority)" {
		t.Errorf("the example's subject is %q (%v)", mail.Subject, err)
	}
}

// The manual lists the fields of the template data.
func TestManualDocumentsEveryField(t *testing.T) {
	page := templatesPage(t)
	for heading, of := range map[string]any{
		"every message":          frame{},
		"an alert":               alertView{},
		"a reminder":             reminderView{},
		"a request to confirm":   verificationView{},
		"a summary":              summaryView{},
		"a message about health": healthView{},
		"a test":                 testView{},
		"a digest":               digestView{},
	} {
		_, section, found := strings.Cut(page, "\n## Fields of "+heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		if !found {
			t.Errorf("the page has no section on the fields of %s", heading)
		}
		fields := make(map[string]bool)
		fieldsOf(reflect.TypeOf(of), fields)
		for name := range fields {
			if !regexp.MustCompile(`\.` + name + `\b`).MatchString(section) {
				t.Errorf("the page does not name the field .%s of %s", name, heading)
			}
		}
		for _, m := range regexp.MustCompile(`\.([A-Z][A-Za-z]*)`).FindAllStringSubmatch(section, -1) {
			if !fields[m[1]] {
				t.Errorf("the page names .%s of %s, which is no field", m[1], heading)
			}
		}
	}
}

// fieldsOf collects the exported fields of a struct and of its fields.
func fieldsOf(t reflect.Type, into map[string]bool) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && f.Name != "Required" { // for headers, not for templates
			into[f.Name] = true
		}
		if f.IsExported() || f.Anonymous {
			fieldsOf(f.Type, into)
		}
	}
}

func templatesPage(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("../../docs/reference/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}
