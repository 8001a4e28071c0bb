package htmltext

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/sync/semaphore"
)

// MaxTreeMemory is the memory in bytes that the trees of all pages together may take, with all that is computed from them. It
// is counted for the whole program: a page waits until those before it are done.
const MaxTreeMemory = 128 << 20

// What a page takes at most, measured with hostile pages: see TestHostilePagesStayWithinMemory in package sources.
const (
	memoryOfPart = 600 // bytes for each part
	memoryOfByte = 20  // bytes for each byte of markup
)

// MaxTreeWait is how long a page waits for the memory of others: eight hostile pages, each of which takes all of it, take half a
// minute each.
const MaxTreeWait = 5 * time.Minute

var (
	// ErrNoTree means that a page has no tree, because it is nested deeper than 512 elements.
	ErrNoTree = errors.New("the page has no tree")
	// ErrTreeWait means that other pages took all memory for [MaxTreeWait]. It says nothing of the page.
	ErrTreeWait = errors.New("other pages took all memory for trees")
)

// trees is the memory that is left. It bounds this program, so it belongs to the program.
var trees = semaphore.NewWeighted(MaxTreeMemory)

// WithTree calls use with the tree of a page, as far as the limits of a page allow. Cut reports that the page has more. It waits
// while other pages take all of [MaxTreeMemory], so use must not call WithTree, and a limit of time for a page begins in use. It
// returns the error of the context or of use, [ErrNoTree] or [ErrTreeWait].
func WithTree(ctx context.Context, markup string, use func(doc *html.Node, cut bool) error) error {
	limited, parts, cut := limit(markup)
	memory := min(int64(parts)*memoryOfPart+int64(len(limited))*memoryOfByte, MaxTreeMemory)
	if err := waitForTree(ctx, memory); err != nil {
		return err
	}
	defer trees.Release(memory)
	doc, err := html.Parse(strings.NewReader(limited))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoTree, err)
	}
	return use(doc, cut)
}

func waitForTree(ctx context.Context, memory int64) error {
	waiting, cancel := context.WithTimeout(ctx, MaxTreeWait)
	defer cancel()
	if err := trees.Acquire(waiting, memory); err != nil {
		return cmp.Or(ctx.Err(), ErrTreeWait)
	}
	return nil
}

// Fragment returns the tree of a part of a page as an element, and how many parts it has. It is nil if the part cannot be parsed
// or has more parts than most.
func Fragment(markup string, most int) (root *html.Node, parts int) {
	limited, parts, cut := limit(markup)
	if cut || parts > most {
		return nil, parts
	}
	root = &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(limited), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return nil, parts
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root, parts
}
