package pdftext

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// The library that is linked is that of the module in go.mod. REGWATCH_UPDATE=1 writes it after the module was updated.
func TestLibraryIsThatOfTheModule(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/klippa-app/go-pdfium").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "webassembly", "pdfium.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("REGWATCH_UPDATE") != "" {
		writer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstd.MaxWindowSize>>4))
		if err != nil {
			t.Fatal(err)
		}
		compressedLibrary = writer.EncodeAll(want, nil)
		if err := os.WriteFile("pdfium.wasm.zst", compressedLibrary, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := library()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the library has %d bytes and differs from the module's, with %d; run this test with REGWATCH_UPDATE=1", len(got), len(want))
	}
	t.Logf("%d bytes, compressed %d", len(got), len(compressedLibrary))
}

func BenchmarkLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := library(); err != nil {
			b.Fatal(err)
		}
	}
}
