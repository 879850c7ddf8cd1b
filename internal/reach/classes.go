package reach

import (
	"fmt"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/policy"
)

// classes is what the compilation of every policy needs to know of the classes: where
// each namespace's are, and their labels as numbers.
type classes struct {
	list []*model.Class
	// span gives the classes of a namespace, which are neighbours since entities are
	// sorted by an ID that begins with the namespace.
	span map[*model.Namespace][2]int
	// labels holds, by label key that some selector mentions, the value of each
	// class as a number; 0 where it has no such label.
	labels     map[string]*column
	under      policy.Assumption
	namespaces []*model.Namespace // those with classes, in order of their classes
	byLabel    *model.Scopes      // the same, to find those that a selector matches
	visible    []bool             // whether selectors see a class
	inside     []window           // by Block.Index, the classes with an address in it
	// names numbers, by class, what the class's port names mean: classes with the
	// same number resolve every named port alike.
	names     []int
	nameKinds int
	// scopes and known remember what selectors of namespaces, and pairs of selectors
	// of namespaces and pods, match.
	scopes map[*model.Selector][][2]int
	known  map[[2]*model.Selector]window
	// compiled remembers selectors.
	compiled map[*model.Selector]compiled
}

// column is one label key over all classes.
type column struct {
	numbers map[string]uint32
	values  []uint32
}

func newClasses(c *model.Cluster, under policy.Assumption) *classes {
	cs := &classes{
		list:    c.Classes,
		span:    map[*model.Namespace][2]int{},
		labels:  map[string]*column{},
		under:   under,
		visible: make([]bool, len(c.Classes)),
		inside:  make([]window, len(c.Blocks)),
		scopes:  map[*model.Selector][][2]int{},
		known:   map[[2]*model.Selector]window{},

		compiled: map[*model.Selector]compiled{},
	}
	for i := range cs.inside {
		cs.inside[i] = spanning(0, len(c.Classes))
	}
	numbers := map[string]int{}
	for i, class := range c.Classes {
		e := class.First()
		cs.names = append(cs.names, number(numbers, portNames(e)))
		if e.IsPod() {
			span, known := cs.span[e.Namespace]
			if !known {
				span[0] = i
				cs.namespaces = append(cs.namespaces, e.Namespace)
			}
			span[1] = i + 1
			cs.span[e.Namespace] = span
			cs.visible[i] = !e.HostNetwork || under.HostNetworkAsPods
		}
		cs.addToBlocks(c, i, e)
	}
	cs.nameKinds = len(numbers)
	cs.byLabel = model.NewScopes(cs.namespaces)
	return cs
}

func number(numbers map[string]int, text string) int {
	n, ok := numbers[text]
	if !ok {
		n = len(numbers)
		numbers[text] = n
	}
	return n
}

// portNames gives a text that is equal for entities that resolve every port name
// alike.
func portNames(e *model.Entity) string {
	switch {
	case !e.IsPod():
		return ""
	case e.Origin == model.Inferred:
		return "any"
	}
	text := []byte("pod")
	if e.HostNetwork {
		text = []byte("host")
	}
	for _, p := range e.Ports {
		if p.Name != "" {
			text = fmt.Appendf(text, " %s/%d/%d", p.Name, p.Protocol, p.Port)
		}
	}
	return string(text)
}

func (cs *classes) addToBlocks(c *model.Cluster, i int, e *model.Entity) {
	if e.Addrs.IsEmpty() {
		for _, b := range c.Blocks {
			if cs.under.InBlock(b, e) {
				cs.inside[b.Index].add(i)
			}
		}
		return
	}
	for family, blocks := range e.Class.Blocks {
		if cs.under.Family == policy.AnyFamily || int(cs.under.Family)-1 == family {
			for _, b := range blocks {
				cs.inside[b.Index].add(i)
			}
		}
	}
}

// column gives the values of a label key, numbered when first asked for.
func (cs *classes) column(key string) *column {
	col, ok := cs.labels[key]
	if ok {
		return col
	}
	col = &column{numbers: map[string]uint32{}, values: make([]uint32, len(cs.list))}
	for i, class := range cs.list {
		value, ok := class.First().Labels[key]
		if !ok {
			continue
		}
		n, known := col.numbers[value]
		if !known {
			n = uint32(len(col.numbers) + 1)
			col.numbers[value] = n
		}
		col.values[i] = n
	}
	cs.labels[key] = col
	return col
}

// compiled is a selector as tests on columns.
type compiled []test

type test struct {
	values []uint32 // of the classes
	// wanted are the numbers of the values of an In or NotIn that some class has.
	wanted []uint32
	op     model.Operator
}

func (cs *classes) compile(s *model.Selector) compiled {
	if tests, ok := cs.compiled[s]; ok {
		return tests
	}
	tests := make(compiled, 0, len(s.Terms()))
	for _, term := range s.Terms() {
		col := cs.column(term.Key)
		t := test{values: col.values, op: term.Operator}
		for _, v := range term.Values {
			if n, ok := col.numbers[v]; ok {
				t.wanted = append(t.wanted, n)
			}
		}
		tests = append(tests, t)
	}
	cs.compiled[s] = tests
	return tests
}

func (ts compiled) match(i int) bool {
	for k := range ts {
		t := &ts[k]
		n := t.values[i]
		listed := false
		for _, w := range t.wanted {
			listed = listed || w == n
		}
		switch t.op {
		case model.In:
			if !listed {
				return false
			}
		case model.NotIn:
			if listed {
				return false
			}
		case model.Exists:
			if n == 0 {
				return false
			}
		case model.DoesNotExist:
			if n != 0 {
				return false
			}
		}
	}
	return true
}

// local gives the classes of one namespace that a pod selector matches.
func (cs *classes) local(s *model.Selector, ns *model.Namespace) window {
	span := cs.span[ns]
	w := spanning(span[0], span[1])
	cs.mark(w, cs.compile(s), span)
	return w
}

func (cs *classes) mark(w window, tests compiled, span [2]int) {
	for i := span[0]; i < span[1]; i++ {
		if cs.visible[i] && tests.match(i) {
			w.add(i)
		}
	}
}

// across gives the classes whose namespaces one selector matches and whose pods
// another does.
func (cs *classes) across(namespaces, pods *model.Selector) window {
	key := [2]*model.Selector{namespaces, pods}
	if w, ok := cs.known[key]; ok {
		return w
	}
	scope, ok := cs.scopes[namespaces]
	if !ok {
		for _, ns := range cs.byLabel.Of(namespaces) {
			scope = append(scope, cs.span[ns])
		}
		cs.scopes[namespaces] = scope
	}
	var w window
	if len(scope) > 0 {
		w = spanning(scope[0][0], scope[len(scope)-1][1])
		tests := cs.compile(pods)
		for _, span := range scope {
			cs.mark(w, tests, span)
		}
	}
	cs.known[key] = w
	return w
}
