package layout

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/layout/prelude"
)

// The test binary is also the false workers that these tests run.
const falseWorker = "LAYOUT_FALSE_WORKER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(falseWorker); kind != "" {
		pretend(kind)
		return
	}
	os.Exit(m.Run())
}

// lies are answers for a graph of one box in a frame.
var lies = map[string]string{
	"nothing":          "",
	"one byte":         "\x00",
	"no json":          "\x00digraph",
	"refusal":          "\x01",
	"no objects":       "\x00{}",
	"no frame":         `{"objects":[{"name":"n1","pos":"0,0"}]}`,
	"no number":        `{"objects":[{"name":"n1","pos":"nan,0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}]}`,
	"too few numbers":  `{"objects":[{"name":"n1","pos":"0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}]}`,
	"infinite":         `{"objects":[{"name":"n1","pos":"0,1e999"},{"name":"cluster_f1","bb":"-90,-90,90,90"}]}`,
	"out of the frame": `{"objects":[{"name":"n1","pos":"500,0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}]}`,
	"no arrow":         `{"objects":[{"name":"n1","pos":"0,0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}]}`,
	"arrow elsewhere":  `{"objects":[{"name":"n1","pos":"0,0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}],"edges":[{"id":"1","pos":"1,500 1,500 1,500 1,500"}]}`,
	"half a curve":     `{"objects":[{"name":"n1","pos":"0,0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}],"edges":[{"id":"1","pos":"0,0 0,0"}]}`,
}

// truth is an answer that is right; it shows that the lies are refused for what they
// say.
const truth = `{"objects":[{"name":"n1","pos":"0,0"},{"name":"cluster_f1","bb":"-90,-90,90,90"}],"edges":[{"id":"1","pos":"40,10 70,10 70,-10 40,-10"}]}`

func pretend(kind string) {
	switch kind {
	case "mute":
		os.Exit(0)
	case "talkative":
		writeFrame(os.Stdout, []byte("hello"))
	case "huge":
		writeFrame(os.Stdout, nil)
		readFrame(os.Stdin)
		binary.Write(os.Stdout, binary.BigEndian, uint32(1<<32-1))
	case "greedy":
		writeFrame(os.Stdout, nil)
		readFrame(os.Stdin)
		memory := bytes.Repeat([]byte{1}, hardResident+(64<<20))
		readFrame(os.Stdin) // for ever: the parent says nothing more
		runtime.KeepAlive(memory)
	case "truth":
		answerAll("\x00" + truth)
	default:
		lie := lies[kind]
		if strings.HasPrefix(lie, "{") {
			lie = "\x00" + lie
		}
		answerAll(lie)
	}
}

func answerAll(answer string) {
	writeFrame(os.Stdout, nil)
	for {
		if _, err := readFrame(os.Stdin); err != nil {
			return
		}
		writeFrame(os.Stdout, []byte(answer))
	}
}

func pretending(kind string) *Engine {
	return New(Options{Workers: 1, Deadline: 10 * time.Second, command: func() *exec.Cmd {
		cmd := exec.Command(self())
		cmd.Env = []string{falseWorker + "=" + kind}
		return cmd
	}})
}

func loop() Graph {
	return Graph{
		Frames: []Frame{{Parent: -1}},
		Boxes:  []Box{{Frame: 0, Width: 80, Height: 40}},
		Arrows: []Arrow{arrow(0, 0)},
	}
}

func TestUselessWorkers(t *testing.T) {
	kinds := []string{"mute", "talkative", "huge"}
	if runtime.GOOS == "linux" {
		kinds = append(kinds, "greedy")
	}
	for kind := range lies {
		kinds = append(kinds, kind)
	}
	for _, kind := range kinds {
		e := pretending(kind)
		begin := time.Now()
		if p := place(t, e, loop()); !p.Simplified {
			t.Errorf("%s: believed", kind)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: noticed after %v, at the deadline only", kind, took)
		}
		e.Close()
	}
	e := pretending("truth")
	defer e.Close()
	if place(t, e, loop()).Simplified {
		t.Error("a right answer was not believed")
	}
}

func TestWorkerThatDiesInTheMiddle(t *testing.T) {
	e := New(Options{Workers: 1, Deadline: 20 * time.Second})
	defer e.Close()
	w, err := e.acquire(context.Background(), false)
	if err != nil {
		t.Fatal(err)
	}
	tree := newTree(slow(5))
	// Graphviz takes many seconds for this graph, whenever it begins.
	go w.p.cmd.Process.Kill()
	if _, err := w.ask(tree, newPlan(tree), "true"); err == nil {
		t.Error("a dead worker gave a layout")
	}
	w.release()
	if place(t, e, threeTier()).Simplified {
		t.Error("no new worker was started")
	}
}

