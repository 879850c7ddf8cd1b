package reach

import "math/bits"

// window is a set of class indices that lie close together: a policy's subjects and
// most of its peers are in one namespace, whose classes are neighbours.
type window struct {
	first int      // index of the first word in the whole set
	words []uint64 // 64 classes each
}

// spanning gives an empty window with room for the classes from lo up to hi.
func spanning(lo, hi int) window {
	first := lo / 64
	return window{first, make([]uint64, (hi+63)/64-first)}
}

func (w window) add(i int) { w.words[i/64-w.first] |= 1 << (i % 64) }

func (w window) has(i int) bool {
	word := i/64 - w.first
	return word >= 0 && word < len(w.words) && w.words[word]&(1<<(i%64)) != 0
}

// count gives the number of members.
func (w window) count() int {
	n := 0
	for _, word := range w.words {
		n += bits.OnesCount64(word)
	}
	return n
}

// each calls f for every member, in order.
func (w window) each(f func(i int)) {
	for k, word := range w.words {
		for word != 0 {
			f((w.first+k)*64 + bits.TrailingZeros64(word))
			word &= word - 1
		}
	}
}

// with gives the union with another window.
func (w window) with(o window) window {
	switch {
	case len(o.words) == 0:
		return w
	case len(w.words) == 0:
		return o
	}
	first := min(w.first, o.first)
	u := window{first, make([]uint64, max(w.first+len(w.words), o.first+len(o.words))-first)}
	for k, word := range w.words {
		u.words[w.first-first+k] = word
	}
	for k, word := range o.words {
		u.words[o.first-first+k] |= word
	}
	return u
}

// without takes out the members of another window in place, and reports whether there
// were any.
func (w window) without(o window) (some bool) {
	for k := range w.words {
		if i := w.first + k - o.first; i >= 0 && i < len(o.words) {
			some = some || w.words[k]&o.words[i] != 0
			w.words[k] &^= o.words[i]
		}
	}
	return some
}
