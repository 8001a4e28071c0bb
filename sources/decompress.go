package sources

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/andybalholm/brotli"
	"github.com/dustin/go-humanize"
	"github.com/klauspost/compress/zstd"
)

const (
	acceptEncoding = "gzip, br, zstd"

	// maxLayers is how often an answer may be packed: a sitemap.xml.gz that the
	// server packs once more for the way is the one honest case of two.
	maxLayers = 2
	// maxExpansion bounds what one packed byte becomes, once more than minExpansionBytes bytes
	// have. Pages and feeds stay below 50; what is made to fill memory starts at the
	// 1,000 that gzip gives for zeros.
	maxExpansion      = 200
	minExpansionBytes = 1 << 20
	// zstdWindow is the most that a decoder must be able to hold, and the most
	// that a server may ask of it (RFC 9659).
	zstdWindow = 8 << 20
)

var (
	errTooLarge = errors.New("more bytes than are read")
	errBomb     = errors.New("unpacks to too many bytes")
	errLayers   = errors.New("packed too often")
)

// body reads and unpacks a body of up to so many bytes. A body that breaks off,
// or is too large, is returned as far as it came.
func (c *Client) readBody(res *http.Response, u *url.URL, limit int64) (body []byte, cut bool, err error) {
	if res.ContentLength > limit && limit == c.options.Body {
		return nil, false, tooLarge(u, limit, humanize.Bytes(uint64(res.ContentLength)))
	}
	wire := &limitedReader{in: res.Body, limit: limit}
	out, closer, err := decompress(wire, res.Header.Values("Content-Encoding"), limit)
	if closer != nil {
		defer closer()
	}
	if err == nil {
		body, err = io.ReadAll(out)
	}
	coding := strings.Join(res.Header.Values("Content-Encoding"), ", ")
	switch {
	case err == nil:
		return body, false, nil
	case errors.Is(err, errTooLarge):
		return body, true, tooLarge(u, limit, "more than that")
	case errors.Is(err, errBomb):
		return nil, false, newError(TooLarge, "the answer of %s is packed so that it fills the memory, and was not read: each of its bytes becomes more than %d", displayURL(u), maxExpansion)
	case errors.Is(err, errLayers):
		return nil, false, newError(ServerFault, "%s sends an answer that is packed more than twice over (%s), which no honest server does", displayURL(u), coding)
	case errors.Is(err, errors.ErrUnsupported):
		return nil, false, newError(ServerFault, "%s sends its answer packed as %q, which was not asked for", displayURL(u), coding)
	}
	broken := wire.err != nil && !errors.Is(wire.err, io.EOF)
	switch {
	case broken && !errors.Is(wire.err, io.ErrUnexpectedEOF) && !errors.Is(wire.err, syscall.ECONNRESET):
		return nil, false, wire.err
	case len(body) == 0 && broken:
		return nil, false, newError(Unreachable, "%s broke off before any of its answer could be read", u.Host)
	case len(body) == 0:
		return nil, false, newError(ServerFault, "%s sends a packed answer that cannot be unpacked", displayURL(u))
	}
	return body, true, nil
}

func tooLarge(u *url.URL, limit int64, size string) *Error {
	return newError(TooLarge, "the answer of %s is too large and was not read: at most %s are read, and it has %s", displayURL(u), humanize.Bytes(uint64(limit)), size)
}

// A limitedReader passes on what it reads and counts it, up to a limit. Where it stands
// behind a decoder it also compares with what went into that.
type limitedReader struct {
	in         io.Reader
	limit      int64
	compressed *limitedReader // what the decoder reads; nil where there is none
	count      int64
	err        error // why it ended; every later read repeats it
}

func (lr *limitedReader) Read(p []byte) (n int, err error) {
	if lr.err != nil {
		return 0, lr.err
	}
	n, lr.err = lr.in.Read(p)
	lr.count += int64(n)
	switch {
	case lr.count > lr.limit:
		n, lr.err = n-int(lr.count-lr.limit), errTooLarge
	case lr.compressed != nil && lr.count > minExpansionBytes && lr.count > maxExpansion*lr.compressed.count:
		n, lr.err = 0, errBomb
	}
	return n, lr.err
}

// decompress returns what is in a body, layer by layer, each within the limit. The
// bytes say how they are packed, because servers' labels are wrong both ways;
// only brotli, which has no mark of its own, has to be believed. The closer may be
// nil.
func decompress(wire *limitedReader, codings []string, limit int64) (out io.Reader, closer func(), err error) {
	labels, err := contentCodings(codings)
	if err != nil {
		return nil, nil, err
	}
	at := wire
	for layers := 0; ; layers++ {
		in := bufio.NewReader(at)
		start, _ := in.Peek(512)
		last := ""
		if len(labels) > 0 {
			last, labels = labels[len(labels)-1], labels[:len(labels)-1]
		}
		var open io.Reader
		switch coding := detectCoding(start, last); {
		case coding == "":
			return in, closer, nil
		case layers == maxLayers:
			return nil, closer, errLayers
		case coding == "gzip":
			open, err = gzip.NewReader(in)
		case coding == "zstd":
			var d *zstd.Decoder
			if d, err = zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow)); err == nil {
				outer := closer
				closer = func() {
					d.Close()
					if outer != nil {
						outer()
					}
				}
				open = d
			}
		case coding == "br":
			open = brotli.NewReader(in)
		}
		if err != nil {
			return nil, closer, err
		}
		at = &limitedReader{in: open, limit: limit, compressed: at}
	}
}

// contentCodings returns the codings that an answer says it was packed with, in their
// order.
func contentCodings(codings []string) ([]string, error) {
	var labels []string
	for coding := range strings.SplitSeq(strings.ToLower(strings.Join(codings, ",")), ",") {
		switch coding = strings.TrimSpace(coding); coding {
		case "", "identity", "utf-8", "none": // the last two are no codings, and mean nothing
		case "gzip", "x-gzip", "br", "zstd":
			labels = append(labels, coding)
		default:
			return nil, errors.ErrUnsupported
		}
	}
	if len(labels) > maxLayers {
		return nil, errLayers
	}
	return labels, nil
}

// detectCoding tells from its first bytes how something is packed, and from its
// label where they do not say.
func detectCoding(start []byte, label string) string {
	switch {
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(start, []byte("\x28\xb5\x2f\xfd")),
		len(start) >= 4 && start[0]&0xf0 == 0x50 && string(start[1:4]) == "\x2a\x4d\x18": // a frame to skip comes first
		return "zstd"
	case label == "br" && len(start) > 0 && !isPlainText(start):
		return "br"
	}
	return ""
}

// isPlainText reports whether what calls itself packed is a text as it stands: it
// begins like markup or JSON, and has none of the bytes that no text has.
func isPlainText(start []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n")
	return len(text) > 0 && strings.IndexByte("<{[", text[0]) >= 0 &&
		!bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' })
}
