package feed

import (
	"bytes"
	"cmp"
	"context"
	"errors"

	"golang.org/x/sync/semaphore"

	"regwatch/internal/htmltext"
)

// MaxMemory is the memory in bytes that the feeds and sitemaps that are being parsed may take together. It is counted for the
// whole program: a feed waits until those before it are done.
const MaxMemory = 128 << 20

// What parsing a feed takes at most, measured with hostile feeds: see TestHostileFeedsTogetherStayWithinMemory in package sources.
const (
	memoryOfValue = 400 // bytes for each element, attribute or value
	memoryOfByte  = 8   // bytes for each byte of the response
)

// ErrWait means that other feeds took all memory for [htmltext.MaxTreeWait]. It says nothing of the feed.
var ErrWait = errors.New("other feeds took all memory for feeds")

// parsing is the memory that is left. It bounds this program, so it belongs to the program.
var parsing = semaphore.NewWeighted(MaxMemory)

// memoryFor returns how much memory parsing a response takes at most, in bytes.
func memoryFor(body []byte) int64 {
	values := 0
	for _, mark := range []string{"<", "=", ",", "{", "["} {
		values += bytes.Count(body, []byte(mark))
	}
	return min(int64(min(values, MaxValues))*memoryOfValue+int64(len(body))*memoryOfByte, MaxMemory)
}

// WithMemory calls parse when there is memory for a response. Parse must neither call WithMemory nor make a request, as
// others wait for it. The error is that of the context or ErrWait.
func WithMemory(ctx context.Context, body []byte, parse func()) error {
	memory := memoryFor(body)
	waiting, cancel := context.WithTimeout(ctx, htmltext.MaxTreeWait)
	defer cancel()
	if err := parsing.Acquire(waiting, memory); err != nil {
		return cmp.Or(ctx.Err(), ErrWait)
	}
	defer parsing.Release(memory)
	parse()
	return nil
}
