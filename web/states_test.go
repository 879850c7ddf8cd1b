package web

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

var review = flag.String("review", "", "write a picture of every state of the pages into this folder")

// stateOfPage is a page and what is done on it. Wide and narrow say where it is looked
// at; both are usual.
type stateOfPage struct {
	name, target string
	do           string // with window.bring of states.js
	wideOnly     bool
	narrowOnly   bool
	// seen is set for what TestAccessibility looks at as well.
	seen bool
}

const shopAsked = "/examples/three-tier-shop?select=shop/CronJob/backup..shop/StatefulSet/db&port=3306"

var statesOfPages = []stateOfPage{
	{name: "welcome", target: "/", seen: true},
	{name: "desk", target: "/examples/three-tier-shop"},
	{name: "asked", target: shopAsked, seen: true},
	{name: "policy", target: "/examples/three-tier-shop?select=shop/db"},
	{name: "inferred", target: "/examples/one-policy", seen: true},
	{name: "matrix", target: shopAsked + "&view=matrix", seen: true},
	{name: "namespaces", target: "/examples/three-tier-shop?view=matrix&by=namespace", seen: true},
	{name: "sequence", target: "/examples/three-tier-shop?view=sequence"},
	{name: "words", target: "/examples/three-tier-shop?view=rules"},
	{name: "policies", target: "/examples/three-tier-shop?view=policies", seen: true},
	{name: "blocked", target: "/examples/three-tier-shop?show=blocked,open,responses"},
	{name: "find", target: "/examples/three-tier-shop?find=3306"},
	{name: "find-none", target: "/examples/three-tier-shop?find=nobody"},
	{name: "not-enforced", target: "/examples/three-tier-shop?cni=flannel"},
	{name: "off", target: "/examples/three-tier-shop?off=shop/default-deny"},
	{name: "unreadable", target: "/unreadable", seen: true},
	{name: "not-in-force", target: "/broken"},
	{name: "large", target: "/large"},
	{name: "large-matrix", target: "/large?view=matrix"},
	{name: "files", target: "/files"},
	{name: "broken", target: "/examples/three-tier-shop", do: `bring.type("\n\tbroken: true\n")`, wideOnly: true},
	{name: "offline", target: "/examples/three-tier-shop", do: `bring.offline()`},
	{name: "refused", target: "/examples/three-tier-shop", do: `bring.refused()`},
	{name: "empty", target: "/examples/three-tier-shop", do: `bring.clear()`},
	{name: "busy", target: "/examples/three-tier-shop", do: `bring.busy()`, wideOnly: true},
	{name: "over", target: "/examples/three-tier-shop", do: `bring.over()`, wideOnly: true},
	{name: "keys", target: "/examples/three-tier-shop", do: `bring.keys()`},
	{name: "settings", target: "/examples/three-tier-shop?cni=eks", do: `bring.menu("view-menu")`},
	{name: "namespace-menu", target: "/examples/three-tier-shop?ns=shop", do: `bring.menu("ns-menu")`},
	{name: "copy", target: "/examples/three-tier-shop", do: `bring.menu("take-menu")`},
	{name: "open", target: "/examples/three-tier-shop", do: `bring.menu("open-menu")`, wideOnly: true},
	{name: "text", target: shopAsked, do: `bring.region("text")`, narrowOnly: true},
	{name: "findings", target: shopAsked, do: `bring.region("findings")`, narrowOnly: true},
	{name: "table", target: shopAsked, do: `bring.region("matrix")`, narrowOnly: true},
	{name: "why", target: shopAsked, do: `bring.region("why")`, narrowOnly: true},
	{name: "catalogue", target: "/checks", seen: true},
	{name: "how-lessons-are-written", target: "/learn/write"},
	{name: "share-lesson", target: "/learn/share?sample=1"},
	{name: "lesson-is-wrong", target: "/lesson-is-wrong"},
	{name: "lesson-holds", target: "/lesson-holds"},
	{name: "lesson-is-shared", target: "/lesson-is-shared"},
	{name: "lesson-in-a-link", target: "/lesson-in-a-link"},
	{name: "worksheet", target: "/learn/04-empty-means/worksheet"},
	{name: "answer-key", target: "/learn/15-limits/worksheet?answers=1"},
	{name: "projector", target: "/learn/06-and-or/projector?at=5"},
	{name: "projector-claims", target: "/learn/15-limits/projector?at=8"},
	{name: "projector-words", target: "/learn/09-service-port/projector?at=2"},
	{name: "lesson-embed", target: "/embed/learn/06-and-or", do: `document.querySelector("details").open = true`},
	{name: "examples", target: "/examples"},
	{name: "myths", target: "/myths", do: `(document.querySelectorAll(".says input").forEach((x) => { x.checked = true; }), true)`},
	{name: "glossary", target: "/glossary"},
	{name: "tiers", target: "/examples/three-tiers?apiPort=3001&backupDirection=egress"},
	{name: "exam", target: "/examples/exam-service-port?seed=2"},
	{name: "menu", target: "/checks", do: `bring.menu("site-menu")`, narrowOnly: true},
	{name: "problem", target: "/nowhere", seen: true},
}

