package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// compress compresses a text with "gzip", "br", "zstd", or several of them from the
// inside out.
func compress(t testing.TB, from io.Reader, codings ...string) []byte {
	t.Helper()
	for _, coding := range codings {
		var b bytes.Buffer
		var w io.WriteCloser
		switch coding {
		case "gzip":
			w = gzip.NewWriter(&b)
		case "br":
			w = brotli.NewWriter(&b)
		case "zlib":
			w = zlib.NewWriter(&b)
		case "deflate":
			var err error
			if w, err = flate.NewWriter(&b, flate.DefaultCompression); err != nil {
				t.Fatal(err)
			}
		case "zstd":
			var err error
			if w, err = zstd.NewWriter(&b); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("no coding %q", coding)
		}
		if _, err := io.Copy(w, from); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		from = bytes.NewReader(b.Bytes())
	}
	all, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func serveCompressed(t testing.TB, from io.Reader, label string, codings ...string) http.HandlerFunc {
	body := compress(t, from, codings...)
	return func(w http.ResponseWriter, _ *http.Request) {
		if label != "" {
			w.Header().Set("Content-Encoding", label)
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write(body)
	}
}

func TestCompressions(t *testing.T) {
	tests := []struct {
		name, label string
		codings     []string
		want        string // of the error; empty if the feed is read
	}{
		{"gzip", "gzip", []string{"gzip"}, ""},
		{"brotli", "br", []string{"br"}, ""},
		{"zstd", "zstd", []string{"zstd"}, ""},
		{"gzip under an old name", "X-GZip", []string{"gzip"}, ""},
		{"gzip without a label", "", []string{"gzip"}, ""},
		{"zstd without a label", "", []string{"zstd"}, ""},
		{"gzip labelled as brotli", "br", []string{"gzip"}, ""},
		{"zstd labelled as gzip", "gzip", []string{"zstd"}, ""},
		{"text labelled as gzip", "gzip", nil, ""},
		{"text labelled as brotli", "br", nil, ""},
		{"text labelled as zstd", "zstd", nil, ""},
		{"text with an unknown label", "utf-8", nil, ""},
		{"compressed twice", "gzip, br", []string{"gzip", "br"}, ""},
		{"compressed twice, labelled once", "gzip", []string{"gzip", "gzip"}, ""},
		{"compressed once, labelled twice", "gzip, gzip", []string{"gzip"}, ""},
		{"compressed three times", "gzip, gzip, gzip", []string{"gzip", "gzip", "gzip"}, "compressed more than twice (gzip, gzip, gzip)"},
		{"compressed three times, labelled once", "gzip", []string{"zstd", "gzip", "gzip"}, "compressed more than twice (gzip)"},
		{"deflate, which was not asked for", "deflate", []string{"zlib"}, ""},
		{"deflate without its wrapper", "Deflate", []string{"deflate"}, ""},
		{"gzip labelled as deflate", "deflate", []string{"gzip"}, ""},
		{"text labelled as deflate", "deflate", nil, ""},
		{"deflate in gzip", "deflate, gzip", []string{"zlib", "gzip"}, ""},
		{"unsupported coding", "compress", []string{"gzip"}, `compressed its response with "compress"`},
	}
	client := New(Options{})
	defer client.Close()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serveAt(t, "127.0.0.1", serveCompressed(t, strings.NewReader(smallFeed), tt.label, tt.codings...))
			resp, err := getFor(t, client, loopback(server.URL))
			if tt.want != "" {
				if e, ok := errors.AsType[*Error](err); !ok || e.Reason != ServerError || !strings.Contains(e.Text, tt.want) {
					t.Errorf("get = %v, want a server fault with %q", err, tt.want)
				}
				return
			}
			if err != nil || string(resp.Body) != smallFeed || resp.Truncated {
				t.Errorf("get = %q, %v; want the feed", resp.Body, err)
			}
		})
	}
}

