package model

// addClasses groups the entities, which are sorted by now.
func (b *builder) addClasses() {
	byKey := map[string]*Class{}
	for _, e := range b.cluster.Entities {
		if e.signature == "" {
			e.signature = b.mentions.signature(e)
		}
		class, ok := byKey[e.signature]
		if !ok {
			class = &Class{Index: len(b.cluster.Classes)}
			class.Blocks = [2][]*Block{b.mentions.atoms.blocks(e.Addrs, true), b.mentions.atoms.blocks(e.Addrs, false)}
			byKey[e.signature] = class
			b.cluster.Classes = append(b.cluster.Classes, class)
		}
		class.Entities = append(class.Entities, e)
		e.Class = class
	}
}
