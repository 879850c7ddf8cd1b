package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/internal/reach"
	"github.com/netpolscope/netpolscope/templates"
)

func newRender(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "render -f BUNDLE…",
		Short: "Draw who may open connections to whom",
		Long: `Draw the matrix as a picture: namespaces are frames, workloads are boxes, arrows run
from the caller to the called and carry the ports. Every arrow carries its ends and
ports as data, and together they are the matrix exactly.

With --focus only some entities are drawn, with whatever may call them and whatever they
may call; the picture says how many boxes it leaves out.

With --source an svg carries the manifests that it was drawn from, as far as the
evaluation reads them: no secrets, environments, images or annotations. Every command
reads such a picture like the manifests themselves.

The png form is the same picture as pixels, twice as many as the svg has to a side
unless --scale or --width say otherwise, and never more than 16 million; its fonts are
its own. The dot form is the content of the picture for Graphviz, the mermaid form for
Markdown that draws Mermaid.

--view sequence draws what happens when the entities of --path call each other in turn:
requests with their ports, answers, and where a call is stopped and by what. Without
--path it is the longest chain of calls from outside. --port is the port of the last.
Its mermaid form is a sequence diagram; it has no dot form.`,
		Example: examples(name, `
netpolscope render -f manifests/ > policies.svg
netpolscope render -f manifests/ --dir tb --theme dark > policies.svg
netpolscope render -f manifests/ --focus shop/db > db.svg
netpolscope render -f manifests/ -o png --width 1200 --height 630 > preview.png
netpolscope render -f manifests/ --source > policies.svg && netpolscope matrix -f policies.svg
netpolscope render -f manifests/ --view sequence --path world,shop/web,shop/db > calls.svg
netpolscope render -f manifests/ -o dot | dot -Tpdf > policies.pdf`),
		Args: onlyFiles,
	}
	b := addBundle(cmd)
	output := choose(cmd, "output", "o", "form of the picture", "svg", "png", "dot", "mermaid")
	q := addSequence(cmd)
	dir := choose(cmd, "dir", "", "let arrows run left to right or top to bottom", "lr", "tb")
	show := cmd.Flags().String("show", "auto", "what to draw beside the arrows, with commas between: responses (answers to requests), blocked (crosses where nothing connects two boxes), open (marks on all open sides); or none; auto draws answers in small pictures")
	complete(cmd, "show", diagram.ShowWords[:]...)
	only := choose(cmd, "only", "", "draw what --off and --repaired do not change thin and grey", "all", "differences")
	fold := choose(cmd, "fold", "", "let alike workloads, namespaces or groups of them share a box; auto folds what is too large to read", diagram.Folds[:]...)
	open := cmd.Flags().StringSlice("ns", nil, "fold every namespace but these")
	complete(cmd, "ns")
	focus := cmd.Flags().StringArray("focus", nil, "draw only this entity and what it has connections with: shop/web, an address, a Service; several with commas between")
	complete(cmd, "focus")
	theme := choose(cmd, "theme", "", "colours of an svg or png; auto follows the system of whoever looks, and is light in a png", "auto", "light", "dark")
	scale := cmd.Flags().Float64("scale", raster.DefaultScale, fmt.Sprintf("pixels of a png to one of the svg's, from %g to %g", raster.MinScale, raster.MaxScale))
	width := cmd.Flags().Int("width", 0, fmt.Sprintf("width of a png in pixels, from %d to %d, instead of --scale", raster.MinWidth, raster.MaxWidth))
	height := cmd.Flags().Int("height", 0, fmt.Sprintf("height of a png in pixels, from %d to %d, beside --width: the picture is fitted in, and folded until it can be read there", raster.MinWidth, raster.MaxWidth))
	source := cmd.Flags().Bool("source", false, "let an svg carry the manifests, as far as the evaluation reads them, so that it can be opened again")
	cmd.MarkFlagsMutuallyExclusive("scale", "width")
	complete(cmd, "scale")
	complete(cmd, "width")
	complete(cmd, "height")
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		pixels := raster.Options{Dark: theme.value == "dark", Scale: *scale, Width: *width, Height: *height}
		if err := checkPixels(cmd, output.value, pixels); err != nil {
			return err
		}
		marks, ok := diagram.ParseShow(*show)
		if !ok {
			return usage("--show is %q; it is auto, none, or any of responses, blocked and open with commas between", *show)
		}
		if *source && output.value != "svg" {
			return usage("--source is for the svg form; the output is %s", output.value)
		}
		if err := q.check(cmd, output.value); err != nil {
			return err
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
		if q.view.value == "sequence" {
			calls, err := q.follow(report.Matrix, dir.value == "tb")
			if err != nil {
				return err
			}
			switch output.value {
			case "mermaid":
				err = export.MermaidSequence(cmd.OutOrStdout(), calls)
			case "png":
				err = raster.PNG(cmd.OutOrStdout(), layout.Sequence(calls), pixels)
			default:
				options := templates.PictureOptions{}
				options.Theme, _ = templates.ParseTheme(theme.value)
				if *source {
					if options.Source, err = b.projection(cmd.ErrOrStderr()); err != nil {
						return err
					}
				}
				err = templates.Picture(layout.Sequence(calls), options).Render(context.Background(), cmd.OutOrStdout())
			}
			if err != nil {
				return err
			}
			return trouble
		}
		if err := explain.CheckNamespaces(report.Cluster, *open); err != nil {
			return usage("--ns %w", err)
		}
		around, err := explain.Focus(report.Cluster, *focus)
		if err != nil {
			return usage("--focus %w", err)
		}
		how, _ := diagram.ParseFold(fold.value)
		view := diagram.View{
			Fold: how, Namespaces: *open, Focus: around,
			TopToBottom: dir.value == "tb",
			Show:        marks,
			Incomplete:  report.Incomplete(),
			OnlyChanges: only.value == "differences",
		}
		switch output.value {
		case "dot":
			err = export.DOT(cmd.OutOrStdout(), diagram.Build(report.Matrix, view))
		case "mermaid":
			err = export.Mermaid(cmd.OutOrStdout(), diagram.Build(report.Matrix, view))
		case "png":
			err = draw(report.Matrix, view, pixels, func(_ context.Context, picture layout.Picture) error {
				return raster.PNG(cmd.OutOrStdout(), picture, pixels)
			})
		default:
			options := templates.PictureOptions{}
			options.Theme, _ = templates.ParseTheme(theme.value)
			if *source {
				if options.Source, err = b.projection(cmd.ErrOrStderr()); err != nil {
					return err
				}
			}
			err = draw(report.Matrix, view, raster.Options{}, func(ctx context.Context, picture layout.Picture) error {
				return templates.Picture(picture, options).Render(ctx, cmd.OutOrStdout())
			})
		}
		if err != nil {
			return err
		}
		return trouble
	})
	return cmd
}

