package configs

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"regwatch/internal/yamlnode"
)

// A Web says where the web pages of regwatch are served. The zero value serves none.
type Web struct {
	Listen string // host:port; an empty host means all addresses of this machine
	Public string // the address for readers, without a slash at the end; empty means that mails have no links to regwatch
	Login  Login  // to the console

	at position
}

func webKeys() []string {
	return []string{"listen", "public", "login"}
}

func (l *loader) web(n yamlnode.Node) Web {
	m := optionalMap(n, "web", webKeys()...)
	w := Web{
		Listen: textOr(m.Get("listen"), "web.listen", ""),
		Public: textOr(m.Get("public"), "web.public", ""),
		at:     positionOf(n),
	}
	w.Login = l.login(m.Get("login"), w.Public)
	if w.Listen != "" && !isListenAddress(w.Listen) {
		m.Get("listen").Report(fmt.Sprintf("web.listen is %q, which is not an address with a port", w.Listen), "use an address of this machine and a port, such as 127.0.0.1:8480")
	}
	if w.Public == "" {
		return w
	}
	u, err := url.Parse(w.Public)
	switch {
	case err != nil || !isWebAddress(w.Public) || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		m.Get("public").Report(fmt.Sprintf("web.public is %q, which is not a plain web address", w.Public), "use a web address, such as https://regwatch.example.com")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		m.Get("public").Report(fmt.Sprintf("web.public makes links in mails unencrypted, to %s", u.Host), "use an https address; http is only for this machine")
	case !isASCIIHost(u.Hostname()):
		m.Get("public").Report(fmt.Sprintf("web.public is %q, whose host is not valid", w.Public), "use a web address, such as https://regwatch.example.com")
	case w.Listen == "" && !m.Get("listen").Exists():
		m.Get("public").Report("web.public is set, but web.listen is not", "add listen, such as listen: 127.0.0.1:8480")
	}
	w.Public = strings.TrimRight(w.Public, "/")
	return w
}

// isASCIIHost reports whether a host can be written in ASCII, which links in mails
// need.
func isASCIIHost(host string) bool {
	if !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return true
	}
	_, err := idna.Lookup.ToASCII(host)
	return err == nil
}

// isListenAddress reports whether a program can listen on an address: an optional host
// and a port.
func isListenAddress(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || strings.ContainsAny(host, "/ \t*") {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && 1 <= n && n <= 65535
}
