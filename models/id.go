package models

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID returns a ULID for something first seen at a time. Its random part is a hash of
// what, so IDs sort by time and deciding functions may create them: the same arguments
// give the same ID.
func NewID(at time.Time, what ...string) string {
	sum := hash(what)
	id := idAt(at)
	_ = id.SetEntropy(sum[:10])
	return id.String()
}

// FirstID returns an ID that sorts before those that [NewID] makes at a time or later.
func FirstID(at time.Time) string { return idAt(at).String() }

// idAt returns a ULID without its random part.
func idAt(at time.Time) (id ulid.ULID) {
	ms := at.UnixMilli()
	if ms < 0 {
		ms = 0
	}
	// SetTime fails only beyond the year 10889.
	if err := id.SetTime(uint64(ms)); err != nil {
		_ = id.SetTime(ulid.MaxTime())
	}
	return id
}

// shortestID is the least that is shown of an ID. It tells two IDs apart that were made
// more than a second apart.
const shortestID = 8

// ShortID returns the shortest beginning of an ID, of at least 8 characters, that none of
// the others has.
func ShortID(id string, others ...string) string {
	n := shortestID
	for _, other := range others {
		if other == id {
			continue
		}
		same := 0
		for same < min(len(id), len(other)) && id[same] == other[same] {
			same++
		}
		n = max(n, same+1)
	}
	return id[:min(n, len(id))]
}

// HashOf returns the first 128 bits of the SHA-256 of the parts, as 32 hexadecimal
// digits. Different splits of the same text give different hashes.
func HashOf(parts ...string) string {
	sum := hash(parts)
	return hex.EncodeToString(sum[:16])
}

func hash(parts []string) [sha256.Size]byte {
	var b strings.Builder
	for _, p := range parts {
		// A NUL inside a part must not look like the end of it.
		b.WriteString(strings.ReplaceAll(p, "\x00", "\x00\x01"))
		b.WriteString("\x00\x00")
	}
	return sha256.Sum256([]byte(b.String()))
}
