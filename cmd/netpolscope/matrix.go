package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/reach"
)

func newMatrix(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "matrix -f BUNDLE…",
		Short: "List who may open connections to whom, and on which ports",
		Long: `List every pair of entities (workloads, pods, nodes, addresses outside) of which
the first may open a connection to the second, with the ports.

The json form is the whole answer (netpolscope.matrix/v1); markdown is a square up
to 20 entities, and says below it in words what each policy asks for and what comes of
it for each entity. --by namespace says all, some or none for each pair of namespaces;
its json is netpolscope.namespaces/v1.`,
		Example: examples(name, `
netpolscope matrix -f policies.yaml -f workloads.yaml
netpolscope matrix -R -f manifests/ -o markdown > matrix.md
kubectl get netpol,pods,ns -A -o yaml | netpolscope matrix -o json`),
		Args: onlyFiles,
	}
	b := addBundle(cmd)
	output := choose(cmd, "output", "o", "form of the answer", "table", "wide", "json", "csv", "markdown")
	byWord := choose(cmd, "by", "", "what a line stands for", "entity", "namespace")
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		by, _ := export.ParseBy(byWord.value)
		report, trouble, err := b.read(cmd)
		if err != nil {
			return err
		}
		trouble = unevaluable(report, trouble)
		warn(cmd.ErrOrStderr(), report)
		if output.value != "json" && !report.Readable {
			return trouble
		}
		out, m := cmd.OutOrStdout(), report.Matrix
		if !report.Readable {
			// A cluster of which nothing is known is open to everybody; a bundle that
			// cannot be read must not look like one.
			m = reach.Compute(&model.Cluster{})
		}
		switch output.value {
		case "json":
			err = matrixJSON(by)(out, m, report.Findings)
		case "markdown":
			err = export.Markdown(out, m, by)
		case "csv":
			caveats(cmd.ErrOrStderr(), report)
			err = export.CSV(out, m, by)
		case "wide":
			caveats(cmd.ErrOrStderr(), report)
			err = export.Wide(out, m, by)
		default:
			caveats(cmd.ErrOrStderr(), report)
			err = export.Table(out, m, by)
		}
		if err != nil {
			return err
		}
		return trouble
	})
	return cmd
}

// matrixJSON gives the writer of the JSON form.
func matrixJSON(by export.By) func(io.Writer, *reach.Matrix, diag.List) error {
	if by == export.ByNamespace {
		return export.NamespacesJSON
	}
	return export.MatrixJSON
}
