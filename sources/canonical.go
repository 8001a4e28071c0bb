package sources

import (
	"net/url"
	"strings"
	"sync"

	"regwatch/internal/weblink"
)

// maxCanonicals is how many canonical addresses are remembered.
const maxCanonicals = 20_000

// A canonicalIndex knows which article of a source declared which address as its own. Some
// sites declare one address on every page: what several articles share identifies none of
// them. It is safe for concurrent use.
type canonicalIndex struct {
	mu     sync.Mutex
	owners map[[2]string]string // the key of the link, by source and key of the canonical address
}

// isShared reports whether another article of the source declared the address before.
func (x *canonicalIndex) isShared(source, canonical, link string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	at := [2]string{source, canonical}
	owner, ok := x.owners[at]
	if !ok {
		if x.owners == nil || len(x.owners) >= maxCanonicals {
			x.owners = make(map[[2]string]string)
		}
		x.owners[at] = link
	}
	return ok && owner != link
}

// canonicalKey returns the key of the address that the page of an article declares as its
// own; empty if it declares none, or one that is not that of an article.
func (r *Reader) canonicalKey(canonical, link string) string {
	key, own := weblink.Key(canonical), weblink.Key(link)
	if key == "" || key == own || isHomeAddress(canonical, r.homeKeys(nil, &url.URL{})) || isListAddress(canonical, link) {
		return ""
	}
	if r.client.canonicals.isShared(r.src.ID, key, own) {
		return ""
	}
	return key
}

// isListAddress reports whether an address is that of a front page or of a folder that
// contains a link: "/index.html", "/news/" and "." are so for /news/1.
func isListAddress(address, link string) bool {
	a, err := url.Parse(address)
	if err != nil || a.RawQuery != "" || weblink.NamesArticle(address) {
		return false
	}
	path := strings.ToLower(strings.TrimSuffix(a.Path, "/"))
	folder, last := path[:strings.LastIndexByte(path, '/')+1], path[strings.LastIndexByte(path, '/')+1:]
	if name, _, _ := strings.Cut(last, "."); name == "index" || name == "default" || name == "home" {
		path = strings.TrimSuffix(folder, "/")
	}
	l, err := url.Parse(link)
	return err == nil && strings.HasPrefix(strings.ToLower(l.Path), path+"/") && strings.Trim(l.Path[len(path):], "/") != ""
}
