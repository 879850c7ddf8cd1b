package reach

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// Notes gives the notes of the cluster, says of every pod without an address that an
// ipBlock could be about it, and of every pair whose IP families differ what each
// family allows.
func (m *Matrix) Notes() []model.Note {
	notes := slices.Clone(m.Cluster.Notes)
	if m.certain() {
		return notes
	}
	unknown := map[*model.Class]bool{}
	for pair := range m.pairs() {
		switch pair.Undefined {
		case model.AddressUnknown:
			// A rule asks for the address of the other end: entering the caller's,
			// leaving the called one's.
			entering, leaving := m.asksAddress(pair.From.Index, pair.To.Index)
			unknown[pair.From] = unknown[pair.From] || entering
			unknown[pair.To] = unknown[pair.To] || leaving
		case model.DualStack:
			notes = append(notes, m.familyNotes(pair)...)
		}
	}
	for class, is := range unknown {
		for _, e := range class.Entities {
			if is {
				notes = append(notes, model.Note{Entity: e.ID, Reason: model.AddressUnknown, Text: fmt.Sprintf(
					"The bundle has no address of %s; a rule with an ipBlock may be about it, depending on the address it gets. It is judged as if none were.", e.ID)})
			}
		}
	}
	slices.SortFunc(notes, func(x, y model.Note) int {
		return cmp.Or(cmp.Compare(x.Entity, y.Entity), cmp.Compare(x.Reason, y.Reason), cmp.Compare(x.Text, y.Text))
	})
	return notes
}

// asksAddress reports on which sides of a pair an ipBlock could be about an address
// that is not known.
func (m *Matrix) asksAddress(from, to int) (entering, leaving bool) {
	for i, x := range m.chosen {
		other := m.unknown[i]
		entering = entering || x.sidePorts(model.Ingress, to, from) != other.sidePorts(model.Ingress, to, from)
		leaving = leaving || x.sidePorts(model.Egress, from, to) != other.sidePorts(model.Egress, from, to)
	}
	return entering, leaving
}

// familyNotes says, for each caller of a pair of classes, what either family allows.
func (m *Matrix) familyNotes(pair Connection) []model.Note {
	four, six := m.chosen[0].cell(pair.From.Index, pair.To.Index), m.chosen[1].cell(pair.From.Index, pair.To.Index)
	words := func(ports netset.Ports) string { return cmp.Or(ports.String(), "nothing") }
	to := pair.To.First().ID
	if more := len(pair.To.Entities) - 1; more > 0 {
		to += fmt.Sprintf(" and %d more like it", more)
	}
	var notes []model.Note
	for _, e := range pair.From.Entities {
		notes = append(notes, model.Note{Entity: e.ID, Reason: model.DualStack, Text: fmt.Sprintf(
			"%s may open on %s over IPv4: %s; over IPv6: %s. What either family allows is shown.", e.ID, to, words(four), words(six))})
	}
	return notes
}
