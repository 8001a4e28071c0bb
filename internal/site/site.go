// Package site tells which web addresses belong to one publisher.
//
// Start with [Of].
package site

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Of returns the site of a web address: the domain that one owner registered, such as
// example.co.uk of https://news.example.co.uk/1. Names below a suffix under which many
// register, such as github.io, are sites of their own. The result is empty if the address
// has no host, or an IP address, which many publishers may share.
func Of(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return OfHost(u.Hostname())
}

// OfHost returns the site of a host name. The site of a site is itself.
func OfHost(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "" || net.ParseIP(host) != nil {
		return ""
	}
	if owned, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return strings.TrimPrefix(owned, "www.") // the www of www.gov.uk is no owner's
	}
	return strings.TrimPrefix(host, "www.")
}
