// Package pdftext extracts the text of untrusted PDF files.
//
// Start with [Reader.Read], which returns the text of a file as paragraphs. PDFium,
// the PDF library of Chrome, reads the file. It is compiled to WebAssembly, so a
// hostile file can only break a sandbox with limited memory, which is discarded when
// Read returns. There is no OCR: a scanned document has no text.
package pdftext

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Limits of one file. Of a longer document, only the beginning is read.
const (
	MaxPages = 200
	MaxText  = 1 << 20 // bytes

	maxMemoryPages = 4096             // of the sandbox, 64 KiB each: 256 MiB
	maxTime        = 60 * time.Second // for one document, without compiling the library
)

var (
	// ErrPassword means that the file needs a password.
	ErrPassword = errors.New("the PDF is protected by a password")
	// ErrDamaged means that the file is not a PDF or cannot be parsed.
	ErrDamaged = errors.New("the PDF is damaged")
	// ErrTimeout means that reading took longer than a minute.
	ErrTimeout = errors.New("the PDF takes too long to read")
	// ErrNoText means that no page has text.
	ErrNoText = errors.New("the PDF has only images of its text")
	// ErrGarbled means that the fonts do not say which characters their glyphs are.
	ErrGarbled = errors.New("the PDF does not say which characters it shows")
)

// A Document is the content of a PDF file.
type Document struct {
	Title     string // as the file states it; often empty or the name of a template
	Text      string // paragraphs, separated by a blank line
	Pages     int    // number of pages in the file
	Truncated bool   // the file has more pages or text than were read
}

// A Reader reads PDF files, one at a time. The zero value is ready. It is safe for
// concurrent use.
type Reader struct {
	// Cache is a folder for the compiled library (21 MB); it is created if necessary.
	// Without it, each file compiles the library first: 14 s and 300 MB, measured on
	// two busy cores. With it, a file takes 0.2 s and 80 MB.
	Cache string

	// mu guarantees that only one file is read at a time, which bounds the memory.
	mu sync.Mutex
}

// Read returns the text of a PDF file.
func (r *Reader) Read(ctx context.Context, file []byte) (Document, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Document{}, err
	}
	cache, err := r.compilationCache()
	if err != nil {
		return Document{}, err
	}
	defer cache.Close(context.WithoutCancel(ctx))
	ctx, cancel := context.WithCancelCause(experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0)))
	defer cancel(nil)
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(maxMemoryPages).
		WithCloseOnContextDone(true).
		WithCompilationCache(cache)
	pool, err := webassembly.Init(webassembly.Config{MaxIdle: 1, MaxTotal: 1, RuntimeConfig: config, Context: ctx})
	if err != nil {
		return Document{}, fmt.Errorf("start the PDF library: %w", err)
	}
	defer pool.Close()
	timeout := time.AfterFunc(maxTime, func() { cancel(ErrTimeout) })
	defer timeout.Stop()
	instance, err := pool.GetInstance(maxTime)
	if err != nil {
		return Document{}, fmt.Errorf("start the PDF library: %w", err)
	}
	return readDocument(ctx, instance, file)
}

// compilationCache returns the cache of the compiled library. If the folder cannot be
// written, the cache is in memory.
func (r *Reader) compilationCache() (wazero.CompilationCache, error) {
	if r.Cache == "" {
		return wazero.NewCompilationCache(), nil
	}
	if err := os.MkdirAll(r.Cache, 0o700); err != nil {
		return wazero.NewCompilationCache(), nil
	}
	cache, err := wazero.NewCompilationCacheWithDir(r.Cache)
	if err != nil {
		return nil, fmt.Errorf("open the cache of the PDF library: %w", err)
	}
	return cache, nil
}

// readDocument reads the text page by page. The library panics if its sandbox fails or
// is closed while it works; such a panic becomes an error.
func readDocument(ctx context.Context, instance pdfium.Pdfium, file []byte) (d Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = Document{}, ErrDamaged
		}
		if ctx.Err() != nil {
			d, err = Document{}, context.Cause(ctx)
		}
	}()
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &file})
	if errors.Is(err, pdfiumerrors.ErrPassword) || errors.Is(err, pdfiumerrors.ErrSecurity) {
		return Document{}, ErrPassword
	}
	if err != nil {
		return Document{}, ErrDamaged
	}
	doc := opened.Document
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil || count.PageCount == 0 {
		return Document{}, ErrDamaged
	}
	d.Pages = count.PageCount
	d.Truncated = d.Pages > MaxPages
	if meta, err := instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: doc, Tag: "Title"}); err == nil {
		d.Title = strings.Join(strings.Fields(meta.Value), " ")
	}
	pages, err := pageTexts(ctx, instance, doc, min(d.Pages, MaxPages))
	if err != nil {
		return Document{}, err
	}
	d.Text = reflow(pages)
	switch {
	case isGarbled(pages):
		return Document{}, ErrGarbled
	case d.Text == "":
		return d, ErrNoText
	}
	if len(d.Text) > MaxText {
		d.Text, d.Truncated = strings.ToValidUTF8(d.Text[:MaxText], ""), true
	}
	return d, nil
}

// pageTexts returns the text of the first pages, up to the limit. A page that cannot
// be read is empty, so that the text of the other pages is not lost.
func pageTexts(ctx context.Context, instance pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) ([]string, error) {
	var pages []string
	size := 0
	for i := 0; i < count && size <= MaxText; i++ {
		text, err := instance.GetPageText(&requests.GetPageText{
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}},
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			pages = append(pages, "")
			continue
		}
		size += len(text.Text)
		pages = append(pages, withRaisedDigits(ctx, instance, doc, i, text.Text))
	}
	return pages, nil
}
