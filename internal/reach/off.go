package reach

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/model"
)

// Off names a policy, or one rule of it, that is to be evaluated as if it were not
// there. A policy without one of its rules still isolates the pods it selects.
type Off struct {
	Policy string // "namespace/name"
	// Rule is set when only one rule is off: the one at Index of Direction.
	Rule      bool
	Direction model.Direction
	Index     int
}

// String gives "namespace/policy" or "namespace/policy:ingress:0".
func (o Off) String() string {
	if !o.Rule {
		return o.Policy
	}
	return fmt.Sprintf("%s:%s:%d", o.Policy, o.Direction, o.Index)
}

// ParseOff reads what String gives.
func ParseOff(text string) (Off, error) {
	parts := strings.Split(text, ":")
	o := Off{Policy: parts[0]}
	if namespace, name, ok := strings.Cut(o.Policy, "/"); !ok || namespace == "" || name == "" {
		return Off{}, fmt.Errorf("%q is no policy: write namespace/name, or namespace/name:ingress:0 for one rule", text)
	}
	if len(parts) == 1 {
		return o, nil
	}
	d := slices.IndexFunc(model.Directions[:], func(d model.Direction) bool { return d.String() == parts[1] })
	index, err := strconv.Atoi(parts[len(parts)-1])
	if len(parts) != 3 || d < 0 || err != nil || index < 0 {
		return Off{}, fmt.Errorf("%q is no rule: write namespace/name:ingress:0 or namespace/name:egress:0, rules counted from 0", text)
	}
	o.Rule, o.Direction, o.Index = true, model.Direction(d), index
	return o, nil
}

// without gives a policy less what is off: nil when that is the whole policy, the
// policy itself when nothing of it is off.
func without(p *model.Policy, off []Off) *model.Policy {
	kept := p
	for _, o := range off {
		switch {
		case o.Policy != p.ID:
		case !o.Rule:
			return nil
		default:
			clone := *kept
			clone.Rules = slices.DeleteFunc(slices.Clone(kept.Rules), func(r model.Rule) bool {
				return r.Direction == o.Direction && r.Index == o.Index
			})
			kept = &clone
		}
	}
	return kept
}
