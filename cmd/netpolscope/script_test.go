package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain makes this test binary the program that the scripts run, under both of its
// names.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"netpolscope":         main,
		"kubectl-netpolscope": main,
	})
}

// TestScripts runs the command lines of testdata/script. To accept new output:
// go test ./cmd/netpolscope -run TestScripts -update
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":  code,
			"zip":   packed(writeZip),
			"targz": packed(writeTarGz),
		},
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
			return os.Mkdir(home, 0o700)
		},
	})
}

// code is a script command that runs a program and demands its exit code: code 2
// netpolscope matrix.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND ARGUMENT…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended := (*exec.ExitError)(nil)
		if !errors.As(err, &ended) {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if args[0] != strconv.Itoa(got) {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// packed makes a script command out of a way to write archives: zip ARCHIVE FILE….
func packed(write func(out *os.File, names []string, read func(string) string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 2 {
			ts.Fatalf("usage: ARCHIVE FILE…")
		}
		out, err := os.Create(ts.MkAbs(args[0]))
		ts.Check(err)
		ts.Check(write(out, args[1:], ts.ReadFile))
		ts.Check(out.Close())
	}
}

func writeZip(out *os.File, names []string, read func(string) string) error {
	z := zip.NewWriter(out)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(read(name))); err != nil {
			return err
		}
	}
	return z.Close()
}

func writeTarGz(out *os.File, names []string, read func(string) string) error {
	g := gzip.NewWriter(out)
	t := tar.NewWriter(g)
	for _, name := range names {
		data := []byte(read(name))
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
			return err
		}
		if _, err := t.Write(data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return g.Close()
}
