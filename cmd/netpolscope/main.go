// Command netpolscope shows what a set of Kubernetes NetworkPolicies allows.
//
// It knows flags, files, signals and exit codes; every answer is a call into the
// engine and another into export. Answers go to standard output and everything else
// to standard error. The exit code is 0 when it is done, 1 for findings at or above
// --fail-on and for expectations that fail, 2 for a command line that cannot be
// understood, 3 when there is nothing to read.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

const (
	exitFindings   = 1
	exitUsage      = 2
	exitUnreadable = 3
)

// exit is an error that knows its exit code. Err is nil when everything was said
// already.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// usage is an error of the command line.
func usage(format string, args ...any) error {
	return &exit{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and gives its exit code.
func run(args []string, in *os.File, out, messages io.Writer) int {
	name := "netpolscope"
	if strings.HasPrefix(filepath.Base(args[0]), "kubectl-") {
		name = "kubectl netpolscope"
	}
	root := newRoot(name)
	root.SetArgs(args[1:])
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(messages)
	command, err := root.ExecuteContextC(context.Background())
	if err == nil {
		return 0
	}
	known := (*exit)(nil)
	if !errors.As(err, &known) {
		// Flags and arguments are cobra's to judge, before any of our code runs.
		fmt.Fprintf(messages, "%s: %v\nSee '%s --help'.\n", name, err, command.CommandPath())
		return exitUsage
	}
	if known.err != nil {
		fmt.Fprintf(messages, "%s: %v\n", name, known.err)
	}
	return known.code
}

func newRoot(name string) *cobra.Command {
	root := &cobra.Command{
		Use:   "netpolscope",
		Short: "Show what Kubernetes NetworkPolicies allow",
		Long: `Netpolscope reads Kubernetes manifests and shows what their NetworkPolicies
allow: who may open connections to whom, on which ports, and why.`,
		Example: examples(name, `
# Who may call whom, from the files of a folder
netpolscope matrix -f manifests/

# The same from a running cluster
kubectl get networkpolicies,pods,namespaces -A -o yaml | netpolscope matrix

# Why a connection is blocked
netpolscope explain shop/web shop/db --port 5432 -f manifests/

# The same as a page to paste manifests into
netpolscope serve`),
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return err
			}
			return &exit{code: exitUsage}
		},
	}
	root.AddCommand(
		newMatrix(name),
		newRender(name),
		newExplain(name),
		newLint(name),
		newDiff(name),
		newCheck(name),
		newServe(name),
		newLesson(name),
		newLink(name),
		newLinks(name),
		newVersion(name),
	)
	return root
}

// examples writes the program's name as it was called, and indents as cobra wants it.
func examples(name, text string) string {
	text = strings.ReplaceAll(strings.Trim(text, "\n"), "netpolscope ", name+" ")
	return strings.ReplaceAll("  "+strings.ReplaceAll(text, "\n", "\n  "), "\n  \n", "\n\n")
}

// action makes a function a command's: an error without an exit code is one of the
// world.
func action(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := f(cmd, args)
		if known := (*exit)(nil); err == nil || errors.As(err, &known) {
			return err
		}
		return &exit{exitUnreadable, err}
	}
}
