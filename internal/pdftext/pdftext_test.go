package pdftext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// pdf returns a PDF with these lines on its pages. ASCII lines use Helvetica, others a
// Chinese font that is named but not embedded, with UTF-16 codes.
func pdf(pages ...[]string) []byte {
	var out bytes.Buffer
	var places []int
	object := func(body string) {
		places = append(places, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(places), body)
	}
	out.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 7+2*i))
	}
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages)))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	object("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>")
	object("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /FontDescriptor 6 0 R >>")
	object("<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>")
	for i, lines := range pages {
		var text strings.Builder
		for n, l := range lines {
			font, shown := "/F1", "("+l+")"
			if strings.ContainsFunc(l, func(r rune) bool { return r > 126 }) {
				font = "/F2"
				shown = "<"
				for _, u := range utf16.Encode([]rune(l)) {
					shown += fmt.Sprintf("%04X", u)
				}
				shown += ">"
			}
			// A caret raises the digit after it.
			if before, after, ok := strings.Cut(l, "^"); ok {
				shown = fmt.Sprintf("(%s) Tj 4 Ts %s 6 Tf (%s) Tj 0 Ts %s 10 Tf (%s)", before, font, after[:1], font, after[1:])
			}
			// A part between two marks is shifted by points: "CO|-3|2|" has a lowered 2.
			if parts := strings.Split(l, "|"); len(parts) > 3 {
				shown = fmt.Sprintf("(%s)", parts[0])
				for i := 1; i+2 < len(parts); i += 3 {
					shown += fmt.Sprintf(" Tj %s Ts %s 6 Tf (%s) Tj 0 Ts %s 10 Tf (%s)", parts[i], font, parts[i+1], font, parts[i+2])
				}
			}
			fmt.Fprintf(&text, "BT %s 10 Tf 50 %d Td %s Tj ET\n", font, 780-15*n, shown)
		}
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>", 8+2*i))
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", text.Len(), text.String()))
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, at := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(places)+1, start)
	return out.Bytes()
}

// libraryFolder has the compiled library, which all tests share: compiling takes up to half a minute.
var libraryFolder string

