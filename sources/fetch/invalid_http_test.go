package fetch

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// serveRaw starts a server that answers every connection with these bytes.
func serveRaw(t *testing.T, response string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, response)
			_ = conn.Close()
		}
	}()
	return "http://" + l.Addr().String() + "/feed"
}

// A response that breaks HTTP gives a sentence, and not the words of a library.
func TestInvalidHTTP(t *testing.T) {
	for _, tt := range []struct{ name, response, want string }{
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello", "contradicts itself about the length of its response"},
		{"a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", "contradicts itself about the length of its response"},
		{"an unknown transfer coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: squeezed\r\n\r\nhello", "contradicts itself about the length of its response"},
		{"huge headers", "HTTP/1.1 200 OK\r\nX-Padding: " + strings.Repeat("x", 300<<10) + "\r\n\r\nhello", "sent more than 256 kB of headers"},
		{"many headers", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Padding: "+strings.Repeat("x", 1000)+"\r\n", 300) + "\r\nhello", "sent more than 256 kB of headers"},
		{"another protocol", "220 mail.example ESMTP\r\n", "not valid HTTP"},
		{"a bad header", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\nhello", "not valid HTTP"},
		{"a bad status", "HTTP/1.1 twohundred OK\r\n\r\nhello", "not valid HTTP"},
		{"a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", "not valid HTTP"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := New(Options{})
			defer client.Close()
			_, err := getFor(t, client, loopback(serveRaw(t, tt.response)))
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Reason != ServerError || !strings.Contains(e.Text, tt.want) {
				t.Fatalf("get = %v, want a server fault with %q", err, tt.want)
			}
			for _, word := range []string{"http:", "net/http", "malformed", "Content-Length", "\"", "octet"} {
				if strings.Contains(e.Text, word) {
					t.Errorf("%q has the words of a library: %q", e.Text, word)
				}
			}
		})
	}
}
