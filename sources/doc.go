// Package sources reads what regulators and the press publish.
//
// [Load] reads the source files that a person wrote; [Open] gives a [Reader] of
// one source over a [Client] shared by all. [Reader.Fetch] asks the source what
// there is, and [Reader.Complete] fetches the page behind an article of which
// the source gave only a summary.
//
// The client is polite and careful: one request at a time to a host, bounded
// sizes and times, no address of a private network unless the source allows it
// by name. A batch is never short in silence: what was mended, counted and left
// out stands in its warnings, and validators move on only when all of the
// answer was read. What is new, and what it means, is left to the caller.
package sources
