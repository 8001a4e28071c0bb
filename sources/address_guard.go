package sources

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// reservedBlocks are the blocks of addresses that no public site has, beyond those
// that package netip knows: the special-purpose registries of RFC 6890.
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
		netip.MustParsePrefix("64:ff9b:1::/48"),  // local translation
		netip.MustParsePrefix("100::/64"),        // discard
		netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo among them
		netip.MustParsePrefix("2001:db8::/32"),   // documentation
		netip.MustParsePrefix("3fff::/20"),       // documentation
		netip.MustParsePrefix("5f00::/16"),       // segment routing
		netip.MustParsePrefix("fec0::/10"),       // site-local, deprecated
	}
}

// isPublic reports whether an address can belong to a public site. An IPv6
// address that stands for an IPv4 address is judged by that.
func isPublic(ip netip.Addr) bool {
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
		return isPublic(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo4.Contains(ip):
		return isPublic(netip.AddrFrom4([4]byte(b[2:6])))
	}
	return true
}

// An allowList is the hosts that one source may reach although they are not
// public, as it names them: in lower case, sorted.
type allowList []string

func newAllowList(hosts []string) allowList {
	var list allowList
	for _, h := range hosts {
		list = append(list, normalizeHost(h))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// normalizeHost reduces a host to the form in which hosts are compared.
func normalizeHost(host string) string {
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().String()
	}
	return host
}

func (l allowList) includes(host string) bool { return slices.Contains(l, normalizeHost(host)) }

// permits reports whether a connection to an address is right when it is made
// for a host.
func (l allowList) permits(host string, ip netip.Addr) bool {
	return isPublic(ip) || l.includes(host) || l.includes(ip.WithZone("").Unmap().String())
}

func (l allowList) privateError(host string, ip netip.Addr) *Error {
	what := host
	if normalizeHost(host) != ip.String() {
		what = host + " leads to " + ip.String() + ", which"
	}
	return newError(Forbidden, "%s is an address of a private network, not of a public site, and was not contacted; if that is meant, name %s under allow_hosts of this source", what, host)
}

// dial returns a dial function that looks at each address just before it is
// connected to, so that neither a redirect nor a name that changes its address
// leads into the private network.
func (l allowList) dial(d net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		dialer := d
		dialer.Control = func(_, resolved string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return newError(Forbidden, "%s leads to %q, which is not an address", host, resolved)
			}
			if !l.permits(host, to.Addr()) {
				return l.privateError(host, to.Addr().WithZone("").Unmap())
			}
			return nil
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// checkBeforeProxy is what can be known of a host before a proxy is asked for
// it: the proxy makes the connection, and may see other addresses than we do.
func (l allowList) checkBeforeProxy(ctx context.Context, u *url.URL) error {
	host := normalizeHost(u.Hostname())
	if l.includes(host) {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if !isPublic(ip) {
			return l.privateError(host, ip)
		}
		return nil
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || !strings.Contains(host, ".") {
		return newError(Forbidden, "%s is a name of a private network, not of a public site, and was not contacted; if that is meant, name it under allow_hosts of this source", host)
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil // only the proxy may know the name
	}
	for _, ip := range addresses {
		if !l.permits(host, ip) {
			return l.privateError(host, ip.Unmap())
		}
	}
	return nil
}
