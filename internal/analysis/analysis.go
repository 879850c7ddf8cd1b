// Package analysis runs the whole pipeline in one call: sources in, a report out.
//
// It takes files as bytes and gives the cluster they describe, its matrix and every
// finding about them; it makes the edits of remedies and says what they change. It decides
// nothing itself; each step is a package of its own.
package analysis

import (
	"slices"
	"strings"
	"sync"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// Options are the choices that a report depends on beside its sources. The zero value
// has no limits, judges as the newest Kubernetes version that we know, assumes a network
// plug-in that enforces, and evaluates every policy.
type Options struct {
	Limits     manifest.Limits
	Kubernetes model.Version
	Plugin     model.Plugin
	Exposure   model.Exposure
	Off        []reach.Off
	// Repaired are findings that are taken for repaired, or their fields for ignored.
	Repaired []Repair
}

// Report is what is known about a bundle.
type Report struct {
	Cluster *model.Cluster
	// Matrix is what is so under the assumptions of the options. Beside it, as its Base,
	// stands what is so without them; nil where there are none.
	Matrix *reach.Matrix
	// Assumed are the findings that are taken for repaired. They are among Findings all the
	// same: those, and Judged, are about the text as it is.
	Assumed []Assumed
	// Findings are what reading and building the cluster found, sorted: every error
	// there is. Judged adds what the checks say.
	Findings diag.List
	// Files and Documents count what was read.
	Files, Documents int
	// Readable is set when the sources hold at least one Kubernetes object, of
	// whatever kind; without one there is nothing to show but the findings.
	Readable bool

	// sources and options are kept so that changes of the text can be tried.
	sources []manifest.Source
	options Options
	judged  func() diag.List
	// written is the matrix of the texts as they are, with nothing assumed.
	written *reach.Matrix
	// bundle is what was read, under the assumptions.
	bundle manifest.Bundle
	// reader knows the documents, so that a text that was changed a little is read
	// quickly. Of a large bundle it knows none.
	reader *manifest.Reader
}

// Incomplete reports whether a document was lost, or an object that is not among the
// policies, which say of themselves that they are not in force.
func (r *Report) Incomplete() bool {
	return slices.ContainsFunc(r.Findings, func(f diag.Finding) bool {
		id, isPolicy := strings.CutPrefix(f.Object, "NetworkPolicy ")
		return f.Severity == diag.Error && !(isPolicy && r.Cluster.Policy(id) != nil)
	})
}

// Judged gives all findings, those of the checks of package lint too, sorted, and those
// marked that a comment silences. Only what lists findings needs them, and for large
// bundles they cost as much as the matrix many times over; they are made when first asked
// for.
func (r *Report) Judged() diag.List { return r.judged() }

// UTF16Columns gives the function that turns positions of findings into columns as SARIF
// counts them.
func (r *Report) UTF16Columns() func(file string, at diag.Position) int {
	return manifest.UTF16Columns(r.sources)
}

// Run reads sources and evaluates them. The only error is a *manifest.LimitError;
// whatever else is wrong with the sources is a finding.
func Run(sources []manifest.Source, o Options) (*Report, error) {
	return run(sources, o, nil)
}

// run is Run, with a memory of what another bundle has in common, if there is one.
func run(sources []manifest.Source, o Options, memory *manifest.Memory) (*Report, error) {
	reader := &manifest.Reader{}
	e, err := evaluateKnowing(sources, o, reader, memory)
	if err != nil {
		return nil, err
	}
	findings := slices.Concat(e.bundle.Findings, e.findings)
	lint.SharpenRemedies(e.cluster, findings)
	findings.Sort()
	judged := sync.OnceValue(func() diag.List {
		in := lint.Input{Cluster: e.cluster}
		if e.matrix.Off == nil {
			in.Matrix = e.matrix // What is off for a moment is judged all the same.
		}
		return lint.Silence(slices.Concat(findings, lint.Run(in)), e.bundle.Ignores)
	})
	seen, assumed, err := e.assuming(sources, o, findingsFor(o, findings, judged))
	if err != nil {
		return nil, err
	}
	return &Report{
		Assumed:   assumed,
		Cluster:   seen.cluster,
		Matrix:    seen.beside(),
		Findings:  findings,
		Files:     len(sources),
		Documents: e.bundle.Documents,
		Readable:  len(e.bundle.Objects)+len(e.bundle.NotEvaluated) > 0,
		sources:   sources,
		options:   o,
		judged:    judged,
		written:   e.matrix,
		bundle:    seen.bundle,
		reader:    reader,
	}, nil
}

// findingsFor gives the findings that repairs may be about: those of the checks only where
// one is.
func findingsFor(o Options, findings diag.List, judged func() diag.List) diag.List {
	if len(o.Repaired) == 0 {
		return nil
	}
	if slices.ContainsFunc(o.Repaired, func(r Repair) bool { return r.Code >= diag.EmptyPeerListAllowsEveryone }) {
		return judged()
	}
	return findings
}

// evaluation is sources read and evaluated, before anything is judged.
type evaluation struct {
	bundle   manifest.Bundle
	cluster  *model.Cluster
	findings diag.List // of the cluster
	matrix   *reach.Matrix
	// base is what the matrix is compared with, where that is another bundle's.
	base *reach.Matrix
}

// mostKnown bounds the bytes that a reader remembers documents of.
const mostKnown = 4 << 20

// evaluate reads sources, with a reader that knows documents where they are not too
// large, and evaluates them.
func evaluate(sources []manifest.Source, o Options, reader *manifest.Reader) (e evaluation, err error) {
	bytes := 0
	for _, s := range sources {
		bytes += len(s.Data)
	}
	if bytes > mostKnown {
		return evaluateAssuming(sources, o, manifest.Assumption{}, nil)
	}
	bundle, err := reader.Parse(sources, o.Limits)
	if err != nil {
		return e, err
	}
	return build(bundle, o, nil), nil
}

// evaluateKnowing evaluates sources with a memory, if there is one.
func evaluateKnowing(sources []manifest.Source, o Options, reader *manifest.Reader, memory *manifest.Memory) (e evaluation, err error) {
	if memory == nil {
		return evaluate(sources, o, reader)
	}
	bundle, err := memory.Parse(sources, o.Limits)
	if err != nil {
		return e, err
	}
	return build(bundle, o, nil), nil
}

func evaluateAssuming(sources []manifest.Source, o Options, assumed manifest.Assumption, list []Assumed) (e evaluation, err error) {
	bundle, err := manifest.ParseAssuming(sources, o.Limits, assumed)
	if err != nil {
		return e, err
	}
	return build(bundle, o, list), nil
}

// build evaluates what was read.
func build(bundle manifest.Bundle, o Options, list []Assumed) (e evaluation) {
	e.bundle = bundle
	options := model.Options{Kubernetes: o.Kubernetes, Plugin: o.Plugin, Exposure: o.Exposure}
	for _, a := range list {
		options.Assumed = append(options.Assumed, a.Text())
	}
	e.cluster, e.findings = model.Build(e.bundle, options)
	e.matrix = reach.Compute(e.cluster, o.Off...)
	return e
}

// beside gives the matrix beside what it is compared with: where the network plug-in
// does not enforce policies, what they say; else, where something of them is off, the
// whole of them.
func (e *evaluation) beside() *reach.Matrix {
	written := e.matrix.Written()
	switch {
	case written != e.matrix:
		return e.matrix.Against(written)
	case e.base != nil:
		return e.matrix.Against(e.base)
	case len(e.matrix.Off) > 0:
		return e.matrix.Against(reach.Compute(e.cluster))
	}
	return e.matrix
}
