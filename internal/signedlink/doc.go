// Package signedlink makes and reads the signed addresses of regwatch's own pages.
package signedlink
