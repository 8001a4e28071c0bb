package sources

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"

	"regwatch/internal/weblink"
)

// maxCanonicals is how many canonical addresses are remembered.
const maxCanonicals = 20_000

// A canonicalIndex knows which article of a source declared which address as its own, also before
// it is stored. Some sites declare one address on every page: what several articles share
// identifies none of them. It is safe for concurrent use.
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
// own; empty if it declares none, or one that is not that of this article alone.
func (r *Reader) canonicalKey(ctx context.Context, canonical, link string) string {
	key, own := weblink.Key(canonical), weblink.Key(link)
	if key == "" || key == own || isHomeAddress(canonical, r.homeKeys(nil, &url.URL{})) || isListAddress(canonical, link) {
		return ""
	}
	if r.client.canonicals.isShared(r.src.ID, key, own) || r.isStoredForAnother(ctx, key, own) {
		return ""
	}
	return key
}

// isStoredForAnother reports whether an article with another link is stored whose page declared
// an address. If that cannot be looked up, it reports true: two articles with links of their own
// cost less than different ones in one event. The article with that address itself is no other.
func (r *Reader) isStoredForAnother(ctx context.Context, key, own string) bool {
	if r.client.stored == nil {
		return false
	}
	links, err := r.client.stored.LinksWithKey(ctx, r.src.ID, key)
	return err != nil || slices.ContainsFunc(links, func(stored string) bool {
		of := weblink.Key(stored)
		return of != key && of != own
	})
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
