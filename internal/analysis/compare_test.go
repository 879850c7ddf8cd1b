package analysis

import (
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// full asks for the thousands of pairs that a change of the comparison is judged by; they
// take minutes.
var full = flag.Bool("full", false, "judge 4,000 random pairs of bundles in each property of comparisons")

const fullPairs = 4000

// pairShare is how many times fewer pairs than bundles are judged: each is evaluated
// many times.
const pairShare = 4

// Documents of a pair of bundles say in this field in which of them they are.
const sideField = "side"

// pairOf makes a random bundle and what somebody made of it: documents dropped, added,
// replaced and edited.
func pairOf(seed, index uint64) (docs []object) {
	g := newGenerator(seed, index)
	before := g.bundle()
	other := newGenerator(seed+1, index).bundle()
	put := func(side string, o object) {
		o = maps.Clone(o)
		o[sideField] = side
		docs = append(docs, o)
	}
	for _, o := range before {
		switch g.IntN(8) {
		case 0:
			put("before", o)
		case 1, 2:
			smaller := smallerValues(o)
			if len(smaller) == 0 || refused(o) {
				put("both", o)
				continue
			}
			one, two := o, smaller[g.IntN(len(smaller))].(object)
			if !reflect.DeepEqual(one["status"], two["status"]) {
				two = one // Half of a status is none that a server writes.
			}
			if g.oneIn(2) {
				one, two = two, one
			}
			put("before", one)
			put("after", two)
		case 3:
			for _, q := range other {
				if q["kind"] == o["kind"] && !refused(q) && !refused(o) {
					renamed := maps.Clone(q)
					renamed["metadata"] = o["metadata"]
					put("after", renamed)
					break
				}
			}
			put("before", o)
		default:
			put("both", o)
		}
	}
	for _, o := range other {
		if g.oneIn(8) {
			put("after", o)
		}
	}
	return docs
}

// refused reports whether a document is a policy that the API server refuses, which its
// name says.
func refused(o object) bool {
	metadata, _ := o["metadata"].(object)
	name, _ := metadata["name"].(string)
	return strings.HasPrefix(name, refusedPrefix)
}

// forPairs judges random pairs of bundles.
func forPairs(t *testing.T, judge func(before, after []string) error) {
	t.Helper()
	split := func(docs []object) error {
		var before, after []object
		for _, o := range docs {
			side := o[sideField]
			o = maps.Clone(o)
			delete(o, sideField)
			if side != "after" {
				before = append(before, o)
			}
			if side != "before" {
				after = append(after, o)
			}
		}
		return judge(render(before), render(after))
	}
	own := fnv.New64()
	own.Write([]byte(t.Name()))
	pairs := uint64(*bundleCount+pairShare-1) / pairShare
	if *full {
		pairs = fullPairs
	}
	for i := range pairs {
		docs := pairOf(*bundleSeed^own.Sum64(), i)
		if len(docs) > 60 && i%4 > 0 {
			continue
		}
		err := caught(split, docs)
		if err == nil {
			continue
		}
		docs, err = shrink(docs, split, err)
		t.Fatalf("pair %d of seed %d, shrunk:\n%s\n%v", i, *bundleSeed, strings.Join(render(docs), "---\n"), err)
	}
}

func sourcesOf(texts []string) (sources []manifest.Source) {
	for i, text := range texts {
		sources = append(sources, manifest.Source{Name: fmt.Sprintf("%03d.yaml", i), Data: []byte(text)})
	}
	return sources
}

func compareTexts(before, after []string) *Comparison {
	c, err := Compare(sourcesOf(before), sourcesOf(after), Options{})
	must(err)
	return c
}

// A bundle compared with itself has no difference, and nothing was edited.
func TestCompareWithItselfIsEmpty(t *testing.T) {
	forBundles(t, func(docs []object) error {
		texts := render(docs)
		c := compareTexts(texts, texts)
		if !c.Empty() || len(c.Diff.Changes) > 0 || len(c.Causes().Edits) > 0 {
			return fmt.Errorf("differences: %v, edits %v", c.Diff.Changes, c.Causes().Edits)
		}
		return nil
	})
}

// The matrix before, with what opened added and what closed taken away, is the matrix
// after; the oracle judges both.
func TestCompareAppliedGivesTheMatrixAfter(t *testing.T) {
	forPairs(t, func(before, after []string) error {
		c := compareTexts(before, after)
		if err := comparePairs(readBundle(before), c.Diff.Before); err != nil {
			return fmt.Errorf("before: %w", err)
		}
		if err := comparePairs(readBundle(after), c.Diff.After); err != nil {
			return fmt.Errorf("after: %w", err)
		}
		if err := covers(c); err != nil {
			return err
		}
		return adds(c.Diff)
	})
}

// covers reports whether the entities of both bundles, each evaluated alone, are all
// there, and no others but inferred ones.
func covers(c *Comparison) error {
	for side, report := range []*Report{c.Before, c.After} {
		found := map[string]bool{}
		addrs := report.Cluster.Entities[0].Addrs.Minus(report.Cluster.Entities[0].Addrs)
		for _, e := range c.Diff.Ends {
			for _, m := range e.Members {
				entity := []*model.Entity{m.Was, m.Is}[side]
				switch {
				case entity == nil:
				case entity.Kind == model.KindAddresses:
					addrs = addrs.Union(m.Addrs)
				case found[entity.ID]:
					return fmt.Errorf("cover: %s is there twice", entity.ID)
				default:
					found[entity.ID] = true
					for _, p := range entity.Pods {
						found[p] = true
					}
				}
			}
		}
		for _, e := range report.Cluster.Entities {
			// A workload is its pods where the other bundle tells them apart.
			apart := len(e.Pods) > 0 && !slices.ContainsFunc(e.Pods, func(p string) bool { return !found[p] })
			if e.Kind != model.KindAddresses && !found[e.ID] && !apart {
				return fmt.Errorf("cover: %s is in bundle %d and not in the comparison", e.ID, side)
			}
			other := []*Report{c.After, c.Before}[side]
			if e.Kind == model.KindAddresses {
				for _, n := range other.Cluster.Entities {
					if n.Kind == model.KindNode { // What is a node's in one bundle only is no common address.
						e.Addrs = e.Addrs.Minus(n.Addrs)
					}
				}
				if !e.Addrs.Minus(addrs).IsEmpty() {
					return fmt.Errorf("cover: addresses of %s are in bundle %d and not in the comparison", e.ID, side)
				}
			}
		}
	}
	return nil
}

func adds(d *reach.Diff) error {
	shifts := map[[2]*reach.End]reach.Shift{}
	for _, list := range [][]reach.Shift{d.Changes, d.OneSided(false), d.OneSided(true)} {
		for _, s := range list {
			key := [2]*reach.End{s.From, s.To}
			if other, twice := shifts[key]; twice && s.From.Both() && s.To.Both() && (s.From != s.To || !other.Was.IsEmpty() && !s.Was.IsEmpty()) {
				return fmt.Errorf("apply: %s -> %s is listed twice", s.From.First().ID, s.To.First().ID)
			}
			if s.Was == s.Is {
				return fmt.Errorf("apply: %s -> %s does not change", s.From.First().ID, s.To.First().ID)
			}
			shifts[key] = s
		}
	}
	for _, from := range d.Ends {
		for _, to := range d.Ends {
			s := shifts[[2]*reach.End{from, to}]
			for i := range from.Members {
				for j := range to.Members {
					if err := addsUp(d, s, &from.Members[i], &to.Members[j], from == to && i == j); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func addsUp(d *reach.Diff, s reach.Shift, from, to *reach.Member, same bool) error {
	exists := func(a, b *model.Entity) bool {
		return a != nil && b != nil && (a.IsPod() || b.IsPod()) && (!same || a.Several())
	}
	before, after := exists(from.Was, to.Was), exists(from.Is, to.Is)
	if same && before != after || !before && !after {
		return nil // Judged by the pairs of other members, or no question.
	}
	var was, is = s.Was.Minus(s.Was), s.Was.Minus(s.Was)
	if before {
		was = d.Before.Ports(from.Was, to.Was)
	}
	if after {
		is = d.After.Ports(from.Is, to.Is)
	}
	if s.Was != s.Is && (s.Was != was || s.Is != is) {
		return fmt.Errorf("apply: %s -> %s: said to be %q before and %q after, is %q and %q", from.ID(), to.ID(), s.Was, s.Is, was, is)
	}
	// Of all ports no port that goes by an unknown name can be taken away.
	if got := was.Minus(s.Closed()).Union(s.Opened()); got != is && len(was.Names())+len(is.Names()) == 0 {
		return fmt.Errorf("apply: %s -> %s: was %q, closed %q, opened %q, is %q", from.ID(), to.ID(), was, s.Closed(), s.Opened(), is)
	}
	return nil
}

// What opens from one bundle to another closes from the other to the one.
func TestCompareMirrors(t *testing.T) {
	forPairs(t, func(before, after []string) error {
		there, back := compareTexts(before, after), compareTexts(after, before)
		a, b := shiftLines(there.Diff, false), shiftLines(back.Diff, true)
		if !slices.Equal(a, b) {
			return fmt.Errorf("mirror:\n%s\nback\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
		return nil
	})
}

func shiftLines(d *reach.Diff, mirrored bool) (lines []string) {
	name := func(e *reach.End) string {
		var words []string
		for _, m := range e.Members {
			was, is := "", ""
			if m.Was != nil {
				was = m.Was.ID
			}
			if m.Is != nil {
				is = m.Is.ID
			}
			if mirrored {
				was, is = is, was
			}
			words = append(words, fmt.Sprint(was, "=", is, m.Addrs.Prefixes()))
		}
		slices.Sort(words)
		return strings.Join(words, ";")
	}
	for _, list := range [][]reach.Shift{d.Changes, d.OneSided(false), d.OneSided(true)} {
		for _, s := range list {
			opened, closed := s.Opened(), s.Closed()
			if mirrored {
				opened, closed = closed, opened
			}
			lines = append(lines, fmt.Sprint(name(s.From), " -> ", name(s.To), " + ", opened, " - ", closed, " ", s.Pairs))
		}
	}
	slices.Sort(lines)
	return lines
}

// Each cause holds: without the edit, and with everything else as it is, the ports it is
// named for are not open or closed. Together means that each of them is needed.
func TestCausesHold(t *testing.T) {
	forPairs(t, func(before, after []string) error {
		c := compareTexts(before, after)
		causes := c.Causes()
		for k, s := range c.Shifts {
			of := causes.Of[k]
			for _, list := range [][]Blame{of.Opened, of.Closed} {
				var together []*manifest.Change
				for _, b := range list {
					if b.Together {
						together = append(together, b.Edit)
						continue
					}
					if left := still(c, s, b, b.Edit); left != "" {
						return fmt.Errorf("cause: %s -> %s: without %s %s %s there is still %s", s.From.First().ID, s.To.First().ID, b.Edit.Object().Title(), b.Edit.WasField, b.Edit.IsField, left)
					}
				}
				for _, b := range list {
					if !b.Together {
						continue
					}
					if left := still(c, s, b, together...); left != "" {
						return fmt.Errorf("together: %s -> %s: there is still %s", s.From.First().ID, s.To.First().ID, left)
					}
				}
			}
			if len(relevant(causes.Edits, s, c.imagined())) > mostTogether || causes.Untried > 0 {
				continue
			}
			if missing := s.Opened().Minus(portsOf(of.Opened)).Union(s.Closed().Minus(portsOf(of.Closed))); !missing.IsEmpty() {
				return fmt.Errorf("unexplained: %s -> %s %s", s.From.First().ID, s.To.First().ID, missing)
			}
		}
		return nil
	})
}

// still gives the ports that a change still has with edits undone, evaluated from the
// objects anew; "" for none.
func still(c *Comparison, s *reach.Shift, b Blame, edits ...*manifest.Change) string {
	bundle := c.After.bundle
	for _, e := range edits {
		bundle.Objects = e.Undo(bundle.Objects)
	}
	cluster, _ := model.Build(bundle, model.Options{Beside: c.Diff.After.Cluster})
	m := reach.Compute(cluster)
	from, to := stand(s)
	x, y := counterpart(cluster, from), counterpart(cluster, to)
	if x == nil || y == nil {
		return "an end that is not there"
	}
	ports := m.Ports(x, y)
	opened, closed := s.Opened().Intersect(b.Ports), s.Closed().Intersect(b.Ports)
	if opened.Minus(ports) == opened && closed.Intersect(ports) == closed {
		return ""
	}
	return ports.String()
}

// An edit of a policy that is called idle changes nothing when it is undone.
func TestIdleEditsChangeNothing(t *testing.T) {
	forPairs(t, func(before, after []string) error {
		c := compareTexts(before, after)
		r := rand.New(rand.NewPCG(uint64(len(before)), 1))
		idle := c.Causes().Idle
		if len(idle) == 0 {
			return nil
		}
		e := idle[r.IntN(len(idle))]
		bundle := c.After.bundle
		bundle.Objects = e.Undo(bundle.Objects)
		cluster, _ := model.Build(bundle, model.Options{Beside: c.Diff.After.Cluster})
		if change := reach.Compare(reach.Compute(cluster), c.Diff.After); change != (reach.Change{}) {
			return fmt.Errorf("idle: %s changes %+v", e.Object().Title(), change)
		}
		return nil
	})
}
