// Package lazyregexp compiles a regular expression at its first use. A program that starts
// for one short command then does not compile the hundreds that it never uses.
//
// Start with [New] in place of regexp.MustCompile, for a package's expressions. A faulty
// expression panics at its first use and not at the start of the program, so a test must
// use each.
package lazyregexp

import (
	"regexp"
	"sync"
)

// A Regexp is an expression that is compiled at its first use. It is safe for concurrent use.
type Regexp struct {
	source string
	get    func() *regexp.Regexp
}

// New returns an expression in the syntax of package regexp.
func New(source string) *Regexp {
	return &Regexp{source, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })}
}

// The methods are those of [regexp.Regexp].

func (r *Regexp) Match(b []byte) bool                    { return r.get().Match(b) }
func (r *Regexp) MatchString(s string) bool              { return r.get().MatchString(s) }
func (r *Regexp) FindString(s string) string             { return r.get().FindString(s) }
func (r *Regexp) FindStringIndex(s string) []int         { return r.get().FindStringIndex(s) }
func (r *Regexp) FindStringSubmatch(s string) []string   { return r.get().FindStringSubmatch(s) }
func (r *Regexp) FindStringSubmatchIndex(s string) []int { return r.get().FindStringSubmatchIndex(s) }

func (r *Regexp) FindAllString(s string, n int) []string     { return r.get().FindAllString(s, n) }
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int { return r.get().FindAllStringIndex(s, n) }

func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.get().FindAllStringSubmatchIndex(s, n)
}

func (r *Regexp) ReplaceAllString(s, replacement string) string {
	return r.get().ReplaceAllString(s, replacement)
}

func (r *Regexp) ReplaceAllStringFunc(s string, replacement func(string) string) string {
	return r.get().ReplaceAllStringFunc(s, replacement)
}

// String returns the source of the expression, without compiling it.
func (r *Regexp) String() string { return r.source }
