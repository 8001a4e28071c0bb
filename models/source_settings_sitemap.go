package models

// A Sitemap says which addresses of a sitemap are articles. The zero Sitemap takes every
// address, up to the limits.
type Sitemap struct {
	// Include and Exclude are path patterns in the syntax of robots.txt (RFC 9309,
	// section 2.2.3): the beginning of a path with its query, where * stands for any
	// characters and $ for the end. An address is an article if it matches one of
	// Include, or Include is empty, and none of Exclude.
	Include []string
	Exclude []string

	Newest int // the most articles, newest first; 0: 200
	Maps   int // the most sitemaps of an index, newest first; 0: 5
}