func TestMain(m *testing.M) {
	var err error
	if libraryFolder, err = os.MkdirTemp("", "regwatch-pdf-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(libraryFolder)
	os.Exit(code)
}

// TestRead runs all cases with one Reader, because compiling the library is slow.
func TestRead(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling the PDF library takes up to half a minute")
	}
	r := &Reader{Cache: libraryFolder}

	t.Run("two pages", func(t *testing.T) {
		d, err := r.Read(t.Context(), pdf(
			[]string{
				"Circular on stablecoin issuers",
				"The Authority requires each licensee to hold reserve assets that are worth as much",
				"as the stablecoins that it has issued.",
				"第二段：持牌穩定幣發行人必須按照條例持有足額的儲備資產並且在每個營業日結束時計算其",
				"市值。",
			},
			[]string{"The requirement takes effect on 1 August 2026."},
		))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Join([]string{
			"Circular on stablecoin issuers",
			"The Authority requires each licensee to hold reserve assets that are worth as much as the stablecoins that it has issued.",
			"第二段：持牌穩定幣發行人必須按照條例持有足額的儲備資產並且在每個營業日結束時計算其市值。",
			"The requirement takes effect on 1 August 2026.",
		}, "\n\n")
		if diff := cmp.Diff(want, d.Text); diff != "" || d.Pages != 2 || d.Truncated {
			t.Errorf("%d pages, truncated %v; text (-want +got):\n%s", d.Pages, d.Truncated, diff)
		}
	})

	t.Run("raised digits", func(t *testing.T) {
		d, err := r.Read(t.Context(), pdf([]string{
			"The Authority requires each licensed issuer of a stablecoin^1 to hold reserve assets that",
			"are worth as much as the tokens.^2 It measures 5 m2 and has 12 of them in the year 2026 or",
			"form AB12 of Annex 3.",
		}))
		want := "The Authority requires each licensed issuer of a stablecoin¹ to hold reserve assets that are worth as much as the tokens.² It measures 5 m2 and has 12 of them in the year 2026 or form AB12 of Annex 3."
		if diff := cmp.Diff(want, d.Text); err != nil || diff != "" {
			t.Errorf("%v; text (-want +got):\n%s", err, diff)
		}
	})

	t.Run("raised and lowered glyphs", func(t *testing.T) {
		d, err := r.Read(t.Context(), pdf([]string{
			"The plan cuts the CO|-3|2| emissions of all licensed issuers by a half until the year 2030 and",
			"H|-3|2|O and the 1|4|st| of May are exempt under the Stablecoin|4|TM| rules of the Authority, which",
			"the 21|4|st| Act names with x|4|2| and a|-3|ij| and a mark|4|*| of the issuer|4|12| and others|4|(a)| that hold",
			"reserve assets of the same value at all times for the licence of a token issuer in the end.",
		}))
		want := "The plan cuts the CO2 emissions of all licensed issuers by a half until the year 2030 and H2O and the 1st of May are exempt under the StablecoinTM rules of the Authority, which the 21st Act names with x2 and aij and a mark* of the issuer¹² and others(a) that hold reserve assets of the same value at all times for the licence of a token issuer in the end."
		if diff := cmp.Diff(want, d.Text); err != nil || diff != "" {
			t.Errorf("%v; text (-want +got):\n%s", err, diff)
		}
	})

	t.Run("many pages", func(t *testing.T) {
		pages := make([][]string, MaxPages+5)
		for i := range pages {
			pages[i] = []string{strings.Repeat("i", i+1)}
		}
		d, err := r.Read(t.Context(), pdf(pages...))
		if err != nil || !d.Truncated || d.Pages != MaxPages+5 || d.Read != MaxPages || longest(d.Text) != MaxPages {
			t.Errorf("%d pages, truncated %v, %v", d.Pages, d.Truncated, err)
		}
	})

	locked, err := os.ReadFile("testdata/locked.pdf")
	if err != nil {
		t.Fatal(err)
	}
	whole := pdf([]string{"Something to read."})
	for _, tt := range []struct {
		name string
		file []byte
		want error
	}{
		{"a password", locked, ErrPassword},
		{"no text", pdf(nil, nil), ErrNoText},
		{"not a PDF", []byte("%PDF-1.7\nand nothing else"), ErrDamaged},
		{"empty", nil, ErrDamaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := r.Read(t.Context(), tt.file); !errors.Is(err, tt.want) {
				t.Errorf("Read: %v; want %v", err, tt.want)
			}
		})
	}

	// A damaged file gives a document or one of our errors.
	t.Run("damage", func(t *testing.T) {
		for cut := 0; cut < len(whole); cut += 331 {
			broken := bytes.Clone(whole)
			broken[cut] ^= 0x5a
			for _, file := range [][]byte{whole[:cut], broken} {
				if _, err := r.Read(t.Context(), file); err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoText) && !errors.Is(err, ErrPassword) {
					t.Errorf("at byte %d: %v", cut, err)
				}
			}
		}
	})

	t.Run("stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Read(ctx, whole); !errors.Is(err, context.Canceled) {
			t.Errorf("Read with a cancelled context: %v", err)
		}
	})
}

func longest(text string) int {
	n := 0
	for word := range strings.FieldsSeq(text) {
		n = max(n, len(word))
	}
	return n
}

func TestReflow(t *testing.T) {
	wide := strings.Repeat("word ", 16)
	for _, tt := range []struct {
		name  string
		pages []string
		want  []string
	}{
		{
			"headers and footers are removed, with any page number",
			[]string{
				"Monthly Circular\nWhat the first page says.\nPage 1 of 3",
				"Monthly Circular\nWhat the second page says.\nPage 2 of 3",
				"Monthly Circular\nWhat the third page says.\nPage 3 of 3",
			},
			[]string{"What the first page says.", "What the second page says.", "What the third page says."},
		},
		{
			"a sentence continues on the next page",
			[]string{wide + "which\n" + wide + "and", "goes on.\n" + wide + "x"},
			[]string{wide + "which " + wide + "and goes on.", wide + "x"},
		},
		{
			"list items are paragraphs",
			[]string{wide + "that:\n(a) " + wide + "one\n(b) " + wide + "two\n第二條 " + strings.Repeat("文", 40)},
			[]string{wide + "that:", "(a) " + wide + "one", "(b) " + wide + "two", "第二條 " + strings.Repeat("文", 40)},
		},
		{
			"a hyphenated word is joined",
			[]string{wide + "regula\x02\n" + "tion" + wide},
			[]string{wide + "regulation" + strings.TrimSpace(wide)},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Join(tt.want, "\n\n"), reflow(tt.pages)); diff != "" {
				t.Errorf("reflow (-want +got):\n%s", diff)
			}
		})
	}
}
