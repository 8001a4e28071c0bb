package redact

import (
	"fmt"
	"log/slog"
)

// Attr removes secrets from an attribute of a log line, including its message. Use it as
// [slog.HandlerOptions.ReplaceAttr].
func (s *Secrets) Attr(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(s.Scrub(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case slog.Level, *slog.Source:
		case []string:
			clean := make([]string, len(v))
			for i, text := range v {
				clean[i] = s.Scrub(text)
			}
			a.Value = slog.AnyValue(clean)
		default:
			// A value without secrets keeps its type.
			text := fmt.Sprintf("%+v", v)
			if clean := s.Scrub(text); clean != text {
				a.Value = slog.StringValue(clean)
			}
		}
	}
	return a
}
