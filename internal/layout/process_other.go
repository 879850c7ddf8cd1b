//go:build !unix

package layout

import "os/exec"

func apart(*exec.Cmd) {}

func giveWay(int) {}
