package configs

import (
	"cmp"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// DefaultListen is where the web pages are served if web.listen does not say so.
const DefaultListen = "127.0.0.1:8480"

// A Web says where the web pages of regwatch are served.
type Web struct {
	Listen string // host:port; an empty host means all addresses of this machine; empty: not set
	Public string // the address for readers, without a slash at the end; empty means that mails have no links to regwatch
	Off    bool   // web.listen is off: no page is served
	Login  Login  // to the console
	Commit bool   // each rule that a person saves is committed to the git work tree that has the folder rules

	at position
}

// Address is where the pages are served.
func (w Web) Address() string { return cmp.Or(w.Listen, DefaultListen) }

func webKeys() []string {
	return []string{"listen", "public", "login", "commit"}
}

func (l *loader) web(n yamlnode.Node) Web {
	m := optionalMap(n, "web", webKeys()...)
	w := Web{
		Listen: textOr(m.Get("listen"), "web.listen", ""),
		Public: textOr(m.Get("public"), "web.public", ""),
		Commit: boolOr(m.Get("commit"), "web.commit", false),
		at:     positionOf(n),
	}
	if w.Listen == "off" {
		w.Listen, w.Off = "", true
	}
	w.Login = l.login(m.Get("login"), w.Public)
	if w.Listen != "" && !isListenAddress(w.Listen) {
		m.Get("listen").Report(diag.Textf("web.listen is %q, which is not an address with a port", w.Listen), "use an address of this machine and a port, such as "+DefaultListen+", or off")
	}
	if w.Public == "" {
		return w
	}
	u, err := url.Parse(w.Public)
	switch {
	case err != nil || !isWebAddress(w.Public) || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		m.Get("public").Report(diag.Textf("web.public is %q, which is not a plain web address", w.Public), "use a web address, such as https://regwatch.example.com")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		m.Get("public").Report(diag.Textf("web.public makes links in mails unencrypted, to %s", u.Host), "use an https address; http is only for this machine")
	case !isASCIIHost(u.Hostname()):
		m.Get("public").Report(diag.Textf("web.public is %q, whose host is not valid", w.Public), "use a web address, such as https://regwatch.example.com")
	case w.Off:
		m.Get("public").Report("web.public is set, but web.listen is off", diag.Textf("remove public, or use an address such as listen: %s", DefaultListen))
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
