package phrases

// A tally counts hashes while a set is compiled.
type tally struct {
	slots []tallied // a power of two
	shift uint
	len   int
}

type tallied struct {
	hash  uint64 // 0 is an empty slot
	count int32
}

func newTally(likely int) *tally {
	size, shift := 64, uint(58)
	for size < likely {
		size, shift = 2*size, shift-1
	}
	return &tally{slots: make([]tallied, size), shift: shift}
}

func (t *tally) slot(h uint64) *tallied {
	mask := len(t.slots) - 1
	for i := int(h >> t.shift); ; i++ {
		s := &t.slots[i&mask]
		if s.hash == 0 || s.hash == h {
			return s
		}
	}
}

func (t *tally) add(h uint64) {
	s := t.slot(h)
	s.count++
	if s.hash != 0 {
		return
	}
	s.hash = h
	if t.len++; 2*t.len <= len(t.slots) {
		return
	}
	old := t.slots
	t.slots, t.shift = make([]tallied, 2*len(old)), t.shift-1
	for _, o := range old {
		if o.hash != 0 {
			*t.slot(o.hash) = o
		}
	}
}

func (t *tally) count(h uint64) int { return int(t.slot(h).count) }

// A directory leads from the hash of an anchor to its entries. It holds half of
// each hash: the rest is told apart by the entries.
type directory struct {
	slots []slot // a power of two
	shift uint
}

type slot struct {
	tag   uint32
	entry uint32 // from 1 on; 0 is an empty slot
}

func newDirectory(n int) directory {
	size, shift := 16, uint(60)
	for 2*size < 3*n {
		size, shift = size*2, shift-1
	}
	return directory{slots: make([]slot, size), shift: shift}
}

// at returns the place of h's slot, or of the empty one where it would go.
func (d *directory) at(h uint64) int {
	mask := len(d.slots) - 1
	for i := int(h>>d.shift) & mask; ; i = (i + 1) & mask {
		if s := d.slots[i]; s.entry == 0 || s.tag == uint32(h) {
			return i
		}
	}
}

// find returns the first entry of h, from 1 on, or 0.
func (d *directory) find(h uint64) uint32 { return d.slots[d.at(h)].entry }
