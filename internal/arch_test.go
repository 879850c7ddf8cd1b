package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/netpolscope/netpolscope/"

// order lists the packages from left to right: each may import only those before it.
var order = []string{
	"internal/diag", "internal/netset", "internal/markdown",
	"internal/manifest", "internal/model", "internal/policy", "internal/reach",
	"internal/lint", "internal/explain", "internal/expect", "internal/analysis", "internal/diagram", "internal/layout", "internal/raster", "internal/export", "internal/permalink", "internal/lesson", "internal/figure", "internal/gallery", "internal/glossary",
	"templates", "static", "web", "cmd/netpolscope",
}

// pure lists the packages that touch nothing of the world, and what they may not
// import.
var (
	pure      = []string{"internal/diag", "internal/netset", "internal/markdown", "internal/manifest", "internal/model", "internal/policy", "internal/reach", "internal/lint", "internal/explain", "internal/expect", "internal/analysis", "internal/diagram", "internal/lesson", "internal/gallery", "internal/glossary"}
	worldly   = []string{"os", "net/http", "time", "log", "log/slog", "context", "os/exec", "math/rand", "math/rand/v2"}
	knownOnly = map[string][]string{
		"go.yaml.in/yaml":               {"internal/manifest"},
		"sigs.k8s.io":                   {"internal/manifest"},
		"k8s.io":                        {"internal/manifest", "internal/model"},
		"go4.org/netipx":                {"internal/netset", "internal/model"},
		"github.com/goccy/go-graphviz":  {"internal/layout"},
		"github.com/fogleman/gg":        {"internal/raster"},
		"github.com/go-fonts":           {"internal/raster"},
		"golang.org/x/image":            {"internal/raster"},
		"github.com/a-h/templ":          {"templates", "web", "cmd/netpolscope"},
		"github.com/go-chi":             {"web"},
		"github.com/klauspost/compress": {"web"},
		"github.com/prometheus":         {"web"},
		"github.com/jackc/pgx":          {"internal/permalink"},
		"modernc.org/sqlite":            {"internal/permalink"},
		"github.com/spf13":              {"cmd/netpolscope"},
		"golang.org/x/tools":            {"internal/lint", "internal/lesson", "internal/gallery"},
		"github.com/yuin/goldmark":      {"internal/markdown"},
		"archive/zip":                   {"internal/manifest"},
		"archive/tar":                   {"internal/manifest"},
		"encoding/xml":                  {"internal/manifest", "internal/export"},
		"encoding/json":                 {"internal/manifest", "internal/export", "internal/layout", "internal/permalink", "web", "templates"},
	}
)

// imports gives the imports of every package of the module, by its path in the
// repository. Test files are left out.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(strings.TrimPrefix(filepath.ToSlash(name), "../"))
		found[pkg] = append(found[pkg], []string{}...)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[pkg] = append(found[pkg], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// place gives a package's place in order; a package below a listed one has its place.
func place(pkg string) int {
	return slices.IndexFunc(order, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") })
}

func TestPackagesImportOnlyToTheirLeft(t *testing.T) {
	found := imports(t)
	if len(found) < 10 {
		t.Fatalf("only %d packages found; the test looks at the wrong folder", len(found))
	}
	for pkg, imported := range found {
		if pkg == "internal" {
			continue
		}
		own := place(pkg)
		if own < 0 {
			t.Errorf("%s is not in the map; add it to order and to the architecture record", pkg)
			continue
		}
		for _, i := range imported {
			if local, ok := strings.CutPrefix(i, module); ok && place(local) > own {
				t.Errorf("%s imports %s, which is to its right", pkg, local)
			}
		}
	}
}

func TestPurePackagesDoNotTouchTheWorld(t *testing.T) {
	found := imports(t)
	for _, pkg := range pure {
		for _, i := range found[pkg] {
			if slices.Contains(worldly, i) {
				t.Errorf("%s imports %s; it must be a pure function", pkg, i)
			}
		}
	}
}

func TestOutsideModulesAreMetInTheirPackages(t *testing.T) {
	for pkg, imported := range imports(t) {
		for _, i := range imported {
			for outside, homes := range knownOnly {
				if i != outside && !strings.HasPrefix(i, outside+"/") {
					continue
				}
				if !slices.ContainsFunc(homes, func(h string) bool { return pkg == h || strings.HasPrefix(pkg, h+"/") }) {
					t.Errorf("%s imports %s, which is met only in %s", pkg, i, strings.Join(homes, ", "))
				}
			}
		}
	}
}

func TestRecordNamesEveryPackage(t *testing.T) {
	record, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range imports(t) {
		name, ok := strings.CutPrefix(pkg, "internal/")
		if ok && !strings.Contains(name, "/") && !strings.Contains(string(record), "//	"+name+" ") {
			t.Errorf("the architecture record does not name package %s", name)
		}
	}
}
