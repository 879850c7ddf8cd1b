package prelude

import (
	"os"
	"path/filepath"
	"sync"
)

// Folder is the folder for go-graphviz's compile cache, which holds machine code
// that will be run: netpolscope in the user's cache directory, if that belongs to us
// and nobody else can read or write it, else a fresh private folder. It is the name
// of a folder that cannot exist if there is no place to write at all; the library
// then does without a cache.
//
// It is made at the first call and is the same ever after.
var Folder = sync.OnceValue(func() string {
	if base, err := os.UserCacheDir(); err == nil {
		dir := filepath.Join(base, "netpolscope")
		if private(dir) {
			return dir
		}
	}
	if dir, err := os.MkdirTemp("", "netpolscope-"); err == nil {
		passing = dir
		return dir
	}
	return filepath.Join(os.DevNull, "netpolscope")
})

// passing is the folder that Folder had to make for this process only.
var passing string

// Remove deletes the folder if it was made for this process only.
func Remove() {
	if passing != "" {
		os.RemoveAll(passing)
	}
}

// private makes the folder if it is missing, and says whether it is ours alone and
// can be written to. A link in its place is refused: its target could be changed.
func private(dir string) bool {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || !owned(info) {
		return false
	}
	if info.Mode().Perm() != 0o700 && os.Chmod(dir, 0o700) != nil {
		return false
	}
	probe, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return false
	}
	probe.Close()
	return os.Remove(probe.Name()) == nil
}
