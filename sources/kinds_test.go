package sources

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"regwatch/internal/golden"
	"regwatch/models"
)

// site is the host of the fixtures. The address of the server replaces it.
const site = "https://site.example"

// A recorded response is a section of a fixture: header lines, an empty line and the
// body, which is stored as UTF-8 and served in its original encoding.
func serveRecorded(t *testing.T, archive *txtar.Archive) *httptest.Server {
	t.Helper()
	answers := make(map[string]string)
	for _, f := range archive.Files {
		answers[f.Name] = string(f.Data)
	}
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Method + " " + r.URL.RequestURI()
		if body, _ := io.ReadAll(r.Body); len(body) > 0 {
			key += " " + string(body)
		}
		text, ok := answers[key]
		if !ok {
			http.NotFound(w, r)
			return
		}
		head, body, _ := strings.Cut(text, "\n\n")
		status := http.StatusOK
		var enc encoding.Encoding = encoding.Nop
		for line := range strings.Lines(head) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch name {
			case "status":
				status, _ = strconv.Atoi(value)
			case "encode":
				enc = map[string]encoding.Encoding{"gbk": simplifiedchinese.GBK}[value]
			default:
				w.Header().Set(name, value)
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, encoded(enc, strings.ReplaceAll(body, site, server.URL)))
	}))
	t.Cleanup(server.Close)
	return server
}

// recordedSource returns the source of a fixture, at the server's address.
func recordedSource(t *testing.T, settings, address string) models.Source {
	t.Helper()
	text := "sources:\n  - id: s\n    name: S\n    role: regulator\n    allow_hosts: [127.0.0.1]\n"
	if !strings.Contains(settings, "\npages: ") {
		text += "    pages: never\n"
	}
	for line := range strings.Lines(strings.ReplaceAll(settings, site, address)) {
		text += "    " + line
	}
	list, problems := Parse("source.yaml", []byte(text))
	if problems.Err() != nil || len(list) != 1 {
		t.Fatalf("the fixture's source:\n%s\n%v", text, problems)
	}
	return list[0]
}

// TestKinds fetches each testdata/{listing,api}/*.txtar over loopback and compares the
// articles, with completed texts, with its golden file.
func TestKinds(t *testing.T) {
	files, err := filepath.Glob("testdata/listing/*.txtar")
	more, _ := filepath.Glob("testdata/api/*.txtar")
	files = append(files, more...)
	if err != nil || len(files) < 10 {
		t.Fatalf("fixtures: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			server := serveRecorded(t, archive)
			src := recordedSource(t, string(archive.Files[0].Data), server.URL)
			client := NewClient(ClientOptions{})
			defer client.Close()
			reader := Open(src, client)
			batch, err := reader.Fetch(t.Context(), models.Cursor{})
			for i, a := range batch.Articles {
				if a.BodyState == models.BodyWanted {
					full, err := reader.Complete(t.Context(), a)
					if batch.Articles[i] = full; err != nil {
						batch.Warnings = append(batch.Warnings, a.Title+": "+err.Error())
					}
				}
			}
			got := fmt.Sprintf("partial: %t\n%s", batch.Partial, describeBatch(batch, err))
			for _, a := range batch.FilteredOut {
				got += "gated: " + a.Title + "\n"
			}
			u, _ := url.Parse(server.URL)
			got = strings.ReplaceAll(strings.ReplaceAll(got, server.URL, site), u.Host, "site.example")
			golden.Assert(t, strings.TrimSuffix(file, ".txtar")+".golden", []byte(got))
		})
	}
}
