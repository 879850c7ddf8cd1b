// Package analysis runs the whole pipeline in one call: sources in, a report out.
//
// It takes files as bytes and gives the cluster they describe, its matrix and every
// finding about them. It decides nothing itself; each step is a package of its own.
package analysis

import (
	"slices"

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
}

// Report is what is known about a bundle.
type Report struct {
	Cluster *model.Cluster
	Matrix  *reach.Matrix
	// Findings are all findings, sorted.
	Findings diag.List
	// Files and Documents count what was read.
	Files, Documents int
	// Readable is set when the sources hold at least one Kubernetes object, of
	// whatever kind; without one there is nothing to show but the findings.
	Readable bool
}

// Run reads sources and evaluates them. The only error is a *manifest.LimitError;
// whatever else is wrong with the sources is a finding.
func Run(sources []manifest.Source, o Options) (*Report, error) {
	bundle, err := manifest.Parse(sources, o.Limits)
	if err != nil {
		return nil, err
	}
	cluster, found := model.Build(bundle, model.Options{Kubernetes: o.Kubernetes, Plugin: o.Plugin, Exposure: o.Exposure})
	matrix := reach.Compute(cluster, o.Off...)
	in := lint.Input{Cluster: cluster}
	if len(o.Off) == 0 {
		in.Matrix = matrix // What is off for a moment is judged all the same.
	}
	findings := slices.Concat(bundle.Findings, found, lint.Run(in))
	findings.Sort()
	return &Report{
		Cluster:   cluster,
		Matrix:    matrix,
		Findings:  findings,
		Files:     len(sources),
		Documents: bundle.Documents,
		Readable:  len(bundle.Objects)+len(bundle.NotEvaluated) > 0,
	}, nil
}
