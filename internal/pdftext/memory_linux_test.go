package pdftext

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// bomb returns a PDF with a page whose content unpacks to this many MB of a text that is repeated.
func bomb(t testing.TB, repeated string, megabytes int) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	chunk := []byte(strings.Repeat(repeated, 1<<20/len(repeated)))
	for range megabytes {
		_, _ = w.Write(chunk)
	}
	_ = w.Close()
	stream := fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", packed.Len(), packed.String())
	var out bytes.Buffer
	var places []int
	out.WriteString("%PDF-1.4\n")
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>", stream,
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

// A PDF that unpacks to more than the limit takes no more memory than the limit, neither in this process nor in that which reads it, and
// several at once no more than one.
func TestReadBoundsMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling the PDF library takes up to half a minute")
	}
	r := &Reader{Cache: libraryFolder}
	if _, err := r.Read(t.Context(), pdf([]string{"Something to read."})); err != nil {
		t.Fatal(err) // and the library is compiled
	}
	before := memoryOf(t, syscall.RUSAGE_SELF)
	files := map[string][]byte{
		"spaces": bomb(t, " ", 200),
		"text":   bomb(t, "BT /F1 10 Tf 50 700 Td (word word word) Tj ET\n", 160),
		"lines":  bomb(t, "0 0 m 1 1 l S\n", 40),
	}
	var group sync.WaitGroup
	for name, file := range files {
		group.Go(func() {
			if d, err := r.Read(t.Context(), file); !errors.Is(err, ErrMemory) {
				t.Errorf("%s: %d pages, %v; want %v", name, d.Pages, err, ErrMemory)
			}
		})
	}
	group.Wait()
	if grown := memoryOf(t, syscall.RUSAGE_SELF) - before; grown > 64<<20 {
		t.Errorf("this process grew by %d MB", grown>>20)
	}
	// The kernel adds up no children: this is the largest one, which compiled the library.
	if child := memoryOf(t, syscall.RUSAGE_CHILDREN); child > maxCompiling {
		t.Errorf("a process took %d MB", child>>20)
	}
	if d, err := r.Read(t.Context(), pdf([]string{"Something to read."})); err != nil || d.Text != "Something to read." {
		t.Errorf("after that: %q, %v", d.Text, err)
	}
}

// What is read in a process of its own takes less than the limit that the manual names. The library was compiled by another
// process, so this test runs in one where no other child counts.
func TestProcessThatReadsStaysSmall(t *testing.T) {
	const inside = "REGWATCH_PDF_TEST_CACHE"
	cache := os.Getenv(inside)
	if cache == "" {
		if testing.Short() {
			t.Skip("compiling the PDF library takes up to half a minute")
		}
		cache = libraryFolder
		if _, err := (&Reader{Cache: cache}).Read(t.Context(), pdf([]string{"Something to read."})); err != nil {
			t.Fatal(err)
		}
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcessThatReadsStaysSmall$", "-test.v")
		again.Env = append(os.Environ(), inside+"="+cache)
		if out, err := again.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		} else {
			t.Logf("%s", out)
		}
		return
	}
	if _, err := (&Reader{Cache: cache}).Read(t.Context(), bomb(t, " ", 200)); !errors.Is(err, ErrMemory) {
		t.Errorf("error %v; want %v", err, ErrMemory)
	}
	if child := memoryOf(t, syscall.RUSAGE_CHILDREN); child > maxReading {
		t.Errorf("a process took %d MB, want at most %d", child>>20, maxReading>>20)
	} else {
		t.Logf("the largest process took %d MB", child>>20)
	}
}

// memoryOf returns the most memory that this process or one of its children had, in bytes.
func memoryOf(t testing.TB, whose int) int {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(whose, &usage); err != nil {
		t.Fatal(err)
	}
	return int(usage.Maxrss) << 10
}
