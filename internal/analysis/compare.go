package analysis

import (
	"maps"
	"slices"
	"sync"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Comparison is what changes from one bundle to another.
type Comparison struct {
	// Before and After are the reports of the two bundles by themselves.
	Before, After *Report
	// Diff compares them. Its clusters have the inferred entities of both, so that a
	// policy is compared also for pods that only one bundle speaks of.
	Diff *reach.Diff
	// Shifts are the pairs that change, the most dangerous first.
	Shifts []*reach.Shift

	options Options
	causes  func() *Causes
}

// Compare evaluates two bundles and finds what changes. The error is that of Run.
func Compare(before, after []manifest.Source, o Options) (*Comparison, error) {
	c := &Comparison{options: o}
	var err error
	memory := &manifest.Memory{} // Most documents are in both.
	if c.Before, err = run(before, o, memory); err != nil {
		return nil, err
	}
	if c.After, err = run(after, o, memory); err != nil {
		return nil, err
	}
	was, is := c.Before.Matrix, c.After.Matrix
	old, now := was.Cluster, is.Cluster
	if !old.Includes(now) || was.Base != nil {
		was = c.beside(c.Before.bundle, now, old.Assumed...)
	}
	if !now.Includes(old) || is.Base != nil {
		is = c.beside(c.After.bundle, old, now.Assumed...)
	}
	c.Diff = reach.NewDiff(was, is, edited(was.Cluster, is.Cluster))
	c.Shifts = byDanger(c.Diff.Changes)
	c.causes = sync.OnceValue(c.findCauses)
	return c, nil
}

// Causes gives what caused the changes. It is looked for when first asked, since it
// evaluates the bundle once for every edit.
func (c *Comparison) Causes() *Causes { return c.causes() }

// Rewritten gives the policies that are written otherwise and say the same.
func (c *Comparison) Rewritten() []manifest.Change {
	return manifest.Rewritten(c.Before.bundle, c.After.bundle, c.Diff.Namespaces)
}

// Empty reports whether nothing changes: no connection, and nothing that has some.
func (c *Comparison) Empty() bool {
	return len(c.Shifts) == 0 && len(c.Diff.OneSided(false)) == 0 && len(c.Diff.OneSided(true)) == 0 &&
		len(c.Diff.Renamed) == 0
}

// beside evaluates a bundle so that it answers for the entities of another cluster too.
func (c *Comparison) beside(b manifest.Bundle, other *model.Cluster, assumed ...string) *reach.Matrix {
	cluster, _ := model.Build(b, model.Options{
		Kubernetes: c.options.Kubernetes, Plugin: c.options.Plugin, Exposure: c.options.Exposure, Beside: other, Assumed: assumed,
	})
	return reach.Compute(cluster, c.options.Off...)
}

// mostEdited bounds how many edited entities are ends of their own.
const mostEdited = 200

// edited tells the entities that are written otherwise in two clusters: each may change
// for a reason of its own. Where they are many none is told apart.
func edited(before, after *model.Cluster) func(id string) bool {
	found := map[string]bool{}
	for _, was := range before.Entities {
		is := after.Entity(was.ID)
		if is == nil || !was.IsPod() && was.Kind != model.KindNode {
			continue
		}
		if !maps.Equal(was.Labels, is.Labels) || !slices.Equal(was.Ports, is.Ports) || !was.Addrs.Equal(is.Addrs) || was.HostNetwork != is.HostNetwork || was.Replicas != is.Replicas {
			found[was.ID] = true
		}
	}
	if len(found) > mostEdited {
		return nil
	}
	return func(id string) bool { return found[id] }
}

// byDanger gives the changes so that who has a minute reads the worst first: what opens
// before what closes, from outside before from within, everything before one port.
func byDanger(changes []reach.Shift) []*reach.Shift {
	type ranked struct {
		shift *reach.Shift
		rank  [5]int // the first that differs decides
	}
	sorted := make([]ranked, len(changes))
	ports := map[[2]netset.Ports][2]int{} // whether something opens, and how many ports change
	for i := range changes {
		s := &changes[i]
		key := [2]netset.Ports{s.Was, s.Is}
		many, known := ports[key]
		if !known {
			if opened := s.Opened(); !opened.IsEmpty() {
				many = [2]int{1, opened.Count()}
			} else {
				many = [2]int{0, s.Closed().Count()}
			}
			ports[key] = many
		}
		from, to := s.From.First(), s.To.First()
		sorted[i] = ranked{s, [5]int{many[0], breadth(from, to), many[1], breadth(to, from), s.Pairs}}
	}
	slices.SortStableFunc(sorted, func(x, y ranked) int { return slices.Compare(y.rank[:], x.rank[:]) })
	shifts := make([]*reach.Shift, len(sorted))
	for i := range sorted {
		shifts[i] = sorted[i].shift
	}
	return shifts
}

// breadth ranks how far away an end is from the other, and how many it may be.
func breadth(e, other *model.Entity) int {
	switch {
	case e.Kind == model.KindAddresses && len(e.ID) >= 5 && e.ID[:5] == "world":
		return 6
	case e.Kind == model.KindAddresses:
		return 5
	case e.AnyOther && e.Namespace.Elsewhere:
		return 4
	case e.Kind == model.KindNode:
		return 3
	case e.Namespace != other.Namespace:
		return 2
	case e.AnyOther:
		return 1
	}
	return 0
}

// Picture gives the matrix after, beside the one before, to be drawn.
func (c *Comparison) Picture() *reach.Matrix { return c.Diff.After.Against(c.Diff.Before) }

// Counts gives the connections, pairs of entities, that gain and lose ports.
func (c *Comparison) Counts() (opened, closed int) {
	for _, s := range c.Shifts {
		if o := s.Opened(); !o.IsEmpty() {
			opened += s.Pairs
		}
		if g := s.Closed(); !g.IsEmpty() {
			closed += s.Pairs
		}
	}
	return opened, closed
}
