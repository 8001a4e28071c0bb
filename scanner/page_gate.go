package scanner

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// maxGateWait is how long a page waits for others before it is left to a later scan. It is longer than most sites take for a
	// page, and short enough that a scan ends.
	maxGateWait = time.Minute
	// maxReadAlone is how long an interrupted page is read, as all others wait for it: a PDF may take a minute, and its download
	// half of one.
	maxReadAlone = 2 * time.Minute
)

// errReadAlone is why the reading of an interrupted page was stopped.
var errReadAlone = errors.New("reading the page was stopped after " + maxReadAlone.String() + ", because other pages waited for it")

// A pageGate lets the pages of several sources be read at once, and an interrupted page, one that was being read when the program
// ended, alone. The zero value is ready.
type pageGate struct {
	once sync.Once
	free *semaphore.Weighted
}

// everyPage is more than the pages that are ever read at once.
const everyPage = 1 << 30

// enter waits until a page may be read. It reports false if that takes longer than maxGateWait, or the context is done;
// otherwise leave must be called when the page was read.
func (g *pageGate) enter(ctx context.Context, alone bool) (leave func(), ok bool) {
	g.once.Do(func() { g.free = semaphore.NewWeighted(everyPage) })
	share := int64(1)
	if alone {
		share = everyPage
	}
	waiting, cancel := context.WithTimeout(ctx, maxGateWait)
	defer cancel()
	if g.free.Acquire(waiting, share) != nil {
		return nil, false
	}
	return func() { g.free.Release(share) }, true
}
