package layout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Every thread of a worker for large graphs gives way, and none of the others.
func TestLargeGraphsGiveWay(t *testing.T) {
	e := New(Options{Workers: 1})
	defer e.Close()
	if err := e.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	own := 20 - raw // as the system call gives it
	for _, c := range []struct {
		lane *lane
		nice int
	}{{e.small, own}, {e.large, max(own, lowered)}} {
		p := <-c.lane.idle
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
		if err != nil || len(threads) < 2 {
			t.Fatal(threads, err)
		}
		for _, thread := range threads {
			text, err := os.ReadFile(thread)
			if err != nil {
				continue // It has ended.
			}
			_, rest, _ := strings.Cut(string(text), ") ")
			// The 19th field of all is the 17th behind the name.
			if got := strings.Fields(rest)[16]; got != fmt.Sprint(c.nice) {
				t.Errorf("%s: nice %s, want %d", thread, got, c.nice)
			}
		}
		c.lane.put(p)
	}
}
