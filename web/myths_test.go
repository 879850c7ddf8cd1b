package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"github.com/netpolscope/netpolscope/internal/gallery"
	"github.com/netpolscope/netpolscope/internal/glossary"
)

// A reader says what a claim is, without script and by keyboard, and only then sees what is
// so.
func TestMythsWaitForAnAnswer(t *testing.T) {
	b := openTab(t)
	address := serve(t, nil)
	b.size(390, 900)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.show(address + "/myths")
	seen := func() string {
		return ask[string](b, `[...document.querySelectorAll(".answer")].filter((x) => x.getClientRects().length).map((x) => x.innerText.replace(/\s+/g, " ").trim()).join("; ")`)
	}
	if got := seen(); got != "" {
		t.Errorf("before anybody said anything there stands %q", got)
	}
	b.reach("e.name === 'say-order'")
	b.press(" ")
	if got, want := seen(), "False. You said otherwise."; got != want {
		t.Errorf("who says true sees %q, want %q", got, want)
	}
	b.press(kb.ArrowRight)
	if got, want := seen(), "False. You said so."; got != want {
		t.Errorf("who says false sees %q, want %q", got, want)
	}
}

// Every claim stands by itself, and its proof opens in the workbench.
func TestMythsHaveTheirProofs(t *testing.T) {
	s := newSite(t)
	page := s.get("/myths").page(t)
	words := map[gallery.Answer]string{gallery.True: "True.", gallery.False: "False.", gallery.Half: "Half true."}
	for _, m := range gallery.Myths() {
		claim := page.one(t, "li", withAttr("id", m.Name))
		fold := claim.one(t, "div", withClass("proof"))
		if len(claim.all("input", withAttr("checked", ""))) > 0 {
			t.Errorf("%s: somebody has answered already", m.Name)
		}
		if got := fold.one(t, "p", withClass("answer")).text(); !strings.HasPrefix(got, words[m.Answer]) {
			t.Errorf("%s: the answer is %q, want %q", m.Name, got, words[m.Answer])
		}
		if n := len(fold.one(t, "ul", withClass("outcomes")).all("li")); n != len(m.Cells) {
			t.Errorf("%s: %d connections are shown of %d", m.Name, n, len(m.Cells))
		}
		for _, link := range append(fold.all("a"), fold.all("img")...) {
			address := link.attr("href") + link.attr("src")
			if a := s.get(address); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %s: status %d", m.Name, address, a.StatusCode)
			}
		}
	}
}

// Every link of the glossary leads to a page that is there, and to a place on it that is
// there.
func TestLinksOfTheGlossaryLeadSomewhere(t *testing.T) {
	s := newSite(t)
	page := s.get("/glossary").page(t)
	pages := map[string]element{"/glossary": page}
	links := 0
	for _, term := range glossary.Terms() {
		for _, a := range page.one(t, "div", withAttr("id", term.ID)).one(t, "dd").all("a") {
			links++
			to, err := url.Parse(a.attr("href"))
			if err != nil || to.Host != "" {
				t.Errorf("%s: the link %s leads away", term.Name, a.attr("href"))
				continue
			}
			address := to.Path
			if address == "" {
				address = "/glossary"
			}
			if _, known := pages[address]; !known {
				got := s.get(address)
				if got.StatusCode != http.StatusOK {
					t.Errorf("%s: %s: status %d", term.Name, address, got.StatusCode)
				}
				pages[address] = got.page(t)
			}
			if to.Fragment != "" {
				if n := len(pages[address].all("*", withAttr("id", to.Fragment))); n != 1 {
					t.Errorf("%s: %s has %d places %s", term.Name, address, n, to.Fragment)
				}
			}
			if code := a.text(); strings.HasPrefix(code, "NP") {
				within(t, pages[address].one(t, "p", withClass("crumb")).text(), code)
			}
		}
	}
	if links < 80 {
		t.Errorf("only %d links were followed", links)
	}
}
