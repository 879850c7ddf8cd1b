package model

import (
	"hash/maphash"
	"math/bits"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// allDistinct reports that no two objects that the API server accepts have the same
// kind, namespace and name, as in nearly every bundle. It asks a table of hashes, for
// which a map of names would be three times as slow; two names with one hash count as
// the same, and so cost a closer look.
func allDistinct(objects []manifest.Object) bool {
	seed := maphash.MakeSeed()
	table := make([]uint64, 2<<bits.Len(uint(len(objects))))
	mask := uint64(len(table) - 1)
	for i := range objects {
		o := &objects[i]
		if o.Refused != "" || o.Name == "" {
			continue
		}
		// Odd factors, so that no part loses a bit; the lowest bit is set, since 0 is an
		// empty place.
		h := maphash.String(seed, o.Name) + 3*maphash.String(seed, namespaceOf(o)) + 5*maphash.String(seed, o.Kind) | 1
		at := h >> 1 & mask
		for ; table[at] != 0; at = (at + 1) & mask {
			if table[at] == h {
				return false
			}
		}
		table[at] = h
	}
	return true
}
