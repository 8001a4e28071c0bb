// Package feed reads feeds and sitemaps: RSS, Atom, RDF, JSON Feed and the sitemap
// protocol.
//
// Start with [Parse], which decodes a feed, repairs what it can and returns its items, or
// with [ParseSitemap]. [Links] returns the feeds that a page names. What was repaired or
// left out is in the warnings, and a feed that ends too early says so.
//
// It makes no request and does not interpret dates and links, which are as the feed wrote
// them.
package feed
