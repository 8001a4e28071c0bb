package configs

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// A Login says how people log in to the console. The zero value is no login: the console is
// then only for who works on this machine.
type Login struct {
	Users bool  // with a name and a password; regwatch user add adds them
	OIDC  OIDC  // at an identity provider
	Proxy Proxy // at a proxy in front, which names the user
}

// IsSet reports whether people can log in.
func (l Login) IsSet() bool { return l.Users || l.OIDC.Issuer != "" || l.Proxy.Header != "" }

// An OIDC is an OpenID Connect provider. Its Issuer is empty if there is none.
type OIDC struct {
	Issuer       string // the address of the provider, as it writes it itself
	ClientID     string
	ClientSecret Secret
	Claim        string   // of the ID token, with groups or the like
	Roles        RoleMap  // by values of the claim
	Domains      []string // of addresses that may log in; empty: all
}

// A Proxy is a proxy in front that has checked who the user is. Its Header is empty if there is
// none.
type Proxy struct {
	Header string         // with the name of the user
	From   []netip.Prefix // addresses of the proxy
	Roles  RoleMap        // by name
}

// A RoleMap says who has which role.
type RoleMap map[models.UserRole][]string

// everybody stands for all names in a RoleMap.
const everybody = "*"

// Of returns the highest role that one of some names has; empty if none has any.
func (m RoleMap) Of(names ...string) models.UserRole {
	for _, role := range slices.Backward(models.UserRoles()) {
		for _, name := range m[role] {
			if name == everybody || slices.Contains(names, name) {
				return role
			}
		}
	}
	return ""
}

func loginKeys() []string { return []string{"users", "oidc", "proxy"} }

func oidcKeys() []string {
	return []string{"issuer", "client_id", "client_secret", "claim", "roles", "domains"}
}

func proxyKeys() []string { return []string{"header", "from", "roles"} }

func (l *loader) login(n yamlnode.Node, public string) Login {
	if !n.Exists() || n.IsNull() {
		return Login{}
	}
	m := n.Map("web.login", loginKeys()...)
	login := Login{
		Users: boolOr(m.Get("users"), "web.login.users", false),
		OIDC:  l.oidc(m.Get("oidc")),
		Proxy: readProxy(m.Get("proxy")),
	}
	switch {
	case !n.IsMap():
	case !login.IsSet() && !m.Get("oidc").Exists() && !m.Get("proxy").Exists():
		n.Report("web.login lets nobody log in", "add users: true, oidc or proxy")
	case m.Get("proxy").Exists() && (login.Users || m.Get("oidc").Exists()):
		m.Get("proxy").Report("web.login has proxy and another way to log in", "use proxy alone, or remove it")
	case m.Get("oidc").Exists() && public == "":
		m.Get("oidc").Report("web.login.oidc needs the address to which the provider sends people back", "add public under web, such as public: https://regwatch.example.com")
	}
	return login
}

func (l *loader) oidc(n yamlnode.Node) OIDC {
	if !n.Exists() || n.IsNull() {
		return OIDC{}
	}
	const what = "web.login.oidc"
	m := n.Map(what, oidcKeys()...)
	issuer := m.Required("issuer", "add the address of the provider, such as issuer: https://login.example.com")
	id := m.Required("client_id", "add the ID that the provider gave to regwatch")
	secret := m.Required("client_secret", "add the secret that the provider gave to regwatch, such as client_secret: env:REGWATCH_OIDC_SECRET")
	o := OIDC{
		Issuer: issuer.String(what + ".issuer"), ClientID: id.String(what + ".client_id"),
		ClientSecret: secretSetting(secret, l.dir, what+".client_secret"),
		Claim:        textOr(m.Get("claim"), what+".claim", "groups"),
		Roles:        readRoles(m.Required("roles", "say who has which role, such as roles: {admin: [regwatch-admins], reader: ["+`"*"`+"]}"), what+".roles"),
		Domains:      m.Get("domains").Strings(what + ".domains"),
	}
	if u, err := url.Parse(o.Issuer); issuer.IsScalar() && (err != nil || !isProtectedURL(o.Issuer) || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		issuer.Report(fmt.Sprintf("%s.issuer is %q, which is not the address of a provider", what, o.Issuer), "use its https address as the provider gives it, such as https://login.example.com/realms/work")
	}
	for i, item := range m.Get("domains").Items() {
		if i < len(o.Domains) && (strings.ContainsAny(o.Domains[i], "@/: ") || !strings.Contains(o.Domains[i], ".")) {
			item.Report(fmt.Sprintf("%s.domains has %q, which is not a domain", what, o.Domains[i]), "use the part of mail addresses after the @, such as example.com")
		}
	}
	for i := range o.Domains {
		o.Domains[i] = strings.ToLower(o.Domains[i])
	}
	return o
}

