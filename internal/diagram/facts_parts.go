package diagram

import (
	"runtime"
	"sync"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// rowsPart is some rows of a table, as one goroutine reads them. The values of its cells
// are numbers of its own ports until they are into the facts.
type rowsPart struct {
	first, last int
	ports       *portTable
	// said counts the connections that openness does not say.
	said    int
	implied []cell
	reasons map[[2]int]model.Reason
}

// fewClasses is the number of classes up to which a matrix is read in one go.
const fewClasses = 500

// goroutines is how many read a matrix of so many classes.
func goroutines(classes int) int {
	if classes <= fewClasses {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// readParts fills two tables, of what is so and of what was, by so many goroutines. Where
// nothing is compared both are one.
func readParts(s source, table, was *cells, count int) []*rowsPart {
	n := len(s.cluster.Classes)
	open, nodes := outline(s), nodesOf(s.cluster.Classes)
	if s.compared() {
		open.closeWhatWas()
	}
	var parts []*rowsPart
	var all sync.WaitGroup
	for i := range count {
		p := &rowsPart{first: i * n / count, last: (i + 1) * n / count, ports: newPortTable(), reasons: map[[2]int]model.Reason{}}
		parts = append(parts, p)
		all.Go(func() { p.read(s, open, nodes, table, was) })
	}
	all.Wait()
	return parts
}

// closeWhatWas leaves open only what was open before too: that alone is said by openness
// where something is compared.
func (f *facts) closeWhatWas() {
	for _, c := range f.classes {
		for _, d := range model.Directions {
			c.open[d] = c.open[d] && f.wasOpen(c.first(), d)
		}
	}
}

// read fills the rows, until there are too many connections.
func (p *rowsPart) read(s source, open *facts, nodes set, table, was *cells) {
	last, value := netset.Ports{}, int32(0) // of neighbours, most are the same
	valueOf := func(ports netset.Ports) int32 {
		if ports != last {
			last, value = ports, p.ports.value(ports)
		}
		return value
	}
	s.cellsOf(p.first, p.last, func(c cell) bool {
		from, to := c.from.Index, c.to.Index
		if (nodes.has(from) || nodes.has(to)) && c.always() {
			p.implied = append(p.implied, c)
			return true
		}
		if !open.said(from, to) {
			if p.said++; p.said > mostCells {
				return false
			}
		}
		if s.compared() {
			was.put(from, to, valueOf(c.was))
		}
		table.put(from, to, valueOf(c.is))
		if c.undefined != "" {
			p.reasons[[2]int{from, to}] = c.undefined
		}
		return true
	})
}

// into gives the cells the numbers of the facts, which are those that one goroutine
// would have given: by the first row and column with a value.
func (p *rowsPart) into(f *facts, table, was *cells) {
	for _, c := range p.implied {
		f.addImplied(c)
	}
	number := make([]int32, len(p.ports.values))
	same := true
	for v, ports := range p.ports.values {
		number[v] = f.ports.value(ports)
		same = same && number[v] == int32(v)
	}
	if same {
		return
	}
	renumber := func(rows []int32) {
		for i, v := range rows {
			if v != 0 {
				rows[i] = number[v]
			}
		}
	}
	renumber(table.values[p.first*table.n : p.last*table.n])
	if f.compared() {
		renumber(was.values[p.first*table.n : p.last*table.n])
	}
}
