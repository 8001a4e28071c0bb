package phrases

// A filter is a Bloom filter: has returns true for every hash that was added, and false for most
// others after a single load. It has about sixteen bits for each hash.
type filter struct {
	words []uint64 // a power of two
	shift uint
}

func newFilter(n int) filter {
	size, shift := 64, uint(58)
	for size*4 < n && size < 1<<16 {
		size, shift = size*2, shift-1
	}
	return filter{make([]uint64, size), shift}
}

func filterBits(h uint64) uint64 { return 1<<(h&63) | 1<<(h>>6&63) }

func (f *filter) add(h uint64) { f.words[h>>f.shift] |= filterBits(h) }

func (f *filter) has(h uint64) bool {
	b := filterBits(h)
	return f.words[h>>f.shift]&b == b
}

// An anchorTable is a hash table from the hash of an anchor to the anchor's first entry. It stores
// half of each hash; comparing the entries tells the rest.
type anchorTable struct {
	slots []slot // a power of two
	shift uint
}

type slot struct {
	tag   uint32 // the low half of the hash
	entry uint32 // index of the first entry plus 1; 0 is an empty slot
}

func newAnchorTable(n int) anchorTable {
	size, shift := 16, uint(60)
	for 2*size < 3*n {
		size, shift = size*2, shift-1
	}
	return anchorTable{slots: make([]slot, size), shift: shift}
}

// slotOf returns the index of h's slot, or of the empty slot for it.
func (t *anchorTable) slotOf(h uint64) int {
	mask := len(t.slots) - 1
	for i := int(h>>t.shift) & mask; ; i = (i + 1) & mask {
		if s := t.slots[i]; s.entry == 0 || s.tag == uint32(h) {
			return i
		}
	}
}

// find returns the index of h's first entry plus 1, or 0.
func (t *anchorTable) find(h uint64) uint32 { return t.slots[t.slotOf(h)].entry }

// A counter counts hashes during compilation.
type counter struct {
	slots []counterSlot // a power of two
	shift uint
	len   int
}

type counterSlot struct {
	hash  uint64 // 0 is an empty slot
	count int32
}

func newCounter(expected int) *counter {
	size, shift := 64, uint(58)
	for size < expected {
		size, shift = 2*size, shift-1
	}
	return &counter{slots: make([]counterSlot, size), shift: shift}
}

func (c *counter) slot(h uint64) *counterSlot {
	mask := len(c.slots) - 1
	for i := int(h >> c.shift); ; i++ {
		s := &c.slots[i&mask]
		if s.hash == 0 || s.hash == h {
			return s
		}
	}
}

// add counts h, and doubles the table when it is half full.
func (c *counter) add(h uint64) {
	s := c.slot(h)
	s.count++
	if s.hash != 0 {
		return
	}
	s.hash = h
	if c.len++; 2*c.len <= len(c.slots) {
		return
	}
	old := c.slots
	c.slots, c.shift = make([]counterSlot, 2*len(old)), c.shift-1
	for _, o := range old {
		if o.hash != 0 {
			*c.slot(o.hash) = o
		}
	}
}

func (c *counter) count(h uint64) int { return int(c.slot(h).count) }
