//go:build unix

package layout

import (
	"os/exec"
	"syscall"
)

// apart keeps a terminal's interrupt from the worker: the parent may be draining and
// still need it, and ends it in any case.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// lowered is the priority of processes that give way: with others that want the whole of a
// processor they have a quarter of it.
const lowered = 5

// giveWay lowers the priority of a worker, whose group it is alone in, with all threads.
func giveWay(pid int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, pid, lowered) }
