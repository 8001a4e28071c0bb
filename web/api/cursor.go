package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/app"
)

const (
	defaultLimit = 50
	// maxLimit is the most elements of a page. 500 events are about 1 MB.
	maxLimit = 500
)

// A place is where a page of a list begins: right after an element, which may have gone since. What
// is added to the list meanwhile makes no element come twice.
type place struct {
	At  time.Time `json:"t,omitzero"`
	Key string    `json:"k"` // the ID, or what the list is ordered by
}

// A cursor is a place, as a client sees it.
type cursor struct {
	place
	List string `json:"l"` // a hash of the list and its filters
}

func (c *call) nextCursor(p place) string {
	text, _ := json.Marshal(cursor{p, c.listHash()}) // it always marshals
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(text, list string) (place, bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err != nil || json.Unmarshal(decoded, &c) != nil || c.List != list || c.Key == "" || !isText(c.Key) {
		return place{}, false
	}
	return c.place, true
}

// listHash names the list and its filters, so that a cursor is not used for another list.
func (c *call) listHash() string {
	filters := url.Values{}
	for name, values := range c.query {
		if name != "cursor" && name != "limit" && name != "format" {
			filters[name] = values
		}
	}
	sum := sha256.Sum256([]byte(c.op.ID + "?" + filters.Encode()))
	return hex.EncodeToString(sum[:6])
}

func (c *call) limit() int { return c.number("limit", defaultLimit) }

// position is the place in a list that the database orders.
func (c *call) position() app.Position { return app.Position{At: c.after.At, ID: c.after.Key} }

// pageOf returns a page of elements that were read with one more than its limit.
func pageOf[T any](c *call, found []T, position func(T) app.Position) listing {
	if len(found) <= c.limit() {
		return listing{items: found}
	}
	found = found[:c.limit()]
	last := position(found[len(found)-1])
	return listing{found, c.nextCursor(place{last.At, last.ID})}
}

// pageOfAll returns a page of a whole list, ordered by a key that no two elements share.
func pageOfAll[T any](c *call, all []T, key func(T) string, lastFirst bool) listing {
	compare := func(a, b string) int {
		if lastFirst {
			return strings.Compare(b, a)
		}
		return strings.Compare(a, b)
	}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b T) int { return compare(key(a), key(b)) })
	if c.after.Key != "" {
		all = slices.DeleteFunc(all, func(v T) bool { return compare(key(v), c.after.Key) <= 0 })
	}
	if all == nil {
		all = []T{}
	}
	if len(all) <= c.limit() {
		return listing{items: all}
	}
	all = all[:cmp.Or(c.limit(), len(all))]
	return listing{all, c.nextCursor(place{Key: key(all[len(all)-1])})}
}
