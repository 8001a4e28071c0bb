// Package fetch gets what servers publish, politely and safely.
//
// Start with [New] and [Client.Get]. One client makes the requests of all sources: one at
// a time to a host, with pauses between them, as robots.txt and Retry-After ask. It limits
// sizes and times, follows redirects with every check again, decompresses, and contacts no
// private address that the source does not allow by name. Each failure is an [Error] with
// a sentence for people who do not run servers.
//
// It knows nothing of feeds and pages; what a response says is read by package sources and
// the packages below it.
package fetch
