package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/expect"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

func newCheck(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check -e EXPECTATIONS -f BUNDLE…",
		Short: "Hold what you expect of connections against what the policies allow",
		Long: `Hold a file of expectations against what the policies allow, and say of each that is not
so why, with the lines that decide it. The exit code is then 1.

  expectations:
  - from: shop/api
    to: shop/db
    port: 5432
    expect: allowed
  - from: others
    to: shop/db
    expect: blocked
    reason: nothing else may reach the database

from and to are names as explain takes them, one or a list: shop/web, shop/Deployment/web,
world, an address or a range of them; to may also be a Service. A star stands for any
letters: shop/* is every pod of shop, */* every pod, "*" everybody, those outside too.
All that a name stands for is meant.

others is everybody that no expectation of the file allows: with to, nothing else may
reach it; as to, with from, it may reach nothing else. It looks at pods, so name those
behind a Service for it.

port is a number, a range as 8000-8080, the name of a port, or a list of them; protocol
is TCP unless it is said. Without port the expectation is about every port of the
protocol, without both about every port: allowed means all of them, blocked none. expect
is allowed or blocked; reason is kept and shown.

An expectation about something that is not in the manifests cannot be judged, and counts
as one that fails. --write prints expectations that are so for the manifests as they are,
to begin a file with.`,
		Example: examples(name, `
netpolscope check -e expectations.yaml -f manifests/
netpolscope check -e expectations.yaml -R -f manifests/ -o junit > check.xml
netpolscope check --write -f manifests/ > expectations.yaml`),
		Args: cobra.NoArgs,
	}
	b := addBundle(cmd)
	file := cmd.Flags().StringP("expectations", "e", "", "file of expectations, - for standard input")
	output := choose(cmd, "output", "o", "form of the answer", "text", "json", "junit")
	write := cmd.Flags().Bool("write", false, "print expectations that are so now")
	complete(cmd, "write", "true", "false")
	if err := cmd.MarkFlagFilename("expectations", "yaml", "yml"); err != nil {
		panic("netpolscope: " + err.Error())
	}
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if (*file == "") == !*write {
			return usage("name a file of expectations with -e, or ask for one with --write")
		}
		var list []expect.Expectation
		if !*write {
			var err error
			if list, err = readExpectations(cmd, *file); err != nil {
				return err
			}
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
		caveats(cmd.ErrOrStderr(), report)
		if *write {
			return firstOf(writeText(cmd.OutOrStdout(), expect.Write(report.Matrix)), trouble)
		}
		results := expect.Check(report.Matrix, list)
		switch output.value {
		case "json":
			err = export.CheckJSON(cmd.OutOrStdout(), results)
		case "junit":
			err = export.CheckJUnit(cmd.OutOrStdout(), *file, results)
		default:
			err = export.CheckText(cmd.OutOrStdout(), results)
		}
		if err != nil || trouble != nil {
			return firstOf(err, trouble)
		}
		if !expect.Kept(results) {
			return &exit{code: exitFindings}
		}
		return nil
	})
	return cmd
}

func writeText(out io.Writer, text string) error {
	_, err := io.WriteString(out, text)
	return err
}

// readExpectations reads a file of expectations; what is wrong with it is said line by
// line.
func readExpectations(cmd *cobra.Command, file string) ([]expect.Expectation, error) {
	var data []byte
	var err error
	if file == stdinArg {
		file = stdinName
		data, err = io.ReadAll(cmd.InOrStdin())
	} else {
		data, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	list, problems := expect.Parse(manifest.Source{Name: file, Data: data})
	for _, p := range problems {
		fmt.Fprintln(cmd.ErrOrStderr(), export.Problem(p))
	}
	if len(problems) > 0 {
		return nil, usage("the expectations cannot be read; nothing was checked")
	}
	return list, nil
}
