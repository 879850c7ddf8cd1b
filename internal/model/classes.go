package model

// addClasses lists the entities, which are sorted by now, in their classes.
func (b *builder) addClasses() {
	// Index counts the members first, so that one array holds the members of all.
	for _, e := range b.cluster.Entities {
		class := b.classOf(e)
		if class.Index == 0 {
			b.cluster.Classes = append(b.cluster.Classes, class)
		}
		class.Index++
	}
	members := make([]*Entity, len(b.cluster.Entities))
	for i, class := range b.cluster.Classes {
		n := class.Index
		class.Index, class.Entities, members = i, members[:0:n], members[n:]
	}
	for _, e := range b.cluster.Entities {
		e.Class.Entities = append(e.Class.Entities, e)
	}
}
