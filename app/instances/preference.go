package instances

import (
	"hash/fnv"
)

// Preferred returns the ID that is first to take a lease, among those of the programs that run:
// the one with the highest hash of both (rendezvous hashing), so that a program that comes or
// goes moves only its own share. It is a preference alone: the lease decides.
func Preferred(ids []string, name string) string {
	var best string
	var most uint64
	for _, id := range ids {
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(id + "\x00" + name))
		if h := mix(sum.Sum64()); best == "" || h > most || h == most && id < best {
			best, most = id, h
		}
	}
	return best
}

// mix spreads the bits of a hash (the finalizer of MurmurHash3), as FNV of texts that differ at
// their beginning alone does not.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
