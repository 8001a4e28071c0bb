// Package terminal writes notices to the terminal of the running program.
package terminal
