// Package charset decodes the bytes of feeds and pages.
//
// Start with [Decode]. It trusts the bytes more than the labels, which are often wrong.
package charset

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"regwatch/internal/plural"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// Decode returns the text of a feed or page, and a warning if it had to guess or characters
// are lost. Valid UTF-8 is read as UTF-8, whatever a label says: text with non-ASCII letters
// in another encoding is never valid UTF-8 by chance. Of labels that disagree, that counts
// with which the text has the most common characters.
func Decode(body []byte, contentType string) (text, warning string) {
	if enc, skip := encodingFromBOM(body); enc != nil {
		text = decodeWith(enc, body[skip:])
		return text, lostWarning(text)
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if validUTF8(body) {
		return repaired(string(bytes.ToValidUTF8(body, nil)))
	}
	labels := declaredCharsets(body, contentType)
	if good, bad := countUTF8(body); good >= 4*bad || good > bad && allSingleByte(labels) {
		text, _ = repaired(strings.ToValidUTF8(string(body), "\uFFFD"))
		return text, "some bytes are not valid UTF-8 and were replaced"
	}
	best := -1.0
	for _, label := range labels {
		enc := lookupEncoding(label)
		if enc == nil || enc == unicode.UTF8 {
			continue
		}
		if read := decodeWith(enc, body); best < 0 || strangeness(read) < best {
			text, best = read, strangeness(read)
		}
	}
	if best >= 0 && best <= maxStrangeness {
		return text, lostWarning(text)
	}
	// The labels are wrong.
	guessed := ""
	for _, name := range []string{detectCharset(body), "GB18030", "Big5"} {
		enc := lookupEncoding(name)
		if enc == nil {
			continue
		}
		read := decodeWith(enc, body)
		if strange := strangeness(read); best < 0 || strange < best/2 {
			text, best, guessed = read, strange, name
		}
	}
	if guessed != "" {
		return text, "the declared character encoding is wrong; the text was read as " + guessed
	}
	if best < 0 {
		return strings.ToValidUTF8(string(body), "\uFFFD"), "the character encoding is unknown, and invalid bytes were replaced"
	}
	return text, lostWarning(text)
}

// repaired returns a text without characters that were encoded twice, and a warning about
// them or lost ones.
func repaired(text string) (whole, warning string) {
	whole, n := RepairDouble(text)
	if n > 0 {
		return whole, fmt.Sprintf("%s encoded as UTF-8 twice and repaired", plural.Count(n, "character was", "characters were"))
	}
	return whole, lostWarning(whole)
}

// lostWarning returns a warning if characters of a text are lost.
func lostWarning(text string) string {
	if n := strings.Count(text, "\uFFFD"); n > 0 {
		return fmt.Sprintf("%s lost: the text has U+FFFD instead", plural.Count(n, "character is", "characters are"))
	}
	return ""
}

// encodingFromBOM detects UTF-16 and UTF-32 by a byte order mark, or by the zero bytes
// around the first "<" or "{".
func encodingFromBOM(b []byte) (enc encoding.Encoding, skip int) {
	start := string(b[:min(len(b), 4)])
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case start == "\xff\xfe\x00\x00":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case start == "\x00\x00\xfe\xff":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case strings.HasPrefix(start, "\xff\xfe"):
		return little, 2
	case strings.HasPrefix(start, "\xfe\xff"):
		return big, 2
	case start == "<\x00\x00\x00":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 0
	case start == "\x00\x00\x00<":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 0
	case len(start) == 4 && strings.ContainsAny(start[:1], "<{ \n") && start[1] == 0 && start[3] == 0:
		return little, 0
	case len(start) == 4 && strings.ContainsAny(start[1:2], "<{ \n") && start[0] == 0 && start[2] == 0:
		return big, 0
	}
	return nil, 0
}

// validUTF8 reports whether b is UTF-8. A last character that is cut off is allowed.
func validUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	for cut := 1; cut < utf8.UTFMax && cut < len(b); cut++ {
		if tail := b[len(b)-cut:]; utf8.RuneStart(tail[0]) {
			return tail[0] >= utf8.RuneSelf && !utf8.FullRune(tail) && utf8.Valid(b[:len(b)-cut])
		}
	}
	return false
}

// countUTF8 returns how many non-ASCII characters are valid UTF-8, and how many bytes are
// not.
func countUTF8(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good, bad
}

var (
	xmlEncoding = regexp.MustCompile(`(?i)<\?xml[^>]*?encoding\s*=\s*["']\s*([\w.:-]+)`)
	metaCharset = regexp.MustCompile(`(?i)<meta[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)`)
)

// declaredCharsets returns the encodings that a text declares. The text itself comes before
// the header, which is often only the default of the server.
func declaredCharsets(body []byte, contentType string) (labels []string) {
	start := body[:min(len(body), 4096)]
	for _, label := range []*regexp.Regexp{xmlEncoding, metaCharset} {
		if m := label.FindSubmatch(start); m != nil {
			labels = append(labels, string(m[1]))
		}
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		labels = append(labels, params["charset"])
	}
	return labels
}

// allSingleByte reports whether all labels name an alphabet with one byte a character, in
// which sequences that are valid UTF-8 ("Ã©") hardly occur.
func allSingleByte(labels []string) bool {
	for _, label := range labels {
		if _, ok := lookupEncoding(label).(*charmap.Charmap); !ok {
			return false
		}
	}
	return len(labels) > 0
}

// lookupEncoding returns the encoding of a label, or nil if it is unknown.
func lookupEncoding(label string) encoding.Encoding {
	label = strings.ToLower(strings.TrimSpace(label))
	switch label {
	case "":
		return nil
	case "gb2312", "gbk", "gb-2312", "x-gbk", "gb_2312-80", "gb-18030", "gb18030", "cp936", "ms936":
		return simplifiedchinese.GB18030 // a superset of the others
	case "utf-16", "utf-32", "utf-16le", "utf-16be":
		return nil // a text in one of these would have had zero bytes
	case "big5-hkscs":
		label = "big5"
	}
	if enc, name := charset.Lookup(label); enc != nil && name != "replacement" {
		if name == "utf-8" {
			return unicode.UTF8
		}
		return enc
	}
	if enc, err := ianaindex.IANA.Encoding(label); err == nil {
		return enc
	}
	return nil
}

// detectCharset returns the name of the most likely encoding, judged by the lines with
// non-ASCII bytes.
func detectCharset(body []byte) string {
	var sample []byte
	for _, line := range bytes.SplitAfter(body, []byte("\n")) {
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			sample = append(sample, line...)
		}
		if len(sample) > 64<<10 {
			sample = sample[:64<<10]
			break
		}
	}
	best, err := chardet.NewHtmlDetector().DetectBest(sample)
	if err != nil || strings.HasPrefix(best.Charset, "UTF-") {
		return "windows-1252"
	}
	return best.Charset
}

func decodeWith(enc encoding.Encoding, body []byte) string {
	out, _, err := transform.Bytes(enc.NewDecoder(), body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return strings.TrimPrefix(string(out), "\uFEFF")
}
