// Package page reads web pages: the text of an article without menus and related
// articles, its title, date and language, and the articles that a page lists.
//
// Start with [Read] for the page of an article, [Whole] for a page whose changes are
// watched, and [NewList] for a page with a list. Pages may be malicious: each function
// takes a time in proportion to the size of the page, and those that take a context stop
// with it.
//
// It makes no request. What a page means for an article that is known already is decided
// by package sources.
package page
