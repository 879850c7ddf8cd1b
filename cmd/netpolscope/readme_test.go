package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestReadmePicture holds the picture in the README to what the program draws.
func TestReadmePicture(t *testing.T) {
	want, err := os.ReadFile("../../static/three-tier-shop.svg")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "netpolscope")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := exec.Command(binary, "render", "-f", "../../static/examples/three-tier-shop.yaml").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the README's picture is old; run from the repository root:\n" +
			"go run ./cmd/netpolscope render -f static/examples/three-tier-shop.yaml > static/three-tier-shop.svg")
	}
}
