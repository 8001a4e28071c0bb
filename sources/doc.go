// Package sources reads what regulators and the press publish.
//
// Start with [Load], which reads the source files, and [Open], which returns a
// [Reader] for one source. All readers share one [Client]. [Reader.Fetch] returns the
// articles of a source, and [Reader.Complete] fetches the page of an article that came
// only with a summary. [Propose] finds settings for a page that nobody has described.
//
// A batch is never incomplete without saying so: its warnings name what was repaired,
// counted or left out, and its cursor moves on only if the whole response was read.
// Callers decide which articles are new and what they mean.
//
// The work is done by the packages below: fetch makes the requests, feed and page read
// what comes back, propose looks at unknown pages. This package has one small kind for
// each way to publish, and turns what they find into articles.
package sources
