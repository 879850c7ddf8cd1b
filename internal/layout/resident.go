package layout

import (
	"fmt"
	"os"
)

// resident is the memory that a process holds, in bytes; 0 where the system has no
// /proc, so that only time limits a worker there.
func resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
