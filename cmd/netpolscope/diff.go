package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/templates"
)

func newDiff(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say which connections a change opens and closes, and which line did it",
		Long: `Compare what two sets of manifests allow: which connections open, which close, and the
policy, rule and line that did it. OLD and NEW are files, folders, archives, pictures that
carry their manifests, or - for standard input.

Causes are found by trying: an edit is named if the change is gone without it. Connections
of a workload that is in one set only are told apart from changes of what policies allow.

The markdown form is a comment for a pull request, the most dangerous line first, cut to
the 65,536 characters that such a comment may have. The json form is netpolscope.diff/v1.
The svg and png forms draw both in one picture: what opened is thick with a plus, what
closed is dotted with a minus, what is the same is thin; what is new or gone has a plus or
a minus on its box. Folded boxes and lines count what changes.`,
		Example: examples(name, `
netpolscope diff old/ new/
git show main:policies.yaml | netpolscope diff - policies.yaml -o markdown
netpolscope diff old/ new/ -R --exit-code
netpolscope diff old/ new/ -o svg > change.svg
netpolscope diff old/ new/ -o svg --only changes > change.svg`),
		Args: cobra.ExactArgs(2),
	}
	b := addBundle(cmd)
	if err := cmd.Flags().MarkHidden("filename"); err != nil {
		panic("netpolscope: " + err.Error())
	}
	output := choose(cmd, "output", "o", "form of the answer", "text", "json", "markdown", "svg", "png")
	exitCode := cmd.Flags().Bool("exit-code", false, "end with exit code 1 if something changes")
	only := choose(cmd, "only", "", "draw what is the same thin and grey (differences), leave it out (changes), or draw it as it is (all)", "differences", "changes", "all")
	fold := choose(cmd, "fold", "", "let alike workloads, namespaces or groups of them share a box in a picture; auto folds what is too large to read", diagram.Folds[:]...)
	open := cmd.Flags().StringSlice("ns", nil, "fold every namespace of a picture but these")
	complete(cmd, "ns")
	focus := cmd.Flags().StringArray("focus", nil, "draw only this entity and what it has or had connections with; several with commas between")
	complete(cmd, "focus")
	dir := choose(cmd, "dir", "", "let the picture's arrows run left to right or top to bottom", "lr", "tb")
	theme := choose(cmd, "theme", "", "colours of a picture", "auto", "light", "dark")
	cmd.RunE = action(func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("filename") {
			return usage("--filename is not for diff; name the two sets, OLD and NEW")
		}
		c, err := b.compare(cmd, args)
		if err != nil {
			return err
		}
		if err := c.CheckNamespaces(*open); err != nil {
			return usage("--ns %w", err)
		}
		around, err := c.Focus(*focus)
		if err != nil {
			return usage("--focus %w", err)
		}
		out := cmd.OutOrStdout()
		switch output.value {
		case "json":
			err = export.DiffJSON(out, c)
		case "markdown":
			err = export.DiffMarkdown(out, c)
		case "svg", "png":
			pixels := raster.Options{Dark: theme.value == "dark", Scale: raster.DefaultScale}
			options := templates.PictureOptions{}
			options.Theme, _ = templates.ParseTheme(theme.value)
			how, _ := diagram.ParseFold(fold.value)
			view := diagram.View{
				Fold: how, Namespaces: *open, Focus: around, TopToBottom: dir.value == "tb",
				Incomplete:  c.Before.Incomplete() || c.After.Incomplete(),
				OnlyChanges: only.value != "all", HideSame: only.value == "changes",
			}
			err = draw(c.Picture(), view, pixels, func(ctx context.Context, picture layout.Picture) error {
				if output.value == "png" {
					return raster.PNG(out, picture, pixels)
				}
				return templates.Picture(picture, options).Render(ctx, out)
			})
		default:
			for _, caveat := range export.DiffCaveats(c) {
				fmt.Fprintln(cmd.ErrOrStderr(), export.CaveatMark+caveat)
			}
			err = export.DiffText(out, c)
		}
		if err == nil && *exitCode && !c.Empty() {
			err = &exit{code: exitFindings}
		}
		return err
	})
	return cmd
}

// compare reads and compares the two sets that the arguments name.
func (b *bundle) compare(cmd *cobra.Command, args []string) (*analysis.Comparison, error) {
	options, err := b.options()
	if err != nil {
		return nil, err
	}
	if args[0] == stdinArg && args[1] == stdinArg {
		return nil, usage("only one of OLD and NEW can be standard input")
	}
	var sides [2][]manifest.Source
	for i, arg := range args {
		if file, ok := cmd.InOrStdin().(*os.File); arg == stdinArg && ok && !isPipe(file) {
			return nil, usage("%s is standard input, and nothing is sent there", [...]string{"OLD", "NEW"}[i])
		}
		sources, troubles := readSources([]string{arg}, b.recursive, cmd.InOrStdin())
		if len(troubles) > 0 {
			return nil, &exit{exitUnreadable, troubles[0]}
		}
		sides[i] = sources
	}
	c, err := analysis.Compare(sides[0], sides[1], options)
	if err != nil {
		return nil, err
	}
	for i, report := range []*analysis.Report{c.Before, c.After} {
		warn(cmd.ErrOrStderr(), report)
		if !report.Readable && len(report.Findings) > 0 {
			return nil, &exit{exitUnreadable, fmt.Errorf("there is no Kubernetes object that can be read in %s", args[i])}
		}
	}
	if err := c.CheckOff(); err != nil {
		return nil, usage("--off %w", err)
	}
	if err := c.CheckRepairs(); err != nil {
		return nil, usage("--repaired %w", err)
	}
	return c, nil
}
