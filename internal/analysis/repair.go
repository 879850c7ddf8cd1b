package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Repair names findings whose remedy is taken for carried out, or whose unknown field is
// taken for ignored. What is empty narrows nothing.
type Repair struct {
	Code diag.Code
	// Object is "namespace/name" of a policy, "Kind namespace/name" of anything else.
	Object, Field string
	// Ignored is set where the field that the API does not know is ignored instead.
	Ignored bool
}

const ignoring = "ignored:"

// String gives "NP207:shop/db:spec.policyTypes[0]", with "ignored:" before it where the
// field is ignored.
func (r Repair) String() string {
	text := string(r.Code)
	if r.Object != "" || r.Field != "" {
		text += ":" + r.Object
	}
	if r.Field != "" {
		text += ":" + r.Field
	}
	if r.Ignored {
		return ignoring + text
	}
	return text
}

// ParseRepair reads what String gives.
func ParseRepair(text string) (Repair, error) {
	var r Repair
	rest, ignored := strings.CutPrefix(text, ignoring)
	r.Ignored = ignored
	parts := strings.SplitN(rest, ":", 3)
	r.Code = diag.Code(parts[0])
	if r.Code.Name() == "" {
		return Repair{}, fmt.Errorf("%q names no finding: write its code, its policy and its field, as in NP207:shop/db:spec.policyTypes[0], with ignored: before it to ignore an unknown field", text)
	}
	if len(parts) > 1 {
		r.Object = parts[1]
	}
	if len(parts) > 2 {
		r.Field = parts[2]
	}
	return r, nil
}

// RepairOf gives the ways to look at a bundle as if a finding were not there: its remedy
// carried out, the field ignored. There may be none.
func RepairOf(f diag.Finding) []Repair {
	r := Repair{Code: f.Code, Object: strings.TrimPrefix(f.Object, policyKind), Field: f.Field}
	var list []Repair
	if f.Fix != nil && len(f.Fix.Edits) > 0 {
		list = append(list, r)
	}
	if f.Ignorable {
		r.Ignored = true
		list = append(list, r)
	}
	return list
}

const policyKind = "NetworkPolicy "

// means reports whether a repair is about a finding.
func (r Repair) means(f diag.Finding) bool {
	return r.Code == f.Code && (r.Object == "" || r.Object == strings.TrimPrefix(f.Object, policyKind)) &&
		(r.Field == "" || r.Field == f.Field) && slices.ContainsFunc(RepairOf(f), func(o Repair) bool { return o.Ignored == r.Ignored })
}

// Assumed is a finding that is taken for repaired.
type Assumed struct {
	Repair
	Finding diag.Finding
}

// Text says in a sentence what is taken for so.
func (a Assumed) Text() string {
	where := ""
	if a.Finding.Object != "" {
		where = " in " + strings.TrimPrefix(a.Finding.Object, policyKind)
	}
	if !a.Finding.Range.IsZero() {
		where += fmt.Sprintf(" (line %d)", a.Finding.Range.Start.Line)
	}
	if a.Ignored {
		return fmt.Sprintf("Assumed, though it is not so: `%s`%s is ignored, as by a server that is not asked to be strict.", a.Finding.Field, where)
	}
	fix := strings.TrimSuffix(a.Finding.Fix.Text, ".")
	return fmt.Sprintf("Assumed, though it is not so: %s%s is repaired (%s).", a.Code, where, strings.ToLower(fix[:1])+fix[1:])
}

// assume finds what repairs are about and what is assumed by them. Edits that touch those
// of an earlier finding are left out, and so is their finding.
func assume(findings diag.List, repairs []Repair) (list []Assumed, a manifest.Assumption) {
	for _, f := range findings {
		for _, r := range repairs {
			if !r.means(f) {
				continue
			}
			if !r.Ignored {
				if touching(a.Edits, f.Fix.Edits) {
					continue
				}
				a.Edits = append(a.Edits, f.Fix.Edits...)
			}
			list = append(list, Assumed{r, f})
			break
		}
	}
	if slices.ContainsFunc(repairs, func(r Repair) bool { return r.Ignored }) {
		a.Ignored = func(f diag.Finding) bool {
			return slices.ContainsFunc(repairs, func(r Repair) bool { return r.Ignored && r.means(f) })
		}
	}
	return list, a
}

func touching(made, more []diag.Edit) bool {
	return slices.ContainsFunc(more, func(e diag.Edit) bool {
		return slices.ContainsFunc(made, func(o diag.Edit) bool {
			return e.Range.File == o.Range.File && e.Range.Start.Compare(o.Range.End) <= 0 && o.Range.Start.Compare(e.Range.End) <= 0
		})
	})
}

// CheckRepairs refuses to assume that what is not there is repaired: the answer would look
// as if the question had been heard.
func (r *Report) CheckRepairs(repairs []Repair) error {
	for _, wanted := range repairs {
		if slices.ContainsFunc(r.Assumed, func(a Assumed) bool { return wanted.means(a.Finding) && a.Ignored == wanted.Ignored }) {
			continue
		}
		var known []string
		for _, f := range r.Findings {
			for _, o := range RepairOf(f) {
				known = append(known, o.String())
			}
		}
		if near := explain.Nearest(wanted.String(), known, 1); len(near) == 1 {
			return fmt.Errorf("%s: there is no such finding that can be taken for repaired; the nearest is %s", wanted, near[0])
		}
		return fmt.Errorf("%s: there is no finding in the bundle that can be taken for repaired", wanted)
	}
	return nil
}

// assuming evaluates sources once more with what is assumed of their findings, and puts
// what is so without that beside it.
func (e *evaluation) assuming(sources []manifest.Source, o Options, findings diag.List) (evaluation, []Assumed, error) {
	list, assumed := assume(findings, o.Repaired)
	if len(list) == 0 {
		return *e, nil, nil
	}
	again, err := evaluateAssuming(sources, o, assumed, list)
	if err != nil {
		return again, nil, err
	}
	// Where all that was repaired is policies which were not in force, being without them
	// is what is so now; then both matrices are of the same entities.
	var off []reach.Off
	same := true
	for _, a := range list {
		id, isPolicy := strings.CutPrefix(a.Finding.Object, policyKind)
		p := e.cluster.Policy(id)
		same = same && isPolicy && p != nil && !p.InForce
		if !slices.Contains(off, reach.Off{Policy: id}) {
			off = append(off, reach.Off{Policy: id})
		}
	}
	base := e.matrix
	if same {
		base = reach.Compute(again.cluster, off...)
	} else if len(o.Off) > 0 {
		base = reach.Compute(e.cluster)
	}
	again.base = base
	return again, list, nil
}
