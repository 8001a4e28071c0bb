// Package weblink resolves and compares the links of articles.
//
// Start with [Resolve], which makes a link absolute, and [Key], which is the same for two
// links to one page.
package weblink

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/publicsuffix"

	"regwatch/internal/redact"
)

// Resolve returns a link as an absolute web address, or an empty string. It drops
// links with other schemes (javascript:, data:), which nobody should click.
func Resolve(base *url.URL, link string) string {
	link = strings.TrimSpace(link)
	if link == "" {
		return ""
	}
	// Line breaks and tabs in a link come from pretty-printed XML.
	link = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, link)
	// "www.csrc.gov.cn/x.html" is an address without its scheme, not a file.
	if len(link) > 4 && strings.EqualFold(link[:4], "www.") && base != nil {
		link = "//" + link
	}
	u, err := url.Parse(strings.ReplaceAll(link, " ", "%20"))
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// trackingParameters returns the query parameters that identify who followed a link
// and not where it leads. Those that end in "*" are prefixes.
func trackingParameters() []string {
	return []string{
		"utm_*", "at_*", "mc_*", "hsa_*", "pk_*", "mtm_*", "piwik_*", "ga_*", "_hs*", "vero_*",
		"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "igshid", "yclid", "ttclid",
		"ocid", "cmpid", "cmp", "ncid", "spm", "mkt_tok", "_ga", "_gl", "ref_src", "ref_url", "xtor", "wt.mc_id",
		"smid", "sref", "share_token", "from_share",
	}
}

func isTrackingParameter(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc(trackingParameters(), func(t string) bool {
		prefix, open := strings.CutSuffix(t, "*")
		return key == t || open && strings.HasPrefix(key, prefix)
	})
}

// Key returns what identifies the page of a link: the link as [Firm] returns it without
// scheme, www, default port, tracking parameters and trailing slash, and with its query
// sorted. It keeps a fragment that identifies one article of a page.
func Key(link string) string { return FormerKey(Firm(link)) }

// FormerKey is [Key] as earlier releases stored it, without [Firm].
func FormerKey(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.TrimPrefix(Host(u.Hostname()), "www.")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	key := host + strings.TrimRight(u.EscapedPath(), "/")
	var kept []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if pair != "" && !isTrackingParameter(name) {
			kept = append(kept, pair)
		}
	}
	if len(kept) > 0 {
		slices.Sort(kept)
		key += "?" + strings.Join(kept, "&")
	}
	if fragment := articleFragment(u); fragment != "" {
		key += "#" + fragment
	}
	return key
}

// commonFragment matches fragments that lead to a part that every page has.
var commonFragment = lazyregexp.New(`(?i)^(?:top|main|main-?content|content|page|comments?(?:-?\d+)?|respond|reply|share|sharing|disqus_thread|rss|feed|!)$`)

// articleFragment returns the fragment of a link, unless it does not identify an
// article: a text to highlight, a tracking parameter or the comments.
func articleFragment(u *url.URL) string {
	fragment, _, _ := strings.Cut(u.EscapedFragment(), ":~:")
	name, _, parameter := strings.Cut(fragment, "=")
	if commonFragment.MatchString(fragment) || parameter && isTrackingParameter(name) {
		return ""
	}
	return fragment
}

var (
	fileExtension = lazyregexp.New(`\.[a-z]{3,5}$`)
	leadingNumber = lazyregexp.New(`^[\d\s]+(\D)`)
)

// Title returns a title for an article of which only the link is known: the words
// of the last part of its path, or the link itself.
func Title(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	for _, part := range slices.Backward(strings.Split(u.Path, "/")) {
		part = fileExtension.ReplaceAllString(part, "")
		words := strings.Join(strings.FieldsFunc(part, func(r rune) bool { return r == '-' || r == '_' || r == '+' || r == ' ' }), " ")
		words = leadingNumber.ReplaceAllString(words, "$1")
		if strings.Contains(words, " ") && strings.ContainsFunc(words, unicode.IsLetter) {
			first, size := utf8.DecodeRuneInString(words)
			return string(unicode.ToUpper(first)) + words[size:]
		}
	}
	return link
}

// Host returns a host in the form in which hosts are compared.
func Host(host string) string {
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().String()
	}
	return host
}

// Domain returns the part of a host that has one owner.
func Domain(u *url.URL) string {
	host := Host(u.Hostname())
	if owned, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return owned
	}
	return host
}

// Display returns an address without its user, password, query and fragment, and
// without secrets in its path.
func Display(u *url.URL) string {
	if u == nil || u.Host == "" {
		return "the address"
	}
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return redact.URL(clean.String())
}
