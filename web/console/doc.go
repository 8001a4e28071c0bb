// Package console serves the pages on which people read events, decide about them, edit
// rules and see that monitoring works.
//
// Start with [New], which returns a handler for every address that is not a link of a mail.
// Each page works without scripts: it is read by a GET, filters are in its address, and an
// action is a form that answers 303 with the page that it came from. The script makes the
// same requests without loading a whole page.
//
// Package app decides and does everything. This package turns what it returns into pages in
// the language and time zone of the reader.
package console
