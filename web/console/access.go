package console

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// protected refuses what other sites make a browser send, and requests for another host: a
// name that somebody points at this machine (DNS rebinding). It also makes browsers run
// nothing but our own script and load nothing from elsewhere.
func (c *Console) protected(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := c.newVisit(r)
		c.show(w, v, http.StatusForbidden, "problem", v.T("That did not work"), problem{
			Title: v.T("That did not work"), Lines: []string{v.T("Another site sent this request, so nothing was changed.")},
		})
	}))
	next = sameOrigin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		if !c.isOurHost(r.Host) {
			http.Error(w, "This address is not one of regwatch. Open the console at the address that regwatch.yaml has as web.public, or at localhost.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isOurHost reports whether a Host header names this machine: its loopback, or a name that
// the settings give it. Every port is ours, because a proxy may use another one.
func (c *Console) isOurHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || slices.Contains(c.hosts, host)
}
