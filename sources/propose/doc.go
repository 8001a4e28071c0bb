// Package propose finds settings for pages that were never seen before.
//
// Start with [Detect], which says what an address gives, and with [Listings], which finds
// the list of articles on a page and proposes selectors for it. Both take a [ReadFunc],
// because a proposal is judged by the articles that it gives.
//
// It makes no request and writes no file; people choose among the proposals.
package propose
