// Package signedlink creates and verifies the signed addresses of regwatch's own pages.
//
// Start with [Links.Address] to create one and [Links.Read] to verify its token.
package signedlink
