// Package redact keeps secrets out of what is shown, logged and stored.
//
// Start with [URL] for a web address, and with [Secrets.Scrub] for any text from
// outside, such as the response of a server. Both know secrets by the names of
// parameters and by the shape of well-known tokens; a Secrets also knows the
// values that it was made of, in every form in which a server may repeat them.
// In doubt a value is masked.
//
// Redacted text is for people only: requests need the original.
package redact

import (
	"cmp"
	"slices"
	"strings"
)

// Mask replaces a secret.
const Mask = "[secret]"

// A span is the byte range [start, end) of a secret in a text.
type span struct{ start, end int }

// mask replaces spans. Spans and earlier masks that overlap or touch become one mask, so
// masking twice changes nothing.
func mask(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	spans = append(spans, occurrences(text, Mask)...)
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var b strings.Builder
	at := 0
	for i := 0; i < len(spans); {
		start, end := spans[i].start, spans[i].end
		for i++; i < len(spans) && spans[i].start <= end; i++ {
			end = max(end, spans[i].end)
		}
		b.WriteString(text[at:start])
		b.WriteString(Mask)
		at = end
	}
	b.WriteString(text[at:])
	return b.String()
}

// settle masks until no span is left, because text around a mask may look like a secret
// only afterwards. Each round leaves less text, so it ends.
func settle(text string, spans func(string) []span) string {
	for {
		masked := mask(text, spans(text))
		if masked == text {
			return text
		}
		text = masked
	}
}

// occurrences returns the positions of a part in a text.
func occurrences(text, part string) []span {
	var spans []span
	for at := 0; part != ""; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			break
		}
		spans = append(spans, span{at + i, at + i + len(part)})
		at += i + 1 // occurrences may overlap
	}
	return spans
}
