// Package sources reads what regulators and the press publish.
//
// Start with [Load], which reads the source files, and [Open], which returns a
// [Reader] for one source. All readers share one [Client]. [Reader.Fetch] returns the
// articles of a source, and [Reader.Complete] fetches the page of an article that came
// only with a summary.
//
// The client makes one request at a time to a host, limits sizes and times, and
// contacts no private address that the source does not allow by name. A batch is never
// incomplete without saying so: its warnings name what was repaired, counted or left
// out, and its cursor moves on only if the whole response was read. Callers decide
// which articles are new and what they mean.
package sources
