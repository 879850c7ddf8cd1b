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
// It is found at the first call and stays the same until Remove.
func Folder() string {
	mu.Lock()
	defer mu.Unlock()
	if folder == "" {
		folder, passing = find()
	}
	return folder
}

// Remove deletes the folder if it is not in the user's cache directory: nobody would
// find it again.
func Remove() {
	mu.Lock()
	defer mu.Unlock()
	if passing {
		os.RemoveAll(folder)
		folder, passing = "", false
	}
}

var (
	mu      sync.Mutex
	folder  string
	passing bool // folder was made for this process only
)

func find() (dir string, passing bool) {
	if base, err := os.UserCacheDir(); err == nil {
		dir := filepath.Join(base, "netpolscope")
		if private(dir) {
			return dir, false
		}
	}
	if dir, err := os.MkdirTemp("", "netpolscope-"); err == nil {
		return dir, true
	}
	return filepath.Join(os.DevNull, "netpolscope"), false
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
