package web

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/templates"
)

// axe reads the checks of axe-core, which npm puts below the tools.
func axe(t *testing.T) string {
	t.Helper()
	const file = "../.ci/tools/node_modules/axe-core/axe.min.js"
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		return string(text)
	case os.Getenv("NETPOLSCOPE_BROWSER") != "" || os.Getenv("CI") != "":
		t.Fatalf("%v; run: npm ci --prefix .ci/tools", err)
	}
	t.Skipf("%v; run: npm ci --prefix .ci/tools", err)
	return ""
}

// violation is one rule that a page breaks, and where.
type violation struct {
	ID, Help string
	Where    []string
}

const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => ({
	ID: v.id, Help: v.help, Where: v.nodes.slice(0, 3).map((n) => n.target.join(" ") + ": " + (n.any[0] ? n.any[0].message : n.failureSummary)),
})))`

// faulty is a page with faults that axe knows.
const faulty = `<!doctype html><title>faulty</title><main><img src="x.png"><p style="color: #ddd">pale</p><input></main>`

// Pages and pictures are sound by axe's rules, whatever state they are in.
func TestAccessibility(t *testing.T) {
	checks := axe(t)
	b := openTab(t)
	s := newSite(t)
	broken := s.form(url.Values{"bundle": {"kind: Pod\n  metadata: x\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelectors: {}}\n"}})
	unreadable := s.form(url.Values{"bundle": {"a: [b\n"}})
	unsolved := s.solve("08-typos", lesson.Course()[7].Exercise)
	difference := s.upload("/diff", part{"old", "old.yaml", tiny}, part{"new", "new.yaml", changed})
	shop := allDrawn(t)[0]
	for _, d := range allDrawn(t) {
		if d.name == "three-tier-shop" {
			shop = d
		}
	}
	address := serve(t, map[string]string{
		"/faulty": faulty, "/broken": broken.body, "/unreadable": unreadable.body, "/checked": unsolved.body, "/changed": difference.body,
		"/alone.svg": shop.svg(t, templates.PictureOptions{}),
		"/image": `<!doctype html><html lang="en"><title>image</title><main><h1>A picture in a document</h1>` +
			shop.svg(t, templates.PictureOptions{}) + `</main></html>`,
	})
	const asked = "?select=shop/CronJob/backup..shop/StatefulSet/db&port=5432"
	for _, target := range []string{
		"/faulty", "/", "/broken", "/unreadable", "/nowhere", "/alone.svg", "/image", "/examples/three-tier-shop" + asked, "/examples/three-tier-shop" + asked + "&view=matrix",
		"/examples/three-tier-shop?view=policies", "/examples/three-tier-shop?view=matrix&by=namespace", "/examples/one-policy", "/checks", "/checks/tab-indentation",
		"/examples", "/myths", "/glossary", "/examples/three-tiers?dbPort=0", "/examples/exam-least-permissive", "/learn", "/learn/08-typos", "/learn/06-and-or?step=reveal", "/learn/04-empty-means?step=reveal", "/learn/15-limits?step=reveal", "/learn/14-union?step=do", "/learn/08-typos?step=do", "/learn/01-open-by-default?step=do", "/checked", "/diff", "/changed",
	} {
		for _, look := range []struct {
			scheme string
			width  int64
		}{{"light", 1440}, {"dark", 1440}, {"light", 390}, {"dark", 390}} {
			if look.width == 390 && (look.scheme == "dark" || target == "/alone.svg" || target == "/image") && !strings.Contains(target, asked) {
				continue // dark and narrow were seen one by one
			}
			b.prefer(look.scheme, "screen")
			b.size(look.width, 900)
			b.show(address + target)
			ask[bool](b, checks+"; true")
			found := ask[[]violation](b, runAxe)
			if target == "/faulty" {
				if len(found) < 3 {
					t.Errorf("of the page with faults only %v were found", found)
				}
				continue
			}
			for _, v := range found {
				t.Error(fmt.Sprintf("%s, %s, %d pixels: %s (%s)\n\t%s", target, look.scheme, look.width, v.Help, v.ID, strings.Join(v.Where, "\n\t")))
			}
		}
	}
}
