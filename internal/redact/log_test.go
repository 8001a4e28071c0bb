package redact

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestLogHoldsNoSecret(t *testing.T) {
	const secret = "t0ken-of-nobody"
	s := New(secret)
	for name, handler := range map[string]func(*strings.Builder) slog.Handler{
		"text": func(b *strings.Builder) slog.Handler {
			return slog.NewTextHandler(b, &slog.HandlerOptions{ReplaceAttr: s.Attr})
		},
		"json": func(b *strings.Builder) slog.Handler {
			return slog.NewJSONHandler(b, &slog.HandlerOptions{ReplaceAttr: s.Attr})
		},
	} {
		var b strings.Builder
		log := slog.New(handler(&b)).With("with", secret).WithGroup("g")
		err := fmt.Errorf("send: %w", errors.New("invalid_auth: "+secret))
		log.Warn("refused "+secret, "error", err, "warnings", []string{"one", secret}, "n", 3, "took", time.Second,
			"any", struct{ Token string }{secret}, slog.Group("inner", "address", "https://a.example/?key=xyz"), "plain", struct{ N int }{7})
		got := b.String()
		if strings.Contains(got, secret) || strings.Contains(got, "xyz") || strings.Count(got, Mask) != 6 {
			t.Errorf("%s: %s", name, got)
		}
		for _, kept := range []string{"WARN", "invalid_auth", "one", "3", "7", "https://a.example/?key="} {
			if !strings.Contains(got, kept) {
				t.Errorf("%s: %q is missing from %s", name, kept, got)
			}
		}
	}
}
