package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// readable are the endings of the files that are read from a folder. A file that is
// named by itself is read whatever its ending.
var readable = []string{".yaml", ".yml", ".json", ".zip", ".tar.gz", ".tgz"}

// Standard input is asked for as stdinArg, and what it brings is called stdinName.
const (
	stdinArg  = "-"
	stdinName = "stdin"
)

// readSources reads what -f names. What cannot be read is an error of its own, and
// does not keep the rest from being read.
func readSources(names []string, recursive bool, in io.Reader) (sources []manifest.Source, troubles []error) {
	add := func(name string, data []byte, err error) {
		if err != nil {
			troubles = append(troubles, err)
			return
		}
		sources = append(sources, manifest.Source{Name: name, Data: data})
	}
	stdinRead := false
	for _, name := range names {
		if name == stdinArg {
			if !stdinRead {
				data, err := io.ReadAll(in)
				add(stdinName, data, err)
			}
			stdinRead = true
			continue
		}
		files, err := expand(name, recursive)
		if err != nil {
			troubles = append(troubles, err)
			continue
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			add(filepath.ToSlash(file), data, err)
		}
	}
	return sources, troubles
}

// expand gives a file itself, or the files of a folder that can hold manifests.
func expand(name string, recursive bool) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil && strings.Contains(name, "://") {
		return nil, fmt.Errorf("%s is an address, and only files are read; send what it gives through a pipe: curl -sSL %[1]s | netpolscope …", name)
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	var files []string
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != name && !recursive:
			return filepath.SkipDir
		case !d.IsDir() && isReadable(path):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		hint := ""
		if !recursive {
			hint = "; -R looks into its folders too"
		}
		return nil, fmt.Errorf("%s holds no file that ends in %s%s", name, strings.Join(readable, ", "), hint)
	}
	return files, nil
}

func isReadable(path string) bool {
	for _, ending := range readable {
		if strings.HasSuffix(strings.ToLower(path), ending) {
			return true
		}
	}
	return false
}

// errNoBundle is for a command that was given nothing to read.
var errNoBundle = errors.New("there is nothing to read; name files with -f, or send manifests through a pipe")

// isPipe reports whether standard input brings something: a pipe or a file, not a
// terminal or another device.
func isPipe(in *os.File) bool {
	info, err := in.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice == 0
}