// projection gives what a picture carries of the bundle, and says what it does not.
func (b *bundle) projection(w io.Writer) (string, error) {
	parsed, err := manifest.Parse(b.sources, manifest.Limits{})
	if err != nil {
		return "", err
	}
	kept := permalink.Project(parsed)
	for _, d := range kept.Dropped {
		fmt.Fprintf(w, "the picture does not carry %s: it is not in force, and not for something that is kept\n", d)
	}
	return string(kept.YAML), nil
}

// checkPixels refuses sizes of a png that are out of bounds, or where there is none.
func checkPixels(cmd *cobra.Command, output string, o raster.Options) error {
	for _, name := range []string{"scale", "width", "height"} {
		if cmd.Flags().Changed(name) && output != "png" {
			return usage("--%s is the size of a png; the output is %s", name, output)
		}
	}
	if !(o.Scale >= raster.MinScale && o.Scale <= raster.MaxScale) {
		return usage("--scale is %g; it is from %g to %g", o.Scale, raster.MinScale, raster.MaxScale)
	}
	for name, pixels := range map[string]int{"width": o.Width, "height": o.Height} {
		if cmd.Flags().Changed(name) && (pixels < raster.MinWidth || pixels > raster.MaxWidth) {
			return usage("--%s is %d; it is from %d to %d", name, pixels, raster.MinWidth, raster.MaxWidth)
		}
	}
	if o.Height > 0 && o.Width == 0 {
		return usage("--height needs --width too: the picture is fitted into both")
	}
	return nil
}

// draw lays a picture out in a worker process and hands it over. One that could not be
// read at its size is folded, unless it was said how.
func draw(m *reach.Matrix, view diagram.View, size raster.Options, write func(context.Context, layout.Picture) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	engine := layout.New(layout.Options{Workers: 1})
	defer engine.Close()
	picture, err := engine.Draw(ctx, diagram.Build(m, view))
	if view.Fold == diagram.FoldAuto && len(view.Namespaces) == 0 {
		for _, view.Fold = range raster.Coarser {
			if err != nil || size.Legible(picture) {
				break
			}
			picture, err = engine.Draw(ctx, diagram.Build(m, view))
		}
	}
	if err != nil {
		return err
	}
	return write(ctx, picture)
}
