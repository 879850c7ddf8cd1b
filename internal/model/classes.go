package model

// addClasses lists the entities, which are sorted by now, in their classes.
func (b *builder) addClasses() {
	for _, e := range b.cluster.Entities {
		class := b.classOf(e)
		if len(class.Entities) == 0 {
			class.Index = len(b.cluster.Classes)
			b.cluster.Classes = append(b.cluster.Classes, class)
		}
		class.Entities = append(class.Entities, e)
	}
}