// A compile cache that was damaged on disk is made anew. It is the folder of a worker
// of this test only.
func TestDamagedCompileCache(t *testing.T) {
	warm := New(Options{Workers: 1}) // so that there is a cache to imitate
	defer warm.Close()
	folder := t.TempDir()
	cache := filepath.Join(folder, "go-graphviz")
	command := func() *exec.Cmd {
		cmd := workerCommand()
		cmd.Env = append(cmd.Env, "TMPDIR="+folder)
		return cmd
	}
	whole := filepath.Join(prelude.Folder(), "go-graphviz")
	if err := warm.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(whole, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		spoiled := filepath.Join(cache, strings.TrimPrefix(path, whole))
		if d.IsDir() {
			return os.Mkdir(spoiled, 0o700)
		}
		return os.WriteFile(spoiled, []byte("not what was compiled"), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	mended := false
	e := New(Options{Workers: 1, command: command, mend: func() {
		mended = true
		os.RemoveAll(cache)
	}})
	defer e.Close()
	if place(t, e, threeTier()).Simplified || !mended {
		t.Errorf("no worker started again (cache dropped: %v)", mended)
	}
}

func TestWornWorkerIsReplaced(t *testing.T) {
	e := New(Options{Workers: 1})
	defer e.Close()
	place(t, e, threeTier())
	p := <-e.small.idle
	old := p.cmd.Process.Pid
	p.served = maxServed - 1
	e.small.idle <- p
	place(t, e, frames()) // the last but perhaps one
	place(t, e, doors())
	p = <-e.small.idle
	if p.cmd.Process.Pid == old {
		t.Errorf("worker %d serves on after %d layouts", old, maxServed)
	}
	e.small.idle <- p
}

func TestWorkerHasNothingOfOurs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	t.Setenv("SECRET", "secret")
	e := New(Options{Workers: 1})
	defer e.Close()
	place(t, e, threeTier())
	p := <-e.small.idle
	defer func() { e.small.idle <- p }()
	proc := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	environ, err := os.ReadFile(proc + "environ")
	if err != nil || bytes.Contains(environ, []byte("secret")) || !bytes.Contains(environ, []byte("TMPDIR=")) {
		t.Errorf("the worker's environment is %q (%v)", environ, err)
	}
	if files, err := os.ReadDir(proc + "cwd/"); err != nil || len(files) != 0 {
		t.Errorf("the worker's folder holds %v (%v)", files, err)
	}
	descriptors, err := os.ReadDir(proc + "fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range descriptors {
		target, _ := os.Readlink(proc + "fd/" + d.Name())
		ours := len(d.Name()) == 1 && d.Name() <= "2"
		// What Go's runtime waits on, and where it reads how many cores it may use.
		runtimes := strings.HasPrefix(target, "anon_inode:") || strings.HasPrefix(target, "/sys/fs/cgroup/")
		if !ours && !runtimes {
			t.Errorf("the worker has descriptor %s: %s", d.Name(), target)
		}
	}
}

// A worker that ends while nobody uses it is replaced before anybody wants one, and a
// layout that comes sooner waits for another instead of being simplified.
func TestIdleWorkerIsReplaced(t *testing.T) {
	e := New(Options{Workers: 1, CacheBytes: 1, Deadline: 20 * time.Second})
	defer e.Close()
	if err := e.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		p := <-e.small.idle
		p.cmd.Process.Kill()
		<-p.gone
		e.small.put(p)
		if place(t, e, threeTier()).Simplified {
			t.Error("simplified, though a worker could be started")
		}
	}
	p := <-e.small.idle
	e.small.put(p)
	p.cmd.Process.Kill()
	select {
	case next := <-replaced(e, p):
		if next.ended() {
			t.Error("the new worker has ended too")
		}
		e.small.put(next)
	case <-time.After(10 * time.Second):
		t.Error("nobody replaced the worker")
	}
}

// replaced gives the worker that comes after another.
func replaced(e *Engine, old *process) <-chan *process {
	found := make(chan *process, 1)
	go func() {
		for p := range e.small.idle {
			if p != old {
				found <- p
				return
			}
			e.small.put(p)
			time.Sleep(time.Millisecond)
		}
	}()
	return found
}

// A worker that is killed while it starts is started again, and says nothing about the
// next one.
func TestKilledStartIsTriedAgain(t *testing.T) {
	starts := 0
	e := New(Options{Workers: 1, command: func() *exec.Cmd {
		if starts++; starts < 4 {
			return exec.Command("/bin/sh", "-c", "kill -9 $$")
		}
		return workerCommand()
	}})
	defer e.Close()
	if place(t, e, threeTier()).Simplified || e.failures.Load() != 0 {
		t.Errorf("simplified after %d starts, %d of them failures", starts, e.failures.Load())
	}
}
