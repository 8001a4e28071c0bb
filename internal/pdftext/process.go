package pdftext

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"regwatch/internal/childprocess"
)

// childVariable is set in the environment of a process that reads a file, to the request as JSON.
const childVariable = "REGWATCH_PDF_PROCESS"

// In every program that can read PDF files this comes before main.
func init() {
	if text := os.Getenv(childVariable); text != "" {
		os.Exit(serve(text, os.Stdin, os.Stdout))
	}
}

// A request is what such a process does with its standard input.
type request struct {
	Cache       string `json:"cache"`
	Memory      uint64 `json:"memory"` // most bytes of the process
	CompileOnly bool   `json:"compile_only"`
}

// A response is the document, or why there is none.
type response struct {
	Document Document `json:"document"`
	Problem  string   `json:"problem,omitempty"`
}

// known are the errors that a process returns by their text.
var known = []error{ErrPassword, ErrDamaged, ErrTimeout, ErrMemory, ErrNoText, ErrGarbled}

func (r response) result() (Document, error) {
	if r.Problem == "" {
		return r.Document, nil
	}
	for _, err := range known {
		if r.Problem == err.Error() {
			return Document{Pages: r.Document.Pages}, err
		}
	}
	return Document{}, errors.New(r.Problem)
}

// serve answers the request and returns the exit code.
func serve(text string, in io.Reader, out io.Writer) int {
	var req request
	if err := json.Unmarshal([]byte(text), &req); err != nil {
		return 1
	}
	childprocess.LimitMemory(req.Memory-64<<20, req.Memory+128<<20) // the kernel counts what Go reserves
	go childprocess.Watch(req.Memory, nil)
	file, err := io.ReadAll(in)
	if err != nil {
		return 1
	}
	var answer response
	if answer.Document, err = read(context.Background(), req, file); err != nil {
		answer.Problem = err.Error()
	}
	if err := json.NewEncoder(out).Encode(answer); err != nil {
		return 1
	}
	return 0
}

// read compiles the library, or takes it from the folder, and reads a file.
func read(ctx context.Context, req request, file []byte) (Document, error) {
	cache, err := compilationCache(req.Cache)
	if err != nil {
		return Document{}, err
	}
	defer cache.Close(ctx)
	ctx, cancel := context.WithCancelCause(experimental.WithCompilationWorkers(ctx, 1))
	defer cancel(nil)
	memory := &sandboxMemory{}
	ctx = experimental.WithMemoryAllocator(ctx, memory)
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCloseOnContextDone(true).
		WithCompilationCache(cache)
	wasm, err := library()
	if err != nil {
		return Document{}, err
	}
	pool, err := webassembly.InitWithWASM(webassembly.Config{WASM: wasm, MaxIdle: 1, MaxTotal: 1, RuntimeConfig: config, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, Context: ctx})
	if err != nil {
		return Document{}, fmt.Errorf("start the PDF library: %w", err)
	}
	if req.CompileOnly {
		return Document{}, nil
	}
	timeout := time.AfterFunc(MaxTime, func() { cancel(ErrTimeout) })
	defer timeout.Stop()
	instance, err := pool.GetInstance(MaxTime)
	if err != nil {
		return Document{}, fmt.Errorf("start the PDF library: %w", err)
	}
	d, err := readDocument(ctx, instance, file)
	if memory.full && !errors.Is(err, ErrTimeout) {
		return Document{Pages: d.Pages}, ErrMemory // what was refused may be part of the text
	}
	return d, err
}

// compilationCache returns the cache of the compiled library. If the folder cannot be
// written, the cache is in memory.
func compilationCache(folder string) (wazero.CompilationCache, error) {
	if folder == "" || os.MkdirAll(folder, 0o700) != nil {
		return wazero.NewCompilationCache(), nil
	}
	cache, err := wazero.NewCompilationCacheWithDir(folder)
	if err != nil {
		return nil, fmt.Errorf("open the cache of the PDF library: %w", err)
	}
	return cache, nil
}

// sandboxMemory is the memory of the sandbox. It has its full size from the start, so that it is never copied, and the
// system gives it no page before it is used.
type sandboxMemory struct {
	bytes []byte
	full  bool // the library asked for more
}

func (m *sandboxMemory) Allocate(uint64, uint64) experimental.LinearMemory {
	m.bytes = make([]byte, MaxMemory)
	return m
}

func (m *sandboxMemory) Reallocate(size uint64) []byte {
	if size > MaxMemory {
		m.full = true
		return nil
	}
	return m.bytes[:size:size]
}

func (m *sandboxMemory) Free() { m.bytes = nil }
