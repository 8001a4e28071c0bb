package models

// A Sitemap says which addresses of a sitemap are articles. The zero Sitemap is
// every address, up to the limits.
type Sitemap struct {
	// Include and Exclude are patterns of paths as robots.txt has them (RFC 9309,
	// section 2.2.3): the beginning of a path with its query, where * stands for
	// any characters and $ at the end for the end. An address is an article if it
	// meets one of Include, or there is none, and none of Exclude.
	Include []string
	Exclude []string

	Newest int // the most articles that are taken, newest first; 0 means 200
	Maps   int // the most sitemaps of an index that are read, newest first; 0 means 5
}
