package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/andybalholm/brotli"
	"github.com/dustin/go-humanize"
	"github.com/klauspost/compress/zstd"

	"regwatch/internal/weblink"
)

const (
	acceptEncoding = "gzip, br, zstd"

	// maxLayers is how often a response may be compressed. Two is a sitemap.xml.gz
	// that the server compresses again for transport.
	maxLayers = 2
	// maxExpansion limits how many bytes one compressed byte becomes, once the output
	// exceeds minExpansionBytes. Pages and feeds stay below 50; decompression bombs
	// start at 1,000, which gzip reaches for zeros.
	maxExpansion      = 200
	minExpansionBytes = 1 << 20
	// zstdWindow is the largest window that a decoder must support and a server may
	// use (RFC 9659).
	zstdWindow = 8 << 20
)

var (
	errTooLarge = errors.New("too many bytes")
	errBomb     = errors.New("expands to too many bytes")
	errLayers   = errors.New("compressed too often")
)

// readBody reads and decompresses a body of at most limit bytes. If the body is
// truncated or too large, it returns what it read so far.
func (c *Client) readBody(res *http.Response, u *url.URL, limit int64) (body []byte, cut bool, err error) {
	if res.ContentLength > limit && limit == c.options.MaxBody {
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
		return body, true, tooLarge(u, limit, "more")
	case errors.Is(err, errBomb):
		return nil, false, Errorf(TooLarge, "the response of %s was not read: it expands to more than %d times its size when decompressed", weblink.Display(u), maxExpansion)
	case errors.Is(err, errLayers):
		return nil, false, Errorf(ServerError, "%s sent a response that is compressed more than twice (%s)", weblink.Display(u), coding)
	case errors.Is(err, errors.ErrUnsupported):
		return nil, false, Errorf(ServerError, "%s compressed its response with %q, which regwatch does not support", weblink.Display(u), coding)
	}
	broken := wire.err != nil && !errors.Is(wire.err, io.EOF)
	switch {
	case broken && !errors.Is(wire.err, io.ErrUnexpectedEOF) && !errors.Is(wire.err, syscall.ECONNRESET):
		return nil, false, wire.err
	case len(body) == 0 && broken:
		return nil, false, Errorf(Unreachable, "%s closed the connection before any of its response arrived", u.Host)
	case len(body) == 0:
		return nil, false, Errorf(ServerError, "%s sent a compressed response that cannot be decompressed", weblink.Display(u))
	}
	return body, true, nil
}

func tooLarge(u *url.URL, limit int64, size string) *Error {
	return Errorf(TooLarge, "the response of %s is too large: the limit is %s, and it has %s", weblink.Display(u), humanize.Bytes(uint64(limit)), size)
}

// A limitedReader counts the bytes that it passes on and fails above a limit. Behind a
// decoder it also compares its count with that of the decoder's input, which stops
// decompression bombs.
type limitedReader struct {
	in         io.Reader
	limit      int64
	compressed *limitedReader // the input of the decoder; nil without one
	count      int64
	err        error // why reading ended; every later Read returns it
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

// decompress returns the content of a body, decompressed layer by layer, each within
// the limit. It detects gzip and zstd by their first bytes, because labels are wrong
// in both directions; brotli has no signature, so its label has to be trusted. The
// closer may be nil.
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
		case coding == "zlib":
			open, err = zlib.NewReader(in)
		case coding == "deflate":
			open = flate.NewReader(in)
		}
		if err != nil {
			return nil, closer, err
		}
		at = &limitedReader{in: open, limit: limit, compressed: at}
	}
}

// contentCodings returns the codings that a response declares, in their order.
func contentCodings(codings []string) ([]string, error) {
	var labels []string
	for coding := range strings.SplitSeq(strings.ToLower(strings.Join(codings, ",")), ",") {
		switch coding = strings.TrimSpace(coding); coding {
		case "", "identity", "utf-8", "none": // the last two are not codings
		case "gzip", "x-gzip", "br", "zstd", "deflate":
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

// detectCoding returns the coding of data by its first bytes, and by its label if
// these do not tell.
func detectCoding(start []byte, label string) string {
	switch {
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(start, []byte("\x28\xb5\x2f\xfd")),
		len(start) >= 4 && start[0]&0xf0 == 0x50 && string(start[1:4]) == "\x2a\x4d\x18": // a skippable frame comes first
		return "zstd"
	case len(start) == 0 || isPlainText(start):
		return ""
	case label == "br":
		return "br"
	case label == "deflate" && isZlib(start):
		return "zlib"
	case label == "deflate":
		return "deflate" // without its wrapper, as some servers send it
	}
	return ""
}

// isZlib reports whether data starts with the header of zlib (RFC 1950), which RFC 9110
// calls "deflate".
func isZlib(start []byte) bool {
	return len(start) >= 2 && start[0]&0x0f == 8 && (int(start[0])<<8|int(start[1]))%31 == 0
}

// isPlainText reports whether data that is labelled as compressed is plain text: it
// starts like markup or JSON and has no control characters.
func isPlainText(start []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n")
	return len(text) > 0 && strings.IndexByte("<{[", text[0]) >= 0 &&
		!bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' })
}
