package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// bundle is the flags that say what to read and how to judge it.
type bundle struct {
	files      []string
	recursive  bool
	kubernetes string
	cni        string
	exposure   *choice
	off        []string
	repaired   []string
	// sources is what was read; piped is set when one of it is standard input.
	sources []manifest.Source
	piped   bool
}

func addBundle(cmd *cobra.Command) *bundle {
	b := &bundle{}
	flags := cmd.Flags()
	flags.StringArrayVarP(&b.files, "filename", "f", nil, "file, folder, zip or tar.gz archive, or picture that carries its manifests, to read, - for standard input; may be repeated")
	flags.BoolVarP(&b.recursive, "recursive", "R", false, "look into the folders of folders too")
	flags.StringVar(&b.kubernetes, "kubernetes", model.DefaultVersion.String(), "version of Kubernetes whose API server judges the manifests")
	flags.StringVar(&b.cni, "cni", model.AnyPlugin, "network plug-in of the cluster: "+strings.Join(model.PluginNames(), ", "))
	b.exposure = choose(cmd, "exposure", "", "show entities that stand for pods which the manifests do not mention",
		model.ExposureAuto.String(), model.ExposureOn.String(), model.ExposureOff.String())
	flags.StringArrayVar(&b.off, "off", nil, "evaluate as if a policy (namespace/name) or one rule of it (namespace/name:ingress:0) were not there; may be repeated")
	flags.StringArrayVar(&b.repaired, "repaired", nil, "evaluate as if findings were repaired by their remedy (NP207, or NP207:shop/db, or NP207:shop/db:spec.policyTypes[0]), or, with ignored: before it, as if the unknown field were not there; may be repeated")
	if err := cmd.MarkFlagFilename("filename", "yaml", "yml", "json", "zip", "gz", "tgz", "svg"); err != nil {
		panic("netpolscope: " + err.Error())
	}
	complete(cmd, "kubernetes", "1.36", "1.35", "1.34", "1.33", "1.32")
	complete(cmd, "cni", model.PluginNames()...)
	complete(cmd, "recursive", "true", "false")
	return b
}

// gcPercent is how much the heap may grow between two collections of garbage.
const gcPercent = 200

// read evaluates the bundle. The trouble is an error to end with after the answer has
// been written: some of what was named could not be read, or none.
func (b *bundle) read(cmd *cobra.Command) (report *analysis.Report, trouble, err error) {
	options, err := b.options()
	if err != nil {
		return nil, nil, err
	}
	in, files := cmd.InOrStdin(), b.files
	if len(files) == 0 {
		if file, ok := in.(*os.File); ok && !isPipe(file) {
			return nil, nil, &exit{exitUsage, errNoBundle}
		}
		files = []string{stdinArg}
	}
	b.piped = slices.Contains(files, stdinArg)
	sources, troubles := readSources(files, b.recursive, in)
	for _, t := range troubles {
		fmt.Fprintln(cmd.ErrOrStderr(), t)
	}
	if os.Getenv("GOGC") == "" {
		// One answer and the process ends: collecting half as often saves a tenth of
		// the time of a large bundle, and memory for it is still below 200 MB at
		// 10,000 pods.
		debug.SetGCPercent(gcPercent)
	}
	b.sources = sources
	report, err = analysis.Run(sources, options)
	if err != nil {
		return nil, nil, err
	}
	if err := explain.CheckOff(report.Cluster, options.Off); err != nil && report.Readable {
		return nil, nil, usage("--off %w", err)
	}
	if err := report.CheckRepairs(options.Repaired); err != nil && report.Readable {
		return nil, nil, usage("--repaired %w", err)
	}
	switch {
	case len(sources) == 0:
		trouble = &exit{exitUnreadable, fmt.Errorf("nothing could be read")}
	case report.Documents == 0 && len(report.Findings) == 0:
		trouble = &exit{exitUnreadable, fmt.Errorf("there is no YAML or JSON document in what was read")}
	case report.Documents == 0:
		trouble = &exit{exitUnreadable, fmt.Errorf("nothing of it is text that holds a YAML or JSON document")}
	case len(troubles) > 0:
		trouble = &exit{exitUsage, fmt.Errorf("the answer is about the rest; %d of what was named could not be read", len(troubles))}
	}
	return report, trouble, nil
}

func (b *bundle) options() (analysis.Options, error) {
	var o analysis.Options
	var err error
	if o.Kubernetes, err = model.ParseVersion(b.kubernetes); err != nil {
		return o, &exit{exitUsage, err}
	}
	if o.Plugin, err = model.ParsePlugin(b.cni); err != nil {
		return o, &exit{exitUsage, err}
	}
	o.Exposure, _ = model.ParseExposure(b.exposure.value)
	for _, text := range b.off {
		off, err := reach.ParseOff(text)
		if err != nil {
			return o, &exit{exitUsage, err}
		}
		o.Off = append(o.Off, off)
	}
	for _, text := range b.repaired {
		repair, err := analysis.ParseRepair(text)
		if err != nil {
			return o, &exit{exitUsage, err}
		}
		o.Repaired = append(o.Repaired, repair)
	}
	return o, nil
}

// mostErrors is how many errors are listed beside an answer that is not about them.
const mostErrors = 10

// warn says on standard error what is wrong with the bundle, in short.
func warn(w io.Writer, report *analysis.Report) {
	errors := report.Findings.AtLeast(diag.Error)
	for _, f := range errors[:min(len(errors), mostErrors)] {
		fmt.Fprintln(w, export.FindingLine(f))
	}
	if more := len(errors) - mostErrors; more > 0 {
		fmt.Fprintf(w, "and %d more errors; netpolscope lint shows all of them\n", more)
	}
}

// caveats says on standard error what the answer leaves out or rests on.
func caveats(w io.Writer, report *analysis.Report) {
	for _, c := range export.Caveats(report.Matrix) {
		fmt.Fprintln(w, export.CaveatMark+c)
	}
}

// unevaluable is the trouble of a bundle in which no object could be understood, for
// the commands that need one; a bundle that is only listed does not.
func unevaluable(report *analysis.Report, trouble error) error {
	if trouble == nil && !report.Readable {
		return &exit{exitUnreadable, fmt.Errorf("there is no Kubernetes object that can be read")}
	}
	return trouble
}