// A decompression bomb is rejected before it fills the memory, whatever the coding and
// however little goes over the wire.
func TestDecompressionBombs(t *testing.T) {
	const size = 64 << 20
	lines := func() io.Reader { return io.LimitReader(zeroReader{}, size) }
	for _, tt := range []struct {
		name    string
		label   string
		codings []string
	}{
		{"gzip", "gzip", []string{"gzip"}},
		{"brotli", "br", []string{"br"}},
		{"deflate", "deflate", []string{"zlib"}},
		{"deflate without its wrapper", "deflate", []string{"deflate"}},
		{"zstd", "zstd", []string{"zstd"}},
		{"gzip in gzip", "gzip, gzip", []string{"gzip", "gzip"}},
		{"zstd in brotli", "zstd, br", []string{"zstd", "br"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := serveAt(t, "127.0.0.1", serveCompressed(t, lines(), tt.label, tt.codings...))
			client := New(Options{MaxBody: 60 << 20})
			defer client.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := getFor(t, client, loopback(server.URL))
			runtime.ReadMemStats(&after)
			if e, ok := errors.AsType[*Error](err); !ok || e.Reason != TooLarge || !strings.Contains(e.Text, "expands to more than 200 times its size") {
				t.Errorf("get = %v, want it rejected as too large", err)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 40<<20 {
				t.Errorf("%d MiB were allocated before it was rejected", grown>>20)
			}
		})
	}
	// A zstd frame may ask for a window of gigabytes (RFC 9659).
	t.Run("window", func(t *testing.T) {
		server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"))
		}))
		client := New(Options{})
		defer client.Close()
		_, err := getFor(t, client, loopback(server.URL))
		if err == nil || !strings.Contains(err.Error(), "cannot be decompressed") {
			t.Errorf("get of a window of 2 GiB = %v", err)
		}
	})
}

// A compressed response that is truncated or damaged gives what came before.
func TestTruncatedCompressedBody(t *testing.T) {
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0"><channel><title>T</title>`)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 { // some blocks of 128 KiB, so that zstd has output before it ends
		fmt.Fprintf(&feed, "<item><title>Rule %d</title><link>http://a.example/%d</link><description>", i, i)
		for range 20 {
			fmt.Fprintf(&feed, "%d, ", random.Uint64())
		}
		feed.WriteString("</description></item>")
	}
	feed.WriteString("</channel></rss>")
	for _, coding := range []string{"gzip", "br", "zstd"} {
		whole := compress(t, strings.NewReader(feed.String()), coding)
		for name, length := range map[string]int{"honest": len(whole) * 2 / 3, "too long": len(whole), "endless": len(whole) * 5} {
			t.Run(coding+" with a length "+name, func(t *testing.T) {
				server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Encoding", coding)
					w.Header().Set("Content-Length", strconv.Itoa(length))
					_, _ = w.Write(whole[:len(whole)*2/3])
				}))
				client := New(Options{})
				defer client.Close()
				resp, err := getFor(t, client, loopback(server.URL))
				items := bytes.Count(resp.Body, []byte("</item>"))
				if err != nil || !resp.Truncated || items < 500 || items > 1500 {
					t.Errorf("%d items, truncated %t, %v; want about two thirds of 2000, and truncated", items, resp.Truncated, err)
				}
			})
		}
	}
}

// A Content-Length that is too short ends the response. The rest must not become
// the response to the next request.
func TestBodyShorterThanContentLength(t *testing.T) {
	asked := 0
	long := strings.Replace(smallFeed, "</channel>", "<item><title>Two</title></item></channel>", 1)
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 150\r\n\r\n" + long + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
		_ = buf.Flush()
	}))
	client := New(Options{})
	defer client.Close()
	for range 3 {
		resp, err := getFor(t, client, loopback(server.URL))
		if err != nil || string(resp.Body) != long[:150] {
			t.Errorf("get = %q, %v; want the first 150 bytes", resp.Body, err)
		}
	}
	if asked != 3 {
		t.Errorf("the server got %d requests, want 3", asked)
	}
}

func FuzzDecompress(f *testing.F) {
	for _, codings := range [][]string{{"gzip"}, {"br"}, {"zstd"}, {"gzip", "br"}} {
		f.Add(compress(f, strings.NewReader(smallFeed), codings...), strings.Join(codings, ","))
	}
	f.Add([]byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"), "")
	f.Fuzz(func(t *testing.T, body []byte, label string) {
		const limit = 1 << 20
		wire := &limitedReader{in: bytes.NewReader(body), limit: limit}
		out, closer, err := decompress(wire, []string{label}, limit)
		if closer != nil {
			defer closer()
		}
		if err != nil {
			return
		}
		if n, _ := io.Copy(io.Discard, out); n > limit {
			t.Errorf("%d bytes came out, over the limit of %d", n, limit)
		}
	})
}