// many is a bundle of n pods in n/5 namespaces, each with a policy of its own.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "apiVersion: v1\nkind: Pod\nmetadata: {name: pod-%d, namespace: team-%d, labels: {app: a%d}}\n---\n", i, i/5, i)
		fmt.Fprintf(&b, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d, namespace: team-%d}\nspec:\n  podSelector: {matchLabels: {app: a%d}}\n  ingress:\n  - from: [{podSelector: {matchLabels: {app: a%d}}}]\n    ports: [{port: %d}]\n---\n", i, i/5, i, i/5*5+(i+1)%5, 8000+i)
	}
	return b.String()
}

// Every state of the pages is sound by axe's rules in both themes, does nothing that its
// policy forbids, and leaves no error behind. With -review it is written as a picture.
func TestStatesOfThePages(t *testing.T) {
	checks := axe(t)
	b := openTab(t)
	s := newSite(t)
	own := map[string]string{}
	for path, form := range map[string]url.Values{
		"/unreadable": {"bundle": {"a: [b\n"}},
		"/broken":     {"bundle": {"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelectors: {}, policyTypes: [Ingresss]}\n"}},
		"/large":      {"bundle": {many(60)}},
		"/files":      {"bundle": {tiny, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", "kind: Pod\napiVersion: v1\nmetadata: {name: other, namespace: shop}\n"}, "name": {"policies.yaml", "a-folder/namespaces.yaml", "pods.yaml"}},
	} {
		own[path] = s.form(form).body
	}
	sharing, _ := newSharing(t)
	for path, text := range map[string]string{"/lesson-is-wrong": sampleWith(t, "# Do\n", "# Doo\n", "port: 22, expect: blocked", "port: 22, expect: bocked"), "/lesson-holds": lesson.Sample()} {
		own[path] = sharing.upload("/learn/share", part{"name", "", "lesson.txtar"}, part{"bundle", "", text}, part{"check", "", "1"}).body
	}
	own["/lesson-is-shared"] = sharing.upload("/learn/share", part{"files", "a.txtar", lesson.Sample()}, part{"create", "", "1"}).body
	own["/lesson-in-a-link"] = sharing.get("/p/" + string(sharing.shareLesson(t, lesson.Sample()).ID)).body
	address := serve(t, own)
	bring := script(t, "states.js")
	for i, state := range statesOfPages {
		if state.target == "/large?view=matrix" {
			own["/large"] = s.form(url.Values{"bundle": {many(60)}, "view": {"matrix"}}).body
		}
		for _, width := range []int64{1440, 390} {
			if state.wideOnly && width == 390 || state.narrowOnly && width == 1440 {
				continue
			}
			for _, scheme := range []string{"light", "dark"} {
				// One look at each, in turn wide and narrow, light and dark, unless all are wanted.
				turned := (i%2 == 0) != (scheme == "dark") || !state.wideOnly && !state.narrowOnly && (i/2%2 == 0) != (width == 390)
				if *review == "" && (state.seen || turned) {
					continue
				}
				b.prefer(scheme, "screen")
				b.size(width, 900)
				b.show(address + state.target)
				ask[bool](b, bring)
				ask[bool](b, "new Promise((ready) => setTimeout(ready, 150)).then(() => true)")
				if state.do != "" {
					ask[bool](b, "Promise.resolve("+state.do+").then(() => true)")
				}
				ask[bool](b, checks+"; true")
				where := fmt.Sprintf("%s, %s, %d pixels", state.name, scheme, width)
				for _, v := range ask[[]violation](b, runAxe) {
					t.Errorf("%s: %s (%s)\n\t%s", where, v.Help, v.ID, strings.Join(v.Where, "\n\t"))
				}
				if got := ask[[]string](b, `[...window.forbidden, ...window.troubles].filter((said) => !said.includes("the network is gone"))`); len(got) > 0 {
					t.Errorf("%s: %v", where, got)
				}
				if wide := ask[int64](b, "document.documentElement.scrollWidth"); wide > width {
					t.Errorf("%s: the page is %d pixels wide", where, wide)
				}
				if *review != "" {
					b.picture(filepath.Join(*review, fmt.Sprintf("%s-%d-%s.png", state.name, width, scheme)))
				}
			}
		}
	}
}

// picture writes what the tab shows into a file.
func (b tab) picture(file string) {
	b.t.Helper()
	err := chromedp.Do(b.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		shot, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{})
		if err != nil {
			return err
		}
		return os.WriteFile(file, shot.Data, 0o644)
	}))
	if err != nil {
		b.t.Fatal(err)
	}
}
