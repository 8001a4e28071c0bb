package events

import (
	"hash/fnv"
	"math"
	"slices"

	"regwatch/internal/text"
)

// Texts are compared by a sample of their shingles, which are runs of five tokens: the
// signatureSize smallest hashes (bottom-k sketch, Broder 1997, "On the resemblance and
// containment of documents"). As far as a copy has the words of the original, it has
// the same smallest hashes. So the share of one sample in the other estimates how much
// was copied, even if half of a text was cut.
const (
	shingleSize    = 5
	signatureSize  = 96
	keySamples     = 32   // hashes used as keys; almost surely a copy cut to half shares one
	copyShare      = 0.5  // of the shorter text's sample must be in the longer text
	wholeShare     = 0.9  // of the shorter text's sample must be in the longer text, for a copy of nearly all of it
	equalShare     = 0.97 // of the longer text's sample must be in the shorter text, between authorities
	minSample      = 8    // hashes; fewer are not significant
	longTextSample = 32   // hashes; a text with as many is more than "see the list", which is always the same
)

// signature returns the sample of the tokens of a text, smallest hash first. The title
// is not included: titles are compared separately.
func signature(tokens []text.Token) []uint32 {
	if len(tokens) < shingleSize {
		return nil
	}
	hashes := make([]uint32, 0, len(tokens))
	for i := 0; i+shingleSize <= len(tokens); i++ {
		h := fnv.New64a()
		for _, t := range tokens[i : i+shingleSize] {
			_, _ = h.Write([]byte(t.Text))
			_, _ = h.Write([]byte{0})
		}
		hashes = append(hashes, mixBits(h.Sum64()))
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clip(hashes[:min(len(hashes), signatureSize)])
}

// mixBits mixes the bits of a hash, so that the smallest hashes are a fair sample (the
// finalizer of splitmix64, Steele et al. 2014).
func mixBits(h uint64) uint32 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return uint32((h ^ h>>31) >> 32)
}

func keySample(signature []uint32) []uint32 {
	return signature[:min(len(signature), keySamples)]
}

// An overlap is an estimate of what two texts share.
type overlap struct {
	shorter float64 // share of the shorter text that is in the longer one
	longer  float64 // share of the longer text that is in the shorter one
	sample  int     // hashes that the estimate is based on
}

// isSignificant reports whether the estimate is based on enough hashes.
func (o overlap) isSignificant() bool { return o.sample >= minSample }

func overlapOf(a, b []uint32) overlap {
	a, b = upTo(a, completeUpTo(b)), upTo(b, completeUpTo(a))
	small, large := a, b
	if len(b) < len(a) {
		small, large = b, a
	}
	if len(small) == 0 {
		return overlap{}
	}
	shared := 0
	for _, h := range small {
		if _, ok := slices.BinarySearch(large, h); ok {
			shared++
		}
	}
	return overlap{float64(shared) / float64(len(small)), float64(shared) / float64(len(large)), len(small)}
}

// completeUpTo returns the largest hash up to which a signature is complete.
func completeUpTo(signature []uint32) uint32 {
	if len(signature) < signatureSize {
		return math.MaxUint32
	}
	return signature[len(signature)-1]
}

func upTo(signature []uint32, limit uint32) []uint32 {
	n, found := slices.BinarySearch(signature, limit)
	if found {
		n++
	}
	return signature[:n]
}
