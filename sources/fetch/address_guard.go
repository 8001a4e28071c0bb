package fetch

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"regwatch/internal/weblink"
)

// reservedBlocks returns the address blocks that no public site uses, in addition to
// those that package netip knows (the special-purpose registries of RFC 6890).
func reservedBlocks() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this network
		netip.MustParsePrefix("100.64.0.0/10"),   // carriers' own (RFC 6598)
		netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("240.0.0.0/4"),     // future use, and broadcast
		netip.MustParsePrefix("::/96"),           // unspecified, loopback, IPv4-compatible
		netip.MustParsePrefix("::ffff:0:0:0/96"), // IPv4-translated (RFC 2765, deprecated)
		netip.MustParsePrefix("64:ff9b:1::/48"),  // local translation
		netip.MustParsePrefix("100::/64"),        // discard
		netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo among them
		netip.MustParsePrefix("2001:db8::/32"),   // documentation
		netip.MustParsePrefix("3fff::/20"),       // documentation
		netip.MustParsePrefix("5f00::/16"),       // segment routing
		netip.MustParsePrefix("fec0::/10"),       // site-local, deprecated
	}
}

// IsPublic reports whether an address can belong to a public site. An IPv6 address
// that embeds an IPv4 address is judged by the IPv4 address.
func IsPublic(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap()
	if !ip.IsValid() || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() {
		return false
	}
	for _, block := range reservedBlocks() {
		if block.Contains(ip) {
			return false
		}
	}
	nat64, sixTo4 := netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16")
	b := ip.As16()
	switch {
	case nat64.Contains(ip):
		return IsPublic(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo4.Contains(ip):
		return IsPublic(netip.AddrFrom4([4]byte(b[2:6])))
	}
	return true
}

// An AllowList holds the hosts that one source may reach although they are not public:
// its allow_hosts, in lower case and sorted. An empty list allows none.
type AllowList []string

func NewAllowList(hosts []string) AllowList {
	var list AllowList
	for _, h := range hosts {
		list = append(list, weblink.Host(h))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (l AllowList) Includes(host string) bool { return slices.Contains(l, weblink.Host(host)) }

// permits reports whether a connection for a host may go to an address.
func (l AllowList) permits(host string, ip netip.Addr) bool {
	return IsPublic(ip) || l.Includes(host) || l.Includes(ip.WithZone("").Unmap().String())
}

func (l AllowList) privateError(host string, ip netip.Addr) *Error {
	what := host
	if weblink.Host(host) != ip.String() {
		what = host + " resolves to " + ip.String() + ", which"
	}
	return Errorf(PrivateAddress, "%s is a private address, so regwatch did not contact it; to allow it, add %s to allow_hosts of this source", what, host)
}

// dial returns a dial function that checks each resolved address just before it
// connects. This is what makes the guard hold: checking earlier would let a redirect
// or a DNS name that changes its address reach the private network.
func (l AllowList) dial(d net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		dialer := d
		dialer.Control = func(_, resolved string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return Errorf(PrivateAddress, "%s resolves to %q, which is not an IP address", host, resolved)
			}
			if !l.permits(host, to.Addr()) {
				return l.privateError(host, to.Addr().WithZone("").Unmap())
			}
			return nil
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// isNumericHost reports whether a host ends in a number, as the old spellings of IPv4
// addresses do: 127.1, 169.254.43518, 0x7f.1. No name ends so, because no top-level domain
// is a number (WHATWG URL, "ends in a number checker").
func isNumericHost(host string) bool {
	host = strings.TrimRight(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	digits, hex := strings.CutPrefix(last, "0x")
	return strings.IndexFunc(digits, func(r rune) bool {
		return (r < '0' || r > '9') && (!hex || r < 'a' || r > 'f')
	}) < 0 && last != ""
}

// checkBeforeProxy checks what is known of a host before a proxy gets the request. The
// proxy makes the connection and may resolve the name to other addresses, so it must
// keep private networks out itself.
func (l AllowList) checkBeforeProxy(ctx context.Context, u *url.URL) error {
	host := weblink.Host(u.Hostname())
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		// The request names the host in ASCII, in which wide digits are digits.
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return Errorf(BadAddress, "%s is not a host name", host)
		}
		host = weblink.Host(ascii)
	}
	if l.Includes(host) {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if !IsPublic(ip) {
			return l.privateError(host, ip)
		}
		return nil
	}
	if isNumericHost(host) {
		return Errorf(PrivateAddress, "%s may stand for an address in a private network, so regwatch did not contact it: write the host as a name, or as an address of four numbers", host)
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || !strings.Contains(host, ".") {
		return Errorf(PrivateAddress, "%s is a name in a private network, so regwatch did not contact it; to allow it, add it to allow_hosts of this source", host)
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil // perhaps only the proxy can resolve the name
	}
	for _, ip := range addresses {
		if !l.permits(host, ip) {
			return l.privateError(host, ip.Unmap())
		}
	}
	return nil
}
