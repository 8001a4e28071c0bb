// Package redact keeps secrets out of what is shown, logged and stored.
//
// Start with [URL] for a web address, and with [Secrets.Scrub] for a text that
// others wrote, such as the answer of a server. Both know secrets by the names of
// parameters and by the shape of well-known tokens; a Secrets also knows the
// values that it was made of, in every form in which a server may repeat them.
// In doubt a value is masked: that costs a reader little.
//
// What is redacted is for people. Requests are made with the original.
package redact

import (
	"cmp"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "[secret]"

// A span is a part of a text that must not be seen: bytes [start, end).
type span struct{ start, end int }

// mask replaces spans. Those that overlap or touch become one, and so does a mask
// that is there already, so that masking twice changes nothing.
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

// settle masks until nothing is left to mask: what stands around a mask may look
// like a secret only then. Each round leaves less to be seen, so that it ends.
func settle(text string, spans func(string) []span) string {
	for {
		masked := mask(text, spans(text))
		if masked == text {
			return text
		}
		text = masked
	}
}

// occurrences returns where a part stands in a text.
func occurrences(text, part string) []span {
	var spans []span
	for at := 0; part != ""; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			break
		}
		spans = append(spans, span{at + i, at + i + len(part)})
		at += i + 1 // the next may overlap
	}
	return spans
}
