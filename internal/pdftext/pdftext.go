// Package pdftext takes the text out of PDF files that strangers made.
//
// [Text] gives the text of a file as paragraphs. The file is read by PDFium,
// the library of Chrome, compiled to WebAssembly: what a hostile file may break
// is a sandbox of bounded memory, which is gone when Text returns. Pictures are
// not read: a scanned document has no text.
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

// Limits of one file. The text of a longer document is that of its beginning.
const (
	MaxPages = 200
	MaxText  = 1 << 20 // bytes

	memoryPages = 4096             // of the sandbox, of 64 KiB each: 256 MiB
	maxTime     = 60 * time.Second // for one document, its compilation aside
)

var (
	// ErrLocked is answered for a file that wants a password.
	ErrLocked = errors.New("the PDF is locked by a password")
	// ErrDamaged is answered for what is no PDF or cannot be read as one.
	ErrDamaged = errors.New("the PDF is damaged")
	// ErrSlow is answered for a file that takes longer than a minute.
	ErrSlow = errors.New("the PDF takes too long to read")
	// ErrPictures is answered for a file whose pages hold no text.
	ErrPictures = errors.New("the PDF holds pictures of its text only")
)

// A Document is what was read of a file.
type Document struct {
	Title string // as the file states it; often empty, or the name of some template
	Text  string // paragraphs, separated by a blank line
	Pages int    // that the file has
	Cut   bool   // it has more pages or text than were read
}

// A Reader reads PDF files, one at a time. The zero value is ready.
type Reader struct {
	// Cache is a folder that keeps the compiled library (21 MB). Without it each
	// file waits for the compilation: 14 s and 300 MB, measured on two busy cores;
	// with it 0.2 s and 80 MB. It is made if it does not exist.
	Cache string

	one sync.Mutex
}

// Read returns what a PDF file says.
func (r *Reader) Read(ctx context.Context, file []byte) (Document, error) {
	r.one.Lock()
	defer r.one.Unlock()
	if err := ctx.Err(); err != nil {
		return Document{}, err
	}
	cache, err := r.compiled()
	if err != nil {
		return Document{}, err
	}
	defer cache.Close(context.WithoutCancel(ctx))
	ctx, cancel := context.WithCancelCause(experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0)))
	defer cancel(nil)
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(memoryPages).
		WithCloseOnContextDone(true).
		WithCompilationCache(cache)
	pool, err := webassembly.Init(webassembly.Config{MaxIdle: 1, MaxTotal: 1, RuntimeConfig: config, Context: ctx})
	if err != nil {
		return Document{}, fmt.Errorf("start the PDF library: %w", err)
	}
	defer pool.Close()
	limit := time.AfterFunc(maxTime, func() { cancel(ErrSlow) })
	defer limit.Stop()
	instance, err := pool.GetInstance(maxTime)
	if err != nil {
		return Document{}, fmt.Errorf("start the PDF library: %w", err)
	}
	return read(ctx, instance, file)
}

// compiled returns the cache of the compiled library, which goes on without a
// folder if that cannot be written.
func (r *Reader) compiled() (wazero.CompilationCache, error) {
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

// read takes the text out page by page. The library ends what it does with a
// panic when its sandbox is closed over it or breaks.
func read(ctx context.Context, instance pdfium.Pdfium, file []byte) (d Document, err error) {
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
		return Document{}, ErrLocked
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
	d.Cut = d.Pages > MaxPages
	if meta, err := instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: doc, Tag: "Title"}); err == nil {
		d.Title = strings.Join(strings.Fields(meta.Value), " ")
	}
	pages, err := pageTexts(ctx, instance, doc, min(d.Pages, MaxPages))
	if err != nil {
		return Document{}, err
	}
	d.Text = reflow(pages)
	if d.Text == "" {
		return d, ErrPictures
	}
	if len(d.Text) > MaxText {
		d.Text, d.Cut = strings.ToValidUTF8(d.Text[:MaxText], ""), true
	}
	return d, nil
}

// pageTexts returns the text of the first pages, up to the limit. A page that
// cannot be read is empty: the others may say what matters.
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
		pages = append(pages, text.Text)
	}
	return pages, nil
}
