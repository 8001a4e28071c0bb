// Package store keeps what regwatch knows, in SQLite or PostgreSQL.
//
// Start with [Open]. [Store.Unseen] and [Store.Candidates] read what a scan
// needs, [Store.Commit] writes all that it decided, and [Store.Claim] hands out
// what is owed to whom. [Store.ArticlesMatching] finds stored articles by their
// words.
//
// A scan is committed whole or not at all. A commit that was decided from an
// outdated reading is refused with [models.ErrStale], however many programs
// share the database. A notice and its deliveries are stored once, however
// often they are planned. A delivery is completed only by the worker that holds
// its lease. Every entry of the audit names the one before, so that none is
// changed or removed unseen. Both engines pass one suite of tests.
//
// What an article is about, what is said to whom and when it is tried again is
// decided elsewhere.
package store
