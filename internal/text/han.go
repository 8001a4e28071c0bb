package text

// hanFolds maps a Chinese character to the one that stands for it. Characters up
// to 0x9FFF are had by index; the few rarer ones by a map.
type hanFolds struct {
	common [hanEnd - hanStart]uint16
	rare   map[rune]rune
}

const (
	hanStart = 0x3400
	hanEnd   = 0xA000
)

// han is built once from the generated pairs and never changes.
var han = newHanFolds(hanPairs)

func newHanFolds(pairs string) *hanFolds {
	h := &hanFolds{rare: make(map[rune]rune)}
	var from rune
	for _, r := range pairs {
		if from == 0 {
			from = r
			continue
		}
		if hanStart <= from && from < hanEnd && r < hanEnd {
			h.common[from-hanStart] = uint16(r)
		} else {
			h.rare[from] = r
		}
		from = 0
	}
	return h
}

func (h *hanFolds) fold(r rune) rune {
	if r < hanStart {
		return r
	}
	if r < hanEnd {
		if f := h.common[r-hanStart]; f != 0 {
			return rune(f)
		}
	}
	if f, ok := h.rare[r]; ok {
		return f
	}
	return r
}
