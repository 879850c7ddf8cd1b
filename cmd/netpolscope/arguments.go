package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// onlyFiles refuses arguments of commands that read manifests: most who write one mean
// a file.
func onlyFiles(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no arguments; write -f %s to read that file or folder", cmd.Name(), args[0])
}

// twoEnds wants the two names of a question.
func twoEnds(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 2:
		return nil
	case 0:
		return fmt.Errorf("%s takes two names: who calls, and who is called", cmd.Name())
	case 1:
		return fmt.Errorf("%s takes two names: who calls, here %s, and who is called", cmd.Name(), args[0])
	}
	return fmt.Errorf("%s takes two names, who calls and who is called, and got %d; files are given with -f", cmd.Name(), len(args))
}
