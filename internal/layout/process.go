package layout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/netpolscope/netpolscope/internal/layout/prelude"
)

const (
	// startLimit is generous: the very first start on a machine compiles Graphviz.
	startLimit = 45 * time.Second
	// Graphviz leaks; a worker is replaced after so many layouts or so much memory.
	maxServed   = 500
	maxResident = 256 << 20
	// hardResident ends a worker in the middle of a layout.
	hardResident = 512 << 20
	watchEvery   = 20 * time.Millisecond
)

// errDied is that a worker's pipe broke: it has ended, or was ended, by itself or by
// somebody else than us.
var errDied = errors.New("it died")

var errLayoutFailed = errors.New("graphviz gave no layout")

// process is one running worker. It answers one question at a time.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	served int
	gone   chan struct{} // closed when a worker that was ready has ended
}

// startProcess runs a worker and waits until it is ready. One of low priority gives way
// to other processes, the server's own among them.
func startProcess(ctx context.Context, command func() *exec.Cmd, low bool) (*process, error) {
	cmd := command()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start layout worker: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start layout worker: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start layout worker: %w", err)
	}
	if low {
		giveWay(cmd.Process.Pid)
	}
	p := &process{cmd: cmd, in: in, out: out}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	hello, err := p.until(ctx, func() ([]byte, error) { return readFrame(p.out) })
	if err == nil && len(hello) > 0 {
		err = errors.New("it did not say hello")
	}
	if err != nil {
		p.kill()
		if ctx.Err() == nil && errors.Is(err, io.EOF) && !cmd.ProcessState.Exited() {
			err = errKilled
		}
		return nil, fmt.Errorf("start layout worker: %w", err)
	}
	p.gone = make(chan struct{})
	go func() {
		cmd.Wait()
		close(p.gone)
	}()
	return p, nil
}

// ended reports whether a worker that was ready has ended.
func (p *process) ended() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// errKilled is that somebody else killed a worker before it was ready, the system for
// want of memory perhaps. It says nothing about the next one.
var errKilled = errors.New("it was killed")

// workerCommand is this binary again with nothing of our environment, in an empty
// folder, heard only on standard output.
func workerCommand() *exec.Cmd {
	folder := prelude.Folder()
	cmd := exec.Command(self())
	cmd.Args = []string{"netpolscope", prelude.Argument}
	cmd.Env = []string{
		prelude.Variable + "=1",
		"TMPDIR=" + folder,
		"GOMAXPROCS=2",
		fmt.Sprintf("GOMEMLIMIT=%d", maxResident),
	}
	empty := filepath.Join(folder, "empty")
	if os.Mkdir(empty, 0o700) == nil || isFolder(empty) {
		cmd.Dir = empty
	}
	apart(cmd)
	return cmd
}

// dropCompileCache deletes what go-graphviz keeps on disk: damaged, it would keep
// every worker from starting.
func dropCompileCache() { os.RemoveAll(filepath.Join(prelude.Folder(), "go-graphviz")) }

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// self is the path of this binary; on Linux one that outlives its replacement or
// removal, as go run removes it.
func self() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// layout has the worker lay out a graph. After an error the worker is of no more use.
func (p *process) layout(ctx context.Context, dot []byte) ([]byte, error) {
	p.served++
	answer, err := p.until(ctx, func() ([]byte, error) {
		if err := writeFrame(p.in, dot); err != nil {
			return nil, err
		}
		return readFrame(p.out)
	})
	if err != nil {
		return nil, fmt.Errorf("layout worker: %w", err)
	}
	if len(answer) == 0 || answer[0] != replyPlaced {
		return nil, errLayoutFailed
	}
	return answer[1:], nil
}

// until talks to the worker, and kills it if that takes too long or too much memory.
func (p *process) until(ctx context.Context, talk func() ([]byte, error)) ([]byte, error) {
	type reply struct {
		message []byte
		err     error
	}
	done := make(chan reply, 1)
	go func() {
		message, err := talk()
		done <- reply{message, err}
	}()
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	for {
		select {
		case r := <-done:
			if r.err != nil {
				r.err = fmt.Errorf("%w: %w", errDied, r.err)
			}
			return r.message, r.err
		case <-ctx.Done():
			p.kill()
			<-done
			return nil, ctx.Err()
		case <-watch.C:
			if resident(p.cmd.Process.Pid) > hardResident {
				p.kill()
				<-done
				return nil, errors.New("it needs too much memory")
			}
		}
	}
}

// worn says whether the worker has done its time.
func (p *process) worn() bool {
	return p.served >= maxServed || resident(p.cmd.Process.Pid) > maxResident
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.in.Close()
	if p.gone == nil {
		p.cmd.Wait()
		return
	}
	<-p.gone
}
