// Package pdftext extracts the text of untrusted PDF files.
//
// Start with [Reader.Read], which returns the text of a file as paragraphs. PDFium,
// the PDF library of Chrome, reads the file. It is compiled to WebAssembly, so a
// hostile file can only break a sandbox, and it runs in a process of its own, so that
// its memory is not that of the program. One file is read at a time. There is no OCR: a
// scanned document has no text.
package pdftext

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/semaphore"

	"regwatch/internal/childprocess"
)

// Limits of one file. Of a longer document, only the beginning is read.
const (
	MaxPages = 200
	MaxText  = 1 << 20 // bytes

	// MaxMemory is the memory in bytes of the sandbox, which has the file, its unpacked streams and its fonts.
	MaxMemory = 128 << 20
	// MaxTime is the most time for one document, without compiling the library.
	MaxTime = 60 * time.Second

	maxTitle     = 1000                // bytes
	maxReading   = MaxMemory + 160<<20 // memory of the process that reads a file
	maxCompiling = 512 << 20           // and of the one that compiles the library
	maxCompile   = 10 * time.Minute
)

var (
	// ErrPassword means that the file needs a password.
	ErrPassword = errors.New("the PDF is protected by a password")
	// ErrDamaged means that the file is not a PDF or cannot be parsed.
	ErrDamaged = errors.New("the PDF is damaged")
	// ErrTimeout means that reading took longer than [MaxTime].
	ErrTimeout = errors.New("the PDF takes too long to read")
	// ErrMemory means that the file unpacks to more than [MaxMemory].
	ErrMemory = fmt.Errorf("the PDF needs more than %d MiB of memory", MaxMemory>>20)
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
	Read      int    // number of pages that were read, from the first
	Truncated bool   // the file has more pages or text than were read

	Unreadable int // lines that were left out, because their font does not say which characters they show
}

// A Reader reads PDF files. All readers of the program together read one at a time. The
// zero value is ready. It is safe for concurrent use.
type Reader struct {
	// Cache is a folder for the compiled library (21 MB); it is created if necessary.
	// Without it, each file compiles the library first, which takes 15 s and 330 MB.
	Cache string
}

// turn lets one file be read at a time in the program, which bounds the memory.
var turn = semaphore.NewWeighted(1)

// compiled are the folders that have the compiled library. The holder of turn uses it.
var compiled = make(map[string]bool)

// Read returns the text of a PDF file.
func (r *Reader) Read(ctx context.Context, file []byte) (Document, error) {
	if err := turn.Acquire(ctx, 1); err != nil {
		return Document{}, err
	}
	defer turn.Release(1)
	if err := ctx.Err(); err != nil {
		return Document{}, err
	}
	memory := uint64(maxReading)
	if r.Cache == "" || os.MkdirAll(r.Cache, 0o700) != nil {
		memory = maxCompiling // in the process that reads
	} else if !compiled[r.Cache] {
		if _, err := run(ctx, request{Cache: r.Cache, Memory: maxCompiling, CompileOnly: true}, nil); err != nil {
			return Document{}, fmt.Errorf("compile the PDF library: %v", err) // not the fault of the file
		}
		compiled[r.Cache] = true
	}
	d, err := run(ctx, request{Cache: r.Cache, Memory: memory}, file)
	if errors.Is(err, ErrMemory) {
		delete(compiled, r.Cache) // or somebody has emptied the folder, and the process had to compile
	}
	return d, err
}

// run reads a file in a process of its own.
func run(ctx context.Context, req request, file []byte) (Document, error) {
	line, err := json.Marshal(req)
	if err != nil {
		return Document{}, err
	}
	cmd, err := childprocess.Command(childVariable + "=" + string(line))
	if err != nil {
		return Document{}, err
	}
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Document{}, err
	}
	if err := cmd.Start(); err != nil {
		return Document{}, err
	}
	// The process stops by itself in time, unless it cannot.
	limit := MaxTime + MaxTime/2
	if req.Memory == maxCompiling {
		limit += maxCompile
	}
	timed, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	stop := context.AfterFunc(timed, func() { _ = cmd.Process.Kill() })
	text, readErr := io.ReadAll(io.LimitReader(out, 8*MaxText))
	waitErr := cmd.Wait()
	stop()
	if timed.Err() != nil {
		return Document{}, context.Cause(timed)
	}
	var answer response
	if err := errors.Join(readErr, waitErr); err != nil {
		switch {
		case childprocess.RanOutOfMemory(cmd.ProcessState):
			return Document{}, ErrMemory
		case cmd.ProcessState.ExitCode() == -1: // by a signal, such as that of a machine without memory, for which another program may be the cause
			return Document{}, errors.New("the process that read the PDF was ended")
		}
		return Document{}, ErrDamaged
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return Document{}, fmt.Errorf("read the answer of the PDF library: %w", err)
	}
	return answer.result()
}