func readProxy(n yamlnode.Node) Proxy {
	if !n.Exists() || n.IsNull() {
		return Proxy{}
	}
	const what = "web.login.proxy"
	m := n.Map(what, proxyKeys()...)
	header := m.Required("header", "add the header in which the proxy names the user, such as header: X-Forwarded-User")
	from := m.Required("from", "add the addresses of the proxy, such as from: [127.0.0.1/32]; from others the header is ignored")
	p := Proxy{
		Header: http.CanonicalHeaderKey(header.String(what + ".header")),
		Roles:  readRoles(m.Required("roles", "say who has which role, such as roles: {admin: [mei@example.com], reader: ["+`"*"`+"]}"), what+".roles"),
	}
	if header.IsScalar() && !isHeaderName(p.Header) {
		header.Report(fmt.Sprintf("%s.header is %q, which is not the name of a header", what, p.Header), "use a name such as X-Forwarded-User")
	}
	for _, item := range from.Items() {
		text := item.String(what + ".from")
		prefix, err := parsePrefix(text)
		switch {
		case !item.IsScalar():
		case err != nil:
			item.Report(fmt.Sprintf("%s.from has %q, which is not an address or a network", what, text), "use an address such as 127.0.0.1, or a network such as 10.0.0.0/8")
		case prefix.Bits() == 0:
			item.Report(fmt.Sprintf("%s.from has %q, which is every address: anybody could name themselves", what, text), "use the address of the proxy")
		default:
			p.From = append(p.From, prefix)
		}
	}
	if from.IsList() && len(from.Items()) == 0 {
		from.Report(what+".from is empty", "add the addresses of the proxy, such as 127.0.0.1")
	}
	return p
}

// isHeaderName reports whether a name can be that of a header which a proxy sets. Cookie and
// Host are not such.
func isHeaderName(name string) bool {
	if name == "" || name == "Cookie" || name == "Host" {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-')
	})
}

// parsePrefix reads a network, or an address as the network of that address alone.
func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Prefix(addr.BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}

func readRoles(n yamlnode.Node, what string) RoleMap {
	var keys []string
	for _, role := range models.UserRoles() {
		keys = append(keys, string(role))
	}
	m := n.Map(what, keys...)
	roles := make(RoleMap)
	for _, role := range models.UserRoles() {
		of := m.Get(string(role))
		if names := of.Strings(what + "." + string(role)); len(names) > 0 {
			roles[role] = names
		}
		if role == models.RoleAdmin && slices.Contains(roles[role], everybody) {
			of.Report(what+".admin makes everybody admin", "name the admins")
		}
	}
	if n.IsMap() && len(roles) == 0 {
		n.Report(what+" gives nobody a role", `add one, such as reader: ["*"], which is everybody`)
	}
	return roles
}

// NeedsLogin reports whether the pages can be reached from outside of this machine, so that the
// console must not be served without a login: they listen on another address than loopback, or
// have a public address to which a proxy passes requests.
func (w Web) NeedsLogin() bool {
	host, _, err := net.SplitHostPort(w.Address())
	if err != nil || !isLoopback(host) {
		return true
	}
	u, err := url.Parse(w.Public)
	return w.Public != "" && (err != nil || !isLoopback(u.Hostname()))
}

// Console returns the address of the console for readers of messages, without a slash at the
// end. It is empty if the console is not served, or if readers cannot reach it: without a
// public address, or with one that has a path.
func (w Web) Console() string {
	u, err := url.Parse(w.Public)
	if _, served := w.ConsoleProblem(); !served || w.Off || err != nil || u.Path != "" {
		return ""
	}
	return w.Public
}

// ConsoleProblem says why the console is not served; ok is true if it is.
func (w Web) ConsoleProblem() (p diag.Problem, ok bool) {
	if !w.NeedsLogin() || w.Login.IsSet() {
		return diag.Problem{}, true
	}
	return w.at.problem("the console is not served: others can reach web, and it has no login", "add login under web, such as login: {users: true}, and a user with regwatch user add; links in mails, feeds and health checks work without"), false
}
