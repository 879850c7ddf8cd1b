// Package lint finds what is accepted and most likely not meant: it judges policies
// by themselves, and against the pods, namespaces and Services of their bundle.
//
// It takes a cluster with its matrix and gives findings; what the API server would
// refuse is found before, by manifest and model. It holds the page of every code,
// whoever finds it: a check is two files, the code and a page whose bad and good
// manifests are its test. It changes nothing; its remedies are edits on the text. A comment
// silences what is right as it is, and one that silences nothing is a finding too.
package lint

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Input is what the checks judge.
type Input struct {
	Cluster *model.Cluster
	// Matrix is the cluster's with nothing off; nil has it computed when a check asks.
	Matrix *reach.Matrix
}

// check is one entry of the catalogue.
type check struct {
	code diag.Code
	// severity is that of its plain findings; variants may say otherwise.
	severity diag.Severity
	// certain is set where the remedy decides nothing: it writes what the API server
	// refuses as it wants it, or writes down what the policy means already. What another
	// remedy does to an accepted policy somebody has to want.
	certain bool
	// policy looks at one policy in force; nil for checks of the whole bundle.
	policy func(*subject)
	// refused has policy asked about refused policies too: it reads only the text.
	refused bool
	// whole looks at everything at once; nil for checks of policies.
	whole func(*bundle, *report)
}

// Certain reports whether the remedies of a code may be carried out unasked.
func Certain(code diag.Code) bool {
	return slices.ContainsFunc(catalogue, func(c check) bool { return c.code == code && c.certain })
}

// report collects what one check finds.
type report struct {
	check *check
	found diag.List
}

// add notes a finding. Its code, and its severity unless it has another than the zero
// one, which no check has, are those of the check.
func (r *report) add(f diag.Finding) {
	f.Code = r.check.code
	if f.Severity == diag.Error {
		f.Severity = r.check.severity
	}
	r.found = append(r.found, f)
}

// subject is the policy that a check looks at, with its text.
type subject struct {
	*bundle
	*report
	policy *model.Policy
	// spec is the policy's spec as written; the zero Part when there is none.
	spec, object manifest.Part
	// written are the rules of spec by direction, ingress first.
	written [2][]rule
}

// Run asks every check and gives the findings, sorted.
func Run(in Input) diag.List {
	b := newBundle(in)
	policies := in.Cluster.Policies
	found := make([]diag.List, len(policies))
	each(len(policies), func(i int) { found[i] = b.judge(policies[i]) })
	all := slices.Concat(found...)
	for i := range catalogue {
		if c := &catalogue[i]; c.whole != nil {
			r := report{check: c}
			c.whole(b, &r)
			all = append(all, r.found...)
		}
	}
	all.Sort()
	return all
}

// judge asks the checks of single policies about one.
func (b *bundle) judge(p *model.Policy) diag.List {
	object := manifest.Written(p.Source)
	s := &subject{bundle: b, report: &report{}, policy: p, object: object, spec: object.Field("spec")}
	for _, d := range model.Directions {
		s.written[d] = s.read(d)
	}
	for i := range catalogue {
		if c := &catalogue[i]; c.policy != nil && (p.InForce || c.refused) {
			s.check = c
			c.policy(s)
		}
	}
	for i := range s.found {
		s.found[i].Object = "NetworkPolicy " + p.ID
		s.found[i].Fix = manifest.Remedy(p.Source, s.found[i].Fix)
	}
	return s.found
}

// each calls f for every number below n, on as many processors as there are.
func each(n int, f func(int)) {
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(i)
		}
	}
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(work)
	}
	wait.Wait()
}

// rule is a rule of a policy as written beside what it means.
type rule struct {
	direction model.Direction
	index     int
	text      manifest.Part
	// peers and ports are the zero Part when they are not written.
	peers, ports manifest.Part
	// means is nil where the rule has no effect: policyTypes does not list its
	// direction, or the policy is refused.
	means *model.Rule
}

// rules gives the rules of one direction.
func (s *subject) rules(d model.Direction) []rule { return s.written[d] }

// allRules gives the rules of both directions, ingress first.
func (s *subject) allRules() []rule { return slices.Concat(s.written[0], s.written[1]) }

// read gives the rules of one direction from the text.
func (s *subject) read(d model.Direction) []rule {
	var rules []rule
	for i, text := range s.spec.Field(d.String()).Items() {
		rules = append(rules, rule{
			direction: d, index: i, text: text,
			peers: text.Field(d.PeerField()), ports: text.Field("ports"),
			means: ruleOf(s.policy, d, i),
		})
	}
	return rules
}

func ruleOf(p *model.Policy, d model.Direction, index int) *model.Rule {
	for i := range p.Rules {
		if r := &p.Rules[i]; r.Direction == d && r.Index == index {
			return r
		}
	}
	return nil
}

// at reports a finding about a part of the policy.
func (s *subject) at(part manifest.Part, f diag.Finding) {
	f.Range, f.Field = part.Range(), part.Path()
	if !part.IsWritten() {
		f.Range = s.policy.Source.Locate(f.Field)
	}
	s.add(f)
}

// fixIn is a remedy in the text of another object than the policy that a check looks at.
func fixIn(object diag.Locator, text string, edits ...[]diag.Edit) *diag.Fix {
	return manifest.Remedy(object, fix(text, edits...))
}

// fix is a remedy, or nil where the edits cannot be made.
func fix(text string, edits ...[]diag.Edit) *diag.Fix {
	f := &diag.Fix{Text: text}
	for _, e := range edits {
		if e == nil {
			return nil
		}
		f.Edits = append(f.Edits, e...)
	}
	return f
}
