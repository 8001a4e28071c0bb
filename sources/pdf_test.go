package sources

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/pdftext"
	"regwatch/models"
	"regwatch/sources/page"
)

// The page of a circular is a PDF; its text becomes the body of the article.
func TestCompletePDF(t *testing.T) {
	site := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/mislabelled" {
			w.Header().Set("Content-Type", "text/html")
		}
		if r.URL.Path == "/cut" {
			w.Header().Set("Content-Length", "1000")
		}
		_, _ = io.WriteString(w, "%PDF-1.7 "+r.URL.Path)
	}))
	texts := map[string]error{"/locked": pdftext.ErrPassword, "/scan": pdftext.ErrNoText, "/slow": pdftext.ErrTimeout, "/garbled": pdftext.ErrGarbled, "/damaged": pdftext.ErrDamaged, "/odd": errors.New("unknown")}
	client := NewClient(ClientOptions{PDF: func(_ context.Context, file []byte) (pdftext.Document, error) {
		_, path, _ := strings.Cut(string(file), " ")
		return pdftext.Document{Text: "Circular\n\n穩定幣發行人須持有儲備資產。"}, texts[path]
	}})
	defer client.Close()
	for _, tt := range []struct{ path, body, fails string }{
		{path: "/circular", body: "穩定幣發行人須持有儲備資產。"},
		{path: "/mislabelled", body: "穩定幣發行人須持有儲備資產。"},
		{path: "/cut", fails: "a truncated PDF"},
		{path: "/locked", fails: "a PDF of 16 B that is locked by a password"},
		{path: "/scan", fails: "only scanned images"},
		{path: "/garbled", fails: "whose fonts do not say which characters they show"},
		{path: "/slow", fails: "takes more than a minute"},
		{path: "/damaged", fails: "that is damaged"},
		{path: "/odd", fails: "that could not be read"},
	} {
		a := models.Article{Title: "Circular", Link: site.URL + tt.path, Body: "S", BodyState: models.BodyWanted}
		got, err := Open(loopback(site.URL), client).Complete(t.Context(), a)
		switch {
		case tt.fails == "" && (err != nil || got.Body != tt.body || got.BodyState != models.BodyFull || got.Language != "zh-Hant"):
			t.Errorf("%s: body %q, state %s, language %s, %v", tt.path, got.Body, got.BodyState, got.Language, err)
		case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails) || got.BodyState != models.BodyWanted):
			t.Errorf("%s: state %s, %v; want %q", tt.path, got.BodyState, err, tt.fails)
		}
	}
}

// A watched PDF that is longer than what is read says so.
func TestWatchedPDFThatIsTooLongWarns(t *testing.T) {
	site := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "%PDF-1.7") }))
	client := NewClient(ClientOptions{PDF: func(context.Context, []byte) (pdftext.Document, error) {
		return pdftext.Document{Text: "Circular", Pages: 500, Truncated: true}, nil
	}})
	defer client.Close()
	src := loopback(site.URL + "/circular.pdf")
	src.Kind = KindPage
	batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if err != nil || !strings.Contains(strings.Join(batch.Warnings, "; "), "a PDF of 500 pages: only the first 200 pages") {
		t.Errorf("warnings %q, %v", batch.Warnings, err)
	}
}

// What is known of the part of a PDF that was read is typed, and no part of the text that rules match.
func TestTextOfALongPDFHasNoNote(t *testing.T) {
	site := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "%PDF-1.7 "+r.URL.Path) }))
	const text = "Issuers hold reserve assets."
	documents := map[string]pdftext.Document{
		"/long":  {Text: text, Pages: 500, Read: 200, Truncated: true},
		"/dense": {Text: text, Pages: 5, Read: 5, Truncated: true},
		"/short": {Text: text, Pages: 5, Read: 5},
		"/fonts": {Text: text, Pages: 5, Read: 5, Unreadable: 2},
	}
	client := NewClient(ClientOptions{PDF: func(_ context.Context, file []byte) (pdftext.Document, error) {
		_, path, _ := strings.Cut(string(file), " ")
		return documents[path], nil
	}})
	defer client.Close()
	for _, tt := range []struct {
		path, problem string
		partial       *models.Partial
	}{
		{"/long", "The PDF has 500 pages; this is the text of the first 200.", &models.Partial{Of: models.PartialPDFPages, Pages: 500, Read: 200}},
		{"/dense", "The PDF has more than 1 MiB of text; this is its beginning.", &models.Partial{Of: models.PartialPDFText, Pages: 5, Read: 5}},
		{"/short", "", nil},
		{"/fonts", "Some lines of the PDF are left out, because their fonts do not say which characters they show.", &models.Partial{Of: models.PartialPDFFonts, Pages: 5, Read: 5}},
	} {
		a := models.Article{Title: "Circular", Link: site.URL + tt.path, Body: "S", BodyState: models.BodyWanted, Problem: "of the try before", Partial: &models.Partial{}}
		got, err := Open(loopback(site.URL), client).Complete(t.Context(), a)
		if err != nil || got.Body != text || got.Problem != tt.problem || got.Fetched.Extraction != page.PDFVersion {
			t.Errorf("%s: body %q, problem %q, %v", tt.path, got.Body, got.Problem, err)
		}
		if diff := cmp.Diff(tt.partial, got.Partial); diff != "" {
			t.Errorf("%s: partial (-want +got):\n%s", tt.path, diff)
		}
	}
}
