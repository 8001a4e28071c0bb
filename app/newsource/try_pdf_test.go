package newsource

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regwatch/models"
)

// onePagePDF returns a PDF with lines of Helvetica, and one in a font that does not say which characters its glyphs are.
func onePagePDF(unreadable string, lines ...string) []byte {
	var text, out bytes.Buffer
	for i, l := range lines {
		fmt.Fprintf(&text, "BT /F1 10 Tf 50 %d Td (%s) Tj ET\n", 780-15*i, l)
	}
	if unreadable != "" {
		fmt.Fprintf(&text, "BT /F2 10 Tf 50 %d Td <%x> Tj ET\n", 780-15*len(lines), unreadable)
	}
	var places []int
	out.WriteString("%PDF-1.4\n")
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 6 0 R >> >> /Contents 5 0 R >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), &text),
		"<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [7 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
	} {
		places = append(places, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, at := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(places)+1, start)
	return out.Bytes()
}

// Who tries a PDF sees its text, and what of it could not be read.
func TestTryReadsAPDF(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling the PDF library takes up to half a minute")
	}
	t.Setenv("XDG_CACHE_HOME", filepath.Join(os.TempDir(), "regwatch-test-cache"))
	src := models.Source{URL: "https://authority.example/circular.pdf"}
	for name, tt := range map[string]struct {
		unreadable, warning string
	}{
		"readable":             {"", ""},
		"a line in a bad font": {strings.Repeat("\x00\x03\x00\x11\x00\x12\x00\x05", 6), "Some lines of the PDF are left out"},
	} {
		r := readAsPDF(t.Context(), src, onePagePDF(tt.unreadable, "The Authority granted a licence to an issuer of a stablecoin on Monday,", "and it must hold reserve assets of the same value at all times."))
		if r.Error != "" || len(r.Articles) != 1 || r.Kind != "pdf" {
			t.Fatalf("%s: %+v", name, r)
		}
		a := r.Articles[0]
		if want := "The Authority granted a licence to an issuer of a stablecoin on Monday, and it must hold reserve assets of the same value at all times."; a.Text != want || a.Pages != 1 {
			t.Errorf("%s: %d pages, text %q", name, a.Pages, a.Text)
		}
		if warnings := strings.Join(r.Warnings, "; "); (tt.warning == "") != (warnings == "") || !strings.Contains(warnings, tt.warning) {
			t.Errorf("%s: warnings %q, want %q", name, warnings, tt.warning)
		}
	}
}
