package models

// A Watch says which part of a monitored page counts. The zero Watch is the whole page
// without its boilerplate.
type Watch struct {
	Select string   // CSS selector of the elements to compare; empty: the page
	Ignore []string // CSS selectors of elements to leave out, such as counters
}
