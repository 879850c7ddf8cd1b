package prelude

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSleepLeavesStrangeTasksAlone(t *testing.T) {
	was := asleep
	defer func() { asleep = was }()
	for _, strange := range []task{{state: 2, functions: 1}, {state: 1, functions: 1}, {}, {functions: 1 << 30}} {
		fine, odd := task{functions: 2}, strange
		if sleep(&fine, &odd) || fine.state != 0 || odd != strange {
			t.Errorf("sleep(%+v) touched a task it does not know: %+v, %+v", strange, fine, odd)
		}
	}
	fine := task{functions: 2}
	if !sleep(&fine) || fine.state != 2 {
		t.Errorf("sleep left a task awake: %+v", fine)
	}
}

func TestPrivate(t *testing.T) {
	base := t.TempDir()
	fresh := filepath.Join(base, "a", "fresh")
	if !private(fresh) {
		t.Error("a folder of our own was refused")
	}
	open := filepath.Join(base, "open")
	if err := os.Mkdir(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if !private(open) {
		t.Error("our own open folder was refused, it should be closed")
	}
	for _, dir := range []string{fresh, open} {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: mode %v, %v; want 0700", dir, info.Mode(), err)
		}
		if files, _ := os.ReadDir(dir); len(files) != 0 {
			t.Errorf("%s: the probe was left behind", dir)
		}
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(fresh, link); err != nil {
		t.Fatal(err)
	}
	if private(link) {
		t.Error("a link was taken for a folder")
	}
	file := filepath.Join(base, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if private(file) {
		t.Error("a file was taken for a folder")
	}
}

func TestFind(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", home)
	if dir, passing := find(); dir != filepath.Join(home, "netpolscope") || passing {
		t.Errorf("found %s (passing %v), want a folder in %s", dir, passing, home)
	}
	t.Setenv("HOME", "/dev/null")
	t.Setenv("XDG_CACHE_HOME", "/dev/null")
	t.Setenv("TMPDIR", home)
	dir, passing := find()
	if info, err := os.Stat(dir); err != nil || !passing || filepath.Dir(dir) != home || info.Mode().Perm() != 0o700 {
		t.Errorf("without a home found %s (passing %v), want a private folder in %s", dir, passing, home)
	}
	t.Setenv("TMPDIR", "/dev/null")
	dir, _ = find()
	if err := os.Mkdir(dir, 0o700); err == nil {
		t.Errorf("nothing can be written, yet %s could be made", dir)
	}
}
