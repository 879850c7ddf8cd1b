package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/diagram"
	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// sequence is the flags of the picture of calls in turn.
type sequence struct {
	view *choice
	path string
	port string
	asks netset.Ports
}

func addSequence(cmd *cobra.Command) *sequence {
	q := &sequence{view: choose(cmd, "view", "", "what is drawn: who may call whom, or what happens when some call each other in turn", "graph", "sequence")}
	cmd.Flags().StringVar(&q.path, "path", "", "who calls whom in turn in a sequence: world,shop/web,shop/db")
	cmd.Flags().StringVarP(&q.port, "port", "p", "", "port that the last call of a sequence is about: 5432, 5432/TCP, 53/UDP")
	complete(cmd, "path")
	complete(cmd, "port")
	return q
}

// check refuses flags that do not go together.
func (q *sequence) check(cmd *cobra.Command, output string) error {
	if q.view.value != "sequence" {
		for _, name := range []string{"path", "port"} {
			if cmd.Flags().Changed(name) {
				return usage("--%s belongs to --view sequence", name)
			}
		}
		return nil
	}
	if cmd.Flags().Changed("focus") {
		return usage("--focus belongs to --view graph")
	}
	if output == "dot" {
		return usage("a sequence has no dot form, since Graphviz draws no time; take svg, png or mermaid")
	}
	if q.port != "" {
		port, err := explain.ParsePort(q.port)
		if err != nil {
			return &exit{exitUsage, err}
		}
		q.asks = port.Ports()
	}
	return nil
}

// follow gives what happens along the path that was asked for, or the longest chain.
func (q *sequence) follow(m *reach.Matrix, narrow bool) (*diagram.Sequence, error) {
	view := diagram.SequenceView{Ports: q.asks, Narrow: narrow}
	if q.path == "" {
		path := diagram.Chain(m)
		if path == nil {
			return nil, &exit{exitUsage, fmt.Errorf("there are no calls to draw: the bundle has no pod, and no policy speaks of one")}
		}
		view.Chosen = true
		return diagram.Follow(m, path, view), nil
	}
	path, err := explain.FindPath(m.Cluster, q.path)
	if err != nil {
		return nil, &exit{exitUsage, fmt.Errorf("--path: %w", err)}
	}
	view.Notes = path.Notes
	return diagram.Follow(m, path.Entities, view), nil
}
