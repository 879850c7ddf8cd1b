package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// fixing is the flags that have remedies carried out.
type fixing struct {
	// how is write, diff, or empty for not at all.
	how  *choice
	only []string
}

const (
	fixWrite = "write"
	fixDiff  = "diff"
)

func addFix(cmd *cobra.Command) *fixing {
	f := &fixing{how: &choice{words: []string{fixWrite, fixDiff}}}
	flags := cmd.Flags()
	flags.Var(f.how, "fix", "carry out the remedies: in the files, of standard input on standard output; =diff prints them and writes nothing")
	flags.Lookup("fix").NoOptDefVal = fixWrite
	flags.StringSliceVar(&f.only, "only", nil, "with --fix: the remedies of these codes alone, such as NP404, and whatever they decide")
	complete(cmd, "fix", f.how.words...)
	complete(cmd, "only", codes()...)
	return f
}

func codes() []string {
	var all []string
	for _, c := range diag.Codes() {
		all = append(all, string(c))
	}
	slices.Sort(all)
	return all
}

// chosen gives the codes that --only names, by themselves or by their names.
func (f *fixing) chosen() ([]diag.Code, error) {
	if len(f.only) > 0 && f.how.value == "" {
		return nil, usage("--only says which remedies --fix carries out; there is no --fix")
	}
	var chosen []diag.Code
	for _, word := range f.only {
		all := diag.Codes()
		i := slices.IndexFunc(all, func(c diag.Code) bool { return strings.EqualFold(string(c), word) || c.Name() == word })
		if i < 0 {
			return nil, usage("--only %s: there is no such code; they look like NP404", word)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// run carries out the remedies of a report as the flags say. It gives the findings that
// are there afterwards.
func (f *fixing) run(cmd *cobra.Command, b *bundle, report *analysis.Report, asJSON bool) (diag.List, error) {
	codes, err := f.chosen()
	if err != nil {
		return nil, err
	}
	if err := b.fixable(); err != nil {
		return nil, err
	}
	mended, err := report.Mend(codes)
	if err != nil {
		return nil, err
	}
	told := cmd.OutOrStdout()
	if f.how.value == fixDiff || b.piped {
		if asJSON {
			return nil, usage("-o json tells what --fix did to files; what goes to standard output here is text")
		}
		told = cmd.ErrOrStderr()
	}
	for i, s := range mended.Sources {
		was := b.sources[i]
		switch changed := !bytes.Equal(s.Data, was.Data); {
		case f.how.value == fixDiff && changed:
			err = b.printDiff(cmd.OutOrStdout(), was, s)
		case f.how.value == fixDiff:
		case b.piped && s.Name == stdinName:
			_, err = cmd.OutOrStdout().Write(s.Data)
		case changed:
			err = replace(filepath.FromSlash(s.Name), was.Data, s.Data)
		}
		if err != nil {
			return nil, err
		}
	}
	if asJSON {
		return mended.Judged(), export.MendedJSON(told, mended)
	}
	err = export.MendedText(told, mended, mended.Effect(report))
	if f.how.value == fixDiff {
		return report.Judged(), err
	}
	return mended.Judged(), err
}

// fixable says what keeps the files of a bundle from being edited.
func (b *bundle) fixable() error {
	seen := map[string]bool{}
	for _, s := range b.sources {
		if trouble := s.Rigid(); trouble != "" {
			return usage("--fix cannot edit %s: %s. Name the files of manifests themselves", s.Name, trouble)
		}
		if seen[s.Name] {
			return usage("--fix would edit %s twice, since it is named twice", s.Name)
		}
		seen[s.Name] = true
	}
	return nil
}

// printDiff writes what becomes of a text as patch -p1 and git apply take it.
func (b *bundle) printDiff(out io.Writer, was, is manifest.Source) error {
	name := b.patchName(was.Name)
	text := diff.Diff("a/"+name, was.Data, "b/"+name, is.Data)
	_, hunks, _ := bytes.Cut(text, []byte("\n")) // The first line is the command of a diff.
	_, err := out.Write(hunks)
	return err
}

// patchName gives a file's name in a patch: from the working directory, or from the root
// for one that is not below it. Behind a name with spaces stands a tab, which ends it.
func (b *bundle) patchName(name string) string {
	if b.piped && name == stdinName {
		return name
	}
	if path, err := filepath.Abs(filepath.FromSlash(name)); err == nil {
		name = strings.TrimPrefix(filepath.ToSlash(path), "/")
		if here, err := os.Getwd(); err == nil {
			if below, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(below) {
				name = filepath.ToSlash(below)
			}
		}
	}
	if strings.ContainsAny(name, " \t") {
		name += "\t"
	}
	return name
}

// replace writes a file anew in one step, so that nobody ever finds half of it, and
// keeps its mode. A link stays one: what it leads to is written. A file that was changed
// since it was read is left alone.
func replace(name string, was, is []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("fixing %s: %w", name, err)
		}
	}()
	path, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if now, err := os.ReadFile(path); err != nil {
		return err
	} else if !bytes.Equal(now, was) {
		return fmt.Errorf("it was changed in the meantime")
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	if _, err := file.Write(is); err != nil {
		return err
	}
	if err := file.Chmod(info.Mode().Perm()); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
