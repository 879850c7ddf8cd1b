package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
)

func newExplain(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain FROM TO -f BUNDLE…",
		Short: "Say why a connection is allowed or blocked, with the lines that decide it",
		Long: `Say whether FROM may open a connection to TO, which policies and rules of either
side decide it, in which file and line, and what would open what is blocked or close what
is allowed. Every suggestion was tried on the manifests and gave that verdict.

FROM and TO are namespace/name, namespace/Kind/name, any id that matrix prints,
node/NAME, world, or an address. TO may also be namespace/Service/name; --port is then
the Service's port. Without --port the question is about every port.`,
		Example: examples(name, `
netpolscope explain shop/web shop/db --port 5432 -f manifests/
netpolscope explain shop/web shop/db --port 5432 --probe -f manifests/
netpolscope explain world shop/Service/web --port 80 -f manifests/
netpolscope explain shop/Deployment/web 192.0.2.7 -o json -f manifests/`),
		Args: twoEnds,
	}
	b := addBundle(cmd)
	output := choose(cmd, "output", "o", "form of the answer", "text", "json")
	cmd.ValidArgsFunction = b.completeEntity
	portText := cmd.Flags().StringP("port", "p", "", "port to ask about: 5432, 5432/TCP, 53/UDP")
	probe := cmd.Flags().Bool("probe", false, "say what somebody sees who tries it, with the kubectl commands to do so")
	cmd.RunE = action(func(cmd *cobra.Command, args []string) error {
		var port *explain.Port
		if *portText != "" {
			p, err := explain.ParsePort(*portText)
			if err != nil {
				return &exit{exitUsage, err}
			}
			port = &p
		}
		report, trouble, err := b.read(cmd)
		if err != nil {
			return err
		}
		trouble = unevaluable(report, trouble)
		warn(cmd.ErrOrStderr(), report)
		if !report.Readable {
			return trouble
		}
		answer, err := report.Explain(args[0], args[1], port)
		if err != nil {
			return &exit{exitUsage, err}
		}
		if *probe {
			trial := explain.Try(report.Matrix, args[0], args[1], &answer)
			answer.Trial = &trial
		}
		if output.value == "json" {
			err = export.ExplanationJSON(cmd.OutOrStdout(), answer)
		} else {
			err = export.ExplanationText(cmd.OutOrStdout(), answer)
		}
		if err != nil {
			return err
		}
		return trouble
	})
	return cmd
}

// completeEntity offers the entities of the files that are named so far.
func (b *bundle) completeEntity(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	options, err := b.options()
	if len(args) >= 2 || err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	files := slices.DeleteFunc(slices.Clone(b.files), func(name string) bool { return name == "-" })
	sources, _ := readSources(files, b.recursive, nil)
	report, err := analysis.Run(sources, options)
	if err != nil || !report.Readable {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, e := range report.Cluster.Entities {
		ids = append(ids, e.ID)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
