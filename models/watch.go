package models

// A Watch says which part of a watched page counts. The zero Watch is the whole
// page without its menus and other furniture.
type Watch struct {
	Select string   // CSS selector of the elements that are compared; empty is the page
	Ignore []string // CSS selectors of elements within, such as counters, that are left out
}
