package weblink

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"regwatch/internal/lazyregexp"
)

// Firm returns a link without differences in spelling ("%e5" and "%E5", "%2D" and "-") and
// without what is certainly a session or the time of a request: it changes with each request
// and leads to the same page.
func Firm(link string) string { return stable(link, false) }

// Stable is Firm, and drops short values of such parameters too ("?t=2") if the rest of the
// link names a page. Two links of one list that become equal may still be two pages.
func Stable(link string) string { return stable(link, true) }

var (
	pathSession = lazyregexp.New(`(?i);(?:jsessionid|phpsessid|sid)=[^/?#;]*`)
	escape      = lazyregexp.New(`%[0-9A-Fa-f]{2}`)
)

func stable(link string, short bool) string {
	main, fragment, hasFragment := strings.Cut(link, "#")
	place, query, hasQuery := strings.Cut(main, "?")
	place = normalizeEscapes(pathSession.ReplaceAllString(place, ""))
	if hasQuery {
		if kept := stablePairs(place, strings.Split(normalizeEscapes(query), "&"), short); len(kept) > 0 {
			place += "?" + strings.Join(kept, "&")
		}
	}
	if hasFragment {
		place += "#" + fragment
	}
	return place
}

// normalizeEscapes writes the escapes of a link in one way (RFC 3986, section 6.2.2).
func normalizeEscapes(s string) string {
	s = escape.ReplaceAllStringFunc(s, func(e string) string {
		plain, err := url.PathUnescape(e)
		if err == nil && isUnreserved(plain[0]) {
			return plain
		}
		return strings.ToUpper(e)
	})
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 0x80 {
			b.WriteString(url.PathEscape(string([]byte{c})))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

var (
	sessionName = lazyregexp.New(`(?i)^(?:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|oscsid|zenid)$`)
	requestName = lazyregexp.New(`(?i)^(?:sid|sess|session|sessionid|session_id|t|ts|_t|_|time|timestamp|rnd|rand|random|r|nocache|cb|cachebuster)$`)
	// requestValue matches the values that requests get: a time in seconds or milliseconds, or
	// a long random text.
	requestValue = lazyregexp.New(`^(?:1\d{9}(?:\d{3})?|0\.\d{6,}|[0-9A-Za-z_-]{16,})$`)
	shortNumber  = lazyregexp.New(`^\d{0,9}$`)
)

// stablePairs returns the parameters of a query that belong to the page.
func stablePairs(place string, pairs []string, short bool) (kept []string) {
	ofRequest := func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return requestName.MatchString(name)
	}
	identified := namesPage(place)
	named := identified || slices.ContainsFunc(pairs, func(pair string) bool {
		name, value, _ := strings.Cut(pair, "=")
		return !ofRequest(pair) && !sessionName.MatchString(name) && !isTrackingParameter(name) && strings.ContainsAny(value, "0123456789")
	})
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case sessionName.MatchString(name):
		case named && ofRequest(pair) && (requestValue.MatchString(value) || short && (identified || !shortNumber.MatchString(value))):
		default:
			kept = append(kept, pair)
		}
	}
	return kept
}

var (
	script      = lazyregexp.New(`(?i)\.(?:php\d?|aspx?|jspx?|do|action|cgi|cfm|pl|dll)$`)
	genericName = lazyregexp.New(`(?i)^(?:index|default|home|main|view\w*|show\w*|articles?|details?|pages?|content|list|search|news|node|read|item|story|post|topic|thread|press|media|releases?)$`)
	year        = lazyregexp.New(`^(?:19|20)\d\d$`)
	number      = lazyregexp.New(`\d+`)
	// placeID matches parameters that say where on a site something is, in which language or for whom.
	placeID = lazyregexp.New(`^(?:channel|column|cat|category|class|section|site|list|menu|node|page|parent|type|topic|lang|language|user|visitor|s|session)_?id$`)
)

// lastPart returns the last part of the path of an address without its extension, and whether
// it is a script, which shows a page by its parameters.
func lastPart(place string) (name string, isScript bool) {
	_, rest, _ := strings.Cut(place, "://")
	_, rest, _ = strings.Cut(rest, "/")
	last := path.Base("/" + strings.TrimRight(rest, "/"))
	if last == "/" {
		return "", false
	}
	return strings.TrimSuffix(last, path.Ext(last)), script.MatchString(last)
}

// namesPage reports whether the path of an address names one page by itself.
func namesPage(place string) bool {
	name, isScript := lastPart(place)
	if isScript {
		return strings.ContainsAny(name, "0123456789")
	}
	return name != "" && !genericName.MatchString(name) && !year.MatchString(name)
}

// NamesArticle reports whether a link most likely belongs to one article: its path or query has
// the number of one, or its path the words of a title.
func NamesArticle(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	for name, values := range u.Query() {
		if name = strings.ToLower(name); strings.HasSuffix(name, "id") && !placeID.MatchString(name) && len(values) == 1 && number.MatchString(values[0]) {
			return true
		}
	}
	name, _ := lastPart(u.Scheme + "://" + u.Host + u.EscapedPath())
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' })
	for _, n := range number.FindAllString(name, -1) {
		if !year.MatchString(n) && (len(n) >= 3 || n == name) {
			return true
		}
	}
	return len(words) >= 4
}
