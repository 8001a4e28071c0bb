package pdftext

import (
	_ "embed" // for the library
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// compressedLibrary is the file pdfium.wasm of the module go-pdfium, which would be linked as it is, with more than twice the
// bytes. TestLibraryIsThatOfTheModule writes it.
//
//go:embed pdfium.wasm.zst
var compressedLibrary []byte

// library returns PDFium as WebAssembly.
func library() ([]byte, error) {
	reader, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("read the PDF library: %w", err)
	}
	defer reader.Close()
	wasm, err := reader.DecodeAll(compressedLibrary, nil)
	if err != nil {
		return nil, fmt.Errorf("read the PDF library: %w", err)
	}
	return wasm, nil
}
