package manifest

import "reflect"

// renamings gives the changes that are namespaces with another name, as far as both
// bundles declare them.
func renamings(before, after Bundle, renamed map[string]string) (changes []Change) {
	for i := range before.Objects {
		was := &before.Objects[i]
		name, ok := renamed[was.Name]
		if was.Kind != "Namespace" || !ok {
			continue
		}
		for k := range after.Objects {
			if is := &after.Objects[k]; is.Kind == "Namespace" && is.Name == name {
				changes = append(changes, Change{Was: was, Is: is, undone: was, renamed: &[2]string{was.Name, name}})
			}
		}
	}
	return changes
}

// Renamed gives the name before of a namespace that has another, and whether it has.
func (c *Change) Renamed() (before string, ok bool) {
	if c.renamed == nil {
		return "", false
	}
	return c.renamed[0], true
}

// named gives the objects after with a namespace under its name before.
func (c *Change) named(objects []Object) []Object {
	back := moved(objects, map[string]string{c.renamed[1]: c.renamed[0]})
	for i := range back {
		if back[i].Kind == "Namespace" && back[i].Name == c.renamed[0] {
			back[i] = *c.Was
		}
	}
	return back
}

// moved gives objects with those of some namespaces, and these themselves, in others.
func moved(objects []Object, renamed map[string]string) []Object {
	if len(renamed) == 0 {
		return objects
	}
	list := make([]Object, len(objects))
	for i, o := range objects {
		key := keyOf(&o)
		if to, ok := renamed[key.namespace]; ok && key.namespace != "" {
			o.Namespace, o.Value = to, withMeta(o.Value, "Namespace", to)
		}
		if to, ok := renamed[o.Name]; ok && o.Kind == "Namespace" {
			o.Name, o.Value = to, withMeta(o.Value, "Name", to)
		}
		list[i] = o
	}
	return list
}

// withMeta gives a copy of an object's value with a field of its metadata changed. Every
// kind has them under one of two names.
func withMeta(value any, field, text string) any {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return value
	}
	changed := reflect.New(v.Elem().Type())
	changed.Elem().Set(v.Elem())
	for _, name := range [...]string{"Metadata", "ObjectMeta"} {
		if meta := changed.Elem().FieldByName(name); meta.IsValid() {
			meta.FieldByName(field).SetString(text)
		}
	}
	return changed.Interface()
}
