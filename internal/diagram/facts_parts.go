package diagram

import (
	"runtime"
	"sync"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// rowsPart is some rows of a table, as one goroutine reads them. The values of its cells
// are numbers of its own ports until they are into the facts.
type rowsPart struct {
	first, last int
	ports       *portTable
	// said counts the connections that openness does not say.
	said    int
	implied []reach.Connection
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

// readParts fills a table by so many goroutines.
func readParts(m *reach.Matrix, table *cells, count int) []*rowsPart {
	n := len(m.Cluster.Classes)
	open, nodes := outline(m), nodesOf(m.Cluster.Classes)
	var parts []*rowsPart
	var all sync.WaitGroup
	for i := range count {
		p := &rowsPart{first: i * n / count, last: (i + 1) * n / count, ports: newPortTable(), reasons: map[[2]int]model.Reason{}}
		parts = append(parts, p)
		all.Go(func() { p.read(m, open, nodes, table) })
	}
	all.Wait()
	return parts
}

// read fills the rows, until there are too many connections.
func (p *rowsPart) read(m *reach.Matrix, open *facts, nodes set, table *cells) {
	last, value := netset.Ports{}, int32(0) // of neighbours, most are the same
	for c := range m.ConnectionsOf(p.first, p.last) {
		s, d := c.From.Index, c.To.Index
		if (nodes.has(s) || nodes.has(d)) && ownNode(c.From, c.To) && c.Ports.IsAll() {
			p.implied = append(p.implied, c)
			continue
		}
		if !open.said(s, d) {
			if p.said++; p.said > mostCells {
				return
			}
		}
		if c.Ports != last {
			last, value = c.Ports, p.ports.value(c.Ports)
		}
		table.put(s, d, value)
		if c.Undefined != "" {
			p.reasons[[2]int{s, d}] = c.Undefined
		}
	}
}

// into gives the cells the numbers of the facts, which are those that one goroutine
// would have given: by the first row and column with a value.
func (p *rowsPart) into(f *facts, table *cells) {
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
	for i, v := range table.values[p.first*table.n : p.last*table.n] {
		if v != 0 {
			table.values[p.first*table.n+i] = number[v]
		}
	}
}
