package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

// press types keys as a person does.
func (b tab) press(keys string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(keys)); err != nil {
		b.t.Fatal(err)
	}
}

// reach goes from one thing to the next by the tab key until an expression about the
// focused element, e, holds.
func (b tab) reach(what string) {
	b.t.Helper()
	for range 80 {
		b.press(kb.Tab)
		if ask[bool](b, "((e) => !!("+what+"))(document.activeElement)") {
			return
		}
	}
	b.t.Fatalf("the tab key never reaches %s", what)
}

// arrives waits until the page that was asked for holds an element.
func (b tab) arrives(selector string) {
	b.t.Helper()
	for range 200 {
		if ask[bool](b, fmt.Sprintf("document.readyState === 'complete' && !!document.querySelector(%q)", selector)) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.t.Fatalf("%s does not appear on %s", selector, ask[string](b, "location.href"))
}

// Lessons are gone through from the list to the last check by the keyboard alone, with
// script, and without it on a phone. What is done is marked in the list where there
// is script, and can be forgotten.
func TestLessonsByKeyboard(t *testing.T) {
	for _, x := range []struct {
		name     string
		scripted bool
		width    int64
		marks    int
	}{{"with script", true, 1440, 3}, {"without script, on a phone", false, 390, 0}} {
		t.Run(x.name, func(t *testing.T) {
			b := openTab(t)
			address := serve(t, nil)
			b.size(x.width, 900)
			call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !x.scripted})
			for _, i := range []int{1, 7, 11} {
				b.goThrough(address, lesson.Course()[i])
			}
			b.show(address + "/learn")
			if marks := ask[int](b, `document.querySelectorAll(".done-mark").length`); marks != x.marks {
				t.Errorf("%d lessons are marked as done, want %d", marks, x.marks)
			}
			if x.marks == 0 {
				return
			}
			b.reach(`e.matches(".page > button")`)
			b.press(kb.Enter)
			if marks := ask[int](b, `document.querySelectorAll(".done-mark").length + localStorage.length`); marks != 0 {
				t.Errorf("%d marks are left when all are forgotten", marks)
			}
		})
	}
}

func (b tab) goThrough(address string, l *lesson.Lesson) {
	b.t.Helper()
	b.show(address + "/learn")
	b.reach(fmt.Sprintf("e.pathname === %q", "/learn/"+l.Name))
	b.press(kb.Enter)
	b.arrives(".guess")
	choose := func(name string, right bool) {
		b.reach(fmt.Sprintf("e.name === %q", name))
		if b.press(" "); !right {
			b.press(kb.ArrowRight)
		}
	}
	for i, c := range l.Cells {
		choose(fmt.Sprintf("g%d", i), c.Allowed)
	}
	for i, c := range l.Claims {
		choose(fmt.Sprintf("c%d", i), c.Answer == lesson.True)
	}
	b.reach(`e.matches(".lesson-main .btn-main")`)
	b.press(kb.Enter)
	b.arrives(".score")
	n := len(l.Cells) + len(l.Claims)
	if score, want := ask[string](b, `document.querySelector(".score").textContent`), fmt.Sprintf("%d of %d right.", n, n); score != want {
		b.t.Errorf("%s: %s, want %s", l.Name, score, want)
	}
	b.reach(`e.matches(".lesson-main .btn-main")`)
	b.press(kb.Enter)
	b.arrives("textarea")
	for _, x := range []struct{ text, found string }{{"", "section.result:not(.passed)"}, {l.Solution, "section.passed"}} {
		if b.reach("e.matches('textarea')"); x.text != "" {
			ask[bool](b, "document.activeElement.select(), true")
			call(b, input.InsertText, input.InsertTextParams{Text: x.text})
		}
		b.reach("e.name === 'check'")
		b.press(kb.Enter)
		b.arrives(x.found)
	}
	if l.Then != nil {
		b.reach(`e.matches("#result a") && e.search.includes("round=2")`)
		b.press(kb.Enter)
		b.arrives("[name=round][value='2'] ~ * textarea")
		b.reach("e.matches('textarea')")
		ask[bool](b, "document.activeElement.select(), true")
		call(b, input.InsertText, input.InsertTextParams{Text: l.Then.Solution})
		b.reach("e.name === 'check'")
		b.press(kb.Enter)
		b.arrives("section.passed")
	}
	for what, found := range map[string]string{
		"overflow":        ask[string](b, `document.documentElement.scrollWidth > document.documentElement.clientWidth ? "yes" : ""`),
		"forbidden":       ask[string](b, `(window.forbidden ?? []).join()`),
		"troubles":        ask[string](b, `(window.troubles ?? []).join()`),
		"result in sight": strings.TrimSpace(ask[string](b, `document.querySelector("#result").getBoundingClientRect().top < innerHeight ? "" : "no"`)),
	} {
		if found != "" {
			b.t.Errorf("%s: %s: %s", l.Name, what, found)
		}
	}
}
