package analysis

import (
	"fmt"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// TestSuggestionsTurnTheAnswerRound applies every suggestion as a reader would, to the
// text of random bundles, and asks again.
func TestSuggestionsTurnTheAnswerRound(t *testing.T) {
	questions, opened, closed, without := 0, 0, 0, 0
	forBundles(t, func(docs []object) error {
		text := "# a comment\n"
		for _, doc := range render(docs) {
			text += strings.TrimRight(doc, "\n") + "\n---\n"
		}
		report, err := Run([]manifest.Source{{Name: "a.yaml", Data: []byte(text)}}, Options{})
		must(err)
		entities := report.Cluster.Entities
		if len(entities) > 20 {
			return nil
		}
		g := newGenerator(uint64(len(text)), uint64(len(entities)))
		for range 2 {
			from, to := pick(g, entities...), pick(g, entities...)
			port := pick(g, nil, &explain.Port{Number: 80}, &explain.Port{Protocol: netset.UDP, Number: 53})
			e, err := report.Explain(from.ID, to.ID, port)
			must(err)
			questions++
			wanted := explain.Wanted(&e)
			switch {
			case len(e.Suggestions) > 0 && wanted == explain.Allowed:
				opened++
			case len(e.Suggestions) > 0:
				closed++
			case wanted == explain.Allowed && from.IsPod() && to.IsPod():
				without++
			}
			for _, s := range e.Suggestions {
				if err := applied(report, e, s, wanted); err != nil {
					return err
				}
			}
		}
		return nil
	})
	t.Logf("%d questions, %d with a way to open, %d with one to close, %d blocked pods without", questions, opened, closed, without)
	if opened < questions/10 || closed < questions/10 || without > opened/4 {
		t.Errorf("of %d questions %d have a way to open, %d one to close, and %d pods are blocked without a remedy", questions, opened, closed, without)
	}
}

// applied makes a suggestion and asks again.
func applied(report *Report, e explain.Explanation, s explain.Suggestion, wanted explain.Verdict) error {
	sources, err := manifest.Apply(report.sources, s.Edits)
	if err != nil {
		return fmt.Errorf("edits: %s: %w", s.Text, err)
	}
	if !strings.HasPrefix(string(sources[0].Data), "# a comment\n") {
		return fmt.Errorf("comment: %s: it is gone", s.Text)
	}
	if len(s.Edits) == 0 {
		sources = append(sources, manifest.Source{Name: "b.yaml", Data: []byte(s.YAML)})
	}
	after, err := evaluate(sources, Options{}, &manifest.Reader{})
	must(err)
	answer, err := explain.Ask(after.matrix, e.From, e.To, e.Port)
	if err != nil {
		return fmt.Errorf("question: %s: %w", s.Text, err)
	}
	if answer.Verdict != wanted {
		return fmt.Errorf("verdict: %s → %s on %v after %q is %s, want %s; the text is then\n%s", e.From, e.To, e.Port, s.Text, answer.Verdict, wanted, sources[0].Data)
	}
	alone, err := evaluate([]manifest.Source{{Name: "only.yaml", Data: []byte(s.YAML)}}, Options{}, &manifest.Reader{})
	must(err)
	if len(alone.cluster.Policies) == 0 || !alone.cluster.Policies[0].InForce {
		return fmt.Errorf("yaml: %s: it is no policy:\n%s", s.Text, s.YAML)
	}
	return nil
}

// TestCompareCountsPairs counts what changes pair by pair.
func TestCompareCountsPairs(t *testing.T) {
	changed, all := 0, 0
	forBundles(t, func(docs []object) error {
		documents := render(docs)
		before := compute(documents, model.ExposureAuto)
		if len(before.Cluster.Entities) > 30 {
			return nil
		}
		after := compute(documents[:len(documents)-1], model.ExposureAuto)
		// Addresses that are cut otherwise are what they overlap with: a connection with
		// them closes once for all that they were, and opens once for all that they are.
		type ends [2]*model.Entity
		opened, closed := map[ends]bool{}, map[ends]bool{}
		now := func(e *model.Entity) (list []*model.Entity, cut bool) {
			same := after.Cluster.Entity(e.ID)
			if e.Kind != model.KindAddresses || same != nil && same.Addrs.Equal(e.Addrs) {
				return []*model.Entity{same}, false
			}
			for _, x := range after.Cluster.Entities {
				was := before.Cluster.Entity(x.ID)
				if x.Kind == model.KindAddresses && (was == nil || !was.Addrs.Equal(x.Addrs)) && !x.Addrs.Intersect(e.Addrs).IsEmpty() {
					list = append(list, x)
				}
			}
			return list, true
		}
		for _, from := range before.Cluster.Entities {
			for _, to := range before.Cluster.Entities {
				callers, cutFrom := now(from)
				called, cutTo := now(to)
				for _, a := range callers {
					for _, b := range called {
						if a == nil || b == nil || !from.IsPod() && !to.IsPod() || from == to && !(from.Several() && a.Several()) {
							continue
						}
						is := ends{from, to}
						if cutFrom {
							is[0] = a
						}
						if cutTo {
							is[1] = b
						}
						both := before.Ports(from, to).Union(after.Ports(a, b))
						if both != before.Ports(from, to) {
							opened[is] = true
						}
						if both != after.Ports(a, b) {
							closed[ends{from, to}] = true
						}
					}
				}
			}
		}
		want := reach.Change{Opened: len(opened), Closed: len(closed)}
		if got := reach.Compare(before, after); got != want {
			return fmt.Errorf("change: got %+v, want %+v", got, want)
		}
		all++
		if want != (reach.Change{}) {
			changed++
		}
		return nil
	})
	if changed*20 < all || all == 0 {
		t.Errorf("only %d of %d bundles changed", changed, all)
	}
}
