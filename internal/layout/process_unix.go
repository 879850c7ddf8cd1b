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
