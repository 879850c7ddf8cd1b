package analysis

import (
	"cmp"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// What effects may cost without being asked for, in bytes that are read again or
// evaluated again at an eighth of that: some milliseconds. A bundle of fifty small objects
// gets them for about thirty remedies, a large one for none.
const cheapEffects = 64 << 10

// Weighed gives Judged with the effect of remedies: each is made on the text, and the
// result evaluated. Where not all are asked for, those of the most severe findings are
// weighed as long as that is cheap.
func (r *Report) Weighed(all bool) diag.List {
	findings := slices.Clone(r.Judged())
	left, price := cheapEffects, r.priceOfEffect()
	for _, i := range r.remedies(findings) {
		if left -= price; left < 0 && !all {
			break
		}
		fix := *findings[i].Fix
		fix.Effect = r.effect(fix.Edits)
		findings[i].Fix = &fix
	}
	return findings
}

// remedies gives the indexes of the findings that have edits to weigh, the most severe
// first.
func (r *Report) remedies(findings diag.List) []int {
	var list []int
	for i, f := range findings {
		if f.Fix != nil && len(f.Fix.Edits) > 0 && f.Silenced == nil {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(findings[a].Severity, findings[b].Severity) })
	return list
}

// priceOfEffect estimates what one effect costs: a document of middle size is read, and
// all are evaluated.
func (r *Report) priceOfEffect() int {
	bytes := 0
	for _, s := range r.sources {
		bytes += len(s.Data)
	}
	return bytes/max(1, r.Documents) + bytes/8
}

// effect gives what edits do to the connections; nil where they cannot be made.
func (r *Report) effect(edits []diag.Edit) *diag.Effect {
	sources, err := manifest.Apply(r.sources, edits)
	if err != nil {
		return nil
	}
	after, err := evaluate(sources, r.options, r.reader)
	if err != nil {
		return nil
	}
	e := effectOf(r.written, after.matrix)
	return &e
}

// effectOf gives what changes from one matrix to another.
func effectOf(before, after *reach.Matrix) diag.Effect {
	c := reach.Compare(before, after)
	return diag.Effect{
		Opened: c.Opened, Closed: c.Closed,
		Others: others(before.Cluster, after.Cluster) || others(after.Cluster, before.Cluster),
	}
}

// others reports whether a cluster has a pod that another has not.
func others(a, b *model.Cluster) bool {
	return slices.ContainsFunc(a.Entities, func(e *model.Entity) bool { return e.IsPod() && b.Entity(e.ID) == nil })
}

// Effect gives what became of the connections of the bundle that was mended.
func (m *Mended) Effect(before *Report) diag.Effect { return effectOf(before.written, m.written) }
