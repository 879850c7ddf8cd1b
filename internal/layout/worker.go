package layout

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"

	"github.com/goccy/go-graphviz"
	"github.com/netpolscope/netpolscope/internal/layout/prelude"
)

// A worker is this same binary, started again by a process that wants a layout. It
// never reaches main: whatever binary links this package, a test's too, can be its
// own worker, and none can forget to ask.
func init() {
	if prelude.Worker() {
		closeInherited()
		work(os.Stdin, os.Stdout)
		os.Exit(0)
	}
}

// Replies begin with one of these.
const (
	replyPlaced = 0
	replyFailed = 1
)

// rehearsal is laid out before the first request: the first layout of a process takes
// five times as long as the second.
const rehearsal = `digraph { rankdir=LR subgraph cluster_f1 { label=<<TABLE><TR><TD FIXEDSIZE="TRUE" WIDTH="9" HEIGHT="9"></TD></TR></TABLE>> n1 -> n2 } n2 -> n3 }`

// work says hello with an empty frame, then answers each frame of DOT with a frame
// of Graphviz's json0.
func work(in io.Reader, out io.Writer) {
	graphviz.SetFileSystem(noFiles{})
	engine, err := graphviz.New(context.Background())
	if err != nil {
		os.Exit(1)
	}
	if _, err := render(engine, []byte(rehearsal)); err != nil || writeFrame(out, nil) != nil {
		os.Exit(1)
	}
	for dot := range requests(in) {
		answer, err := render(engine, dot)
		status := byte(replyPlaced)
		if err != nil {
			status, answer = replyFailed, nil
		}
		if writeFrame(out, []byte{status}, answer) != nil {
			os.Exit(1)
		}
	}
}

// requests reads ahead, so that the end of the parent ends a worker that is in the
// middle of a layout.
func requests(in io.Reader) <-chan []byte {
	dots := make(chan []byte)
	go func() {
		for {
			dot, err := readFrame(in)
			if err != nil {
				os.Exit(0)
			}
			dots <- dot
		}
	}()
	return dots
}

func render(engine *graphviz.Graphviz, dot []byte) ([]byte, error) {
	graph, err := graphviz.ParseBytes(dot)
	if err != nil {
		return nil, err
	}
	defer graph.Close()
	var answer bytes.Buffer
	err = engine.Render(context.Background(), graph, "json0", &answer)
	return answer.Bytes(), err
}

// noFiles is the file system that Graphviz sees.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
