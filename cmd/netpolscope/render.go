package main

import (
	"context"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
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

The dot form is the content of the same picture for Graphviz.`,
		Example: examples(name, `
netpolscope render -f manifests/ > policies.svg
netpolscope render -f manifests/ --dir tb --theme dark > policies.svg
netpolscope render -f manifests/ -o dot | dot -Tpng > policies.png`),
		Args: cobra.NoArgs,
	}
	b := addBundle(cmd)
	output := choose(cmd, "output", "o", "form of the picture", "svg", "dot")
	dir := choose(cmd, "dir", "", "let arrows run left to right or top to bottom", "lr", "tb")
	show := choose(cmd, "show", "", "draw the answers to requests too; auto draws them in small pictures", "auto", "responses", "none")
	theme := choose(cmd, "theme", "", "colours of an svg; auto follows the system of whoever looks", "auto", "light", "dark")
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
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
		view := diagram.View{
			TopToBottom: dir.value == "tb",
			Responses:   map[string]diagram.Switch{"responses": diagram.On, "none": diagram.Off}[show.value],
		}
		if output.value == "dot" {
			err = export.DOT(cmd.OutOrStdout(), diagram.Build(report.Matrix, view))
		} else {
			colours, _ := templates.ParseTheme(theme.value)
			err = renderSVG(cmd.OutOrStdout(), report.Matrix, view, colours)
		}
		if err != nil {
			return err
		}
		return trouble
	})
	return cmd
}

// renderSVG lays a picture out in a worker process and writes it.
func renderSVG(out io.Writer, m *reach.Matrix, view diagram.View, theme templates.Theme) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	engine := layout.New(layout.Options{Workers: 1})
	defer engine.Close()
	picture, err := engine.Draw(ctx, diagram.Build(m, view))
	if err != nil {
		return err
	}
	return templates.Picture(picture, templates.PictureOptions{Theme: theme}).Render(ctx, out)
}
