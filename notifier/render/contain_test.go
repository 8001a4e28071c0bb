package render

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"regwatch/internal/samplenotice"
	"regwatch/models"
)

type crashingTemplate struct{}

func (crashingTemplate) Execute(io.Writer, any) error {
	var none []string
	_ = none[len(none)]
	return nil
}

func TestRendererFallsBackWhenTemplatePanics(t *testing.T) {
	n, _ := samplenotice.Notice("alert")
	shipped, err := (*Renderer)(nil).Text(n, 0)
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	w := &Renderer{compiled: map[string]executor{}, Failed: func(err error) { failed = err }}
	for _, name := range TemplateNames() {
		for _, l := range []Language{English, LanguageOf(n.Content.Language)} {
			w.compiled[string(l)+" "+name] = crashingTemplate{}
		}
	}
	if got, err := w.Text(n, 0); err != nil || got != shipped {
		t.Errorf("Text = %q, %v; want what the shipped templates render", got, err)
	}
	if _, err := w.Email(models.Delivery{Notice: n}, MailLinks{}); err != nil {
		t.Errorf("Email: %v", err)
	}
	if _, err := w.Slack(models.Delivery{Notice: n}, true); err != nil {
		t.Errorf("Slack: %v", err)
	}
	if _, ok := errors.AsType[*PanicError](failed); !ok {
		t.Fatalf("Failed was told %v, want the panic", failed)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Error("template failed", "error", failed)
	if !strings.Contains(log.String(), "contain_test.go") || !strings.Contains(log.String(), "index out of range") {
		t.Errorf("the log has no stack: %s", &log)
	}
}
