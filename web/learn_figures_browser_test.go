package web

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

// What is marked in the first lesson is remembered by the browser and comes back in the
// last one, where it tells how it stands; without script there is nothing of it.
func TestMarksComeBack(t *testing.T) {
	for _, scripted := range []bool{true, false} {
		b := openTab(t)
		address := serve(t, nil)
		b.size(390, 900)
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripted})
		b.show(address + "/learn/01-open-by-default?step=do")
		for _, name := range []string{"m0", "m1"} {
			b.reach("e.name === '" + name + "'")
			b.press(" ")
		}
		last := lesson.Course()[15]
		b.show(address + "/learn/" + last.Name + "?step=do")
		b.reach("e.matches('textarea')")
		ask[bool](b, "document.activeElement.select(), true")
		call(b, input.InsertText, input.InsertTextParams{Text: last.Solution})
		b.reach("e.name === 'check'")
		b.press(kb.Enter)
		b.arrives("section.passed")
		shown := ask[string](b, `[...document.querySelectorAll(".marked-now li")].filter((x) => x.offsetHeight).map((x) => x.innerText.replace(/\s+/g, " ").trim()).join("; ")`)
		want := "closed now 203.0.113.10 → shop/web on TCP 80; open now shop/web → shop/api on TCP 5000"
		if !scripted {
			want = ""
		}
		if shown != want {
			t.Errorf("with script %v: marks %q, want %q", scripted, shown, want)
		}
	}
}

// The switches of pictures work by keyboard and without script: the answers, and the
// sheet of each policy.
func TestSwitchesOfPictures(t *testing.T) {
	b := openTab(t)
	address := serve(t, nil)
	b.size(1440, 900)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	seen := func(selector string) int {
		return ask[int](b, `[...document.querySelectorAll("`+selector+`")].filter((x) => getComputedStyle(x).display !== "none" && x.getClientRects().length).length`)
	}
	for _, x := range []struct{ lesson, step, reach, hidden, stays string }{
		{"02-who-starts-the-call", "reveal", `e.matches(".hide-answers input")`, ".edge.response", ".edge.request"},
		{"14-union", "reveal", `e.matches(".layer-switch-2")`, ".figure-layers .layer-2", ".figure-layers .layer-3"},
	} {
		b.show(address + "/learn/" + x.lesson + "?step=" + x.step)
		hidden, stays := seen(x.hidden), seen(x.stays)
		b.reach(x.reach)
		b.press(" ")
		if hidden == 0 || seen(x.hidden) != 0 || stays == 0 || seen(x.stays) != stays {
			t.Errorf("%s: of %d %s %d are seen, and of %d %s %d", x.lesson, hidden, x.hidden, seen(x.hidden), stays, x.stays, seen(x.stays))
		}
	}
}

// The theme button works on the pages of the course: with script it is remembered, without
// it goes along with the links.
func TestThemeOfLessons(t *testing.T) {
	for _, scripted := range []bool{true, false} {
		b := openTab(t)
		address := serve(t, nil)
		b.size(1440, 900)
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripted})
		b.show(address + "/learn/06-and-or?step=reveal")
		for _, want := range []string{"light", "dark"} {
			b.reach(`e.matches("[data-theme-button]")`)
			b.press(kb.Enter)
			b.arrives(`html[data-theme="` + want + `"] .cells`)
		}
		b.reach(`e.matches(".lesson-main .btn-main")`)
		b.press(kb.Enter)
		b.arrives(`html[data-theme="dark"] textarea`)
	}
}

// What was written comes back after a look at another step, until the reader begins again,
// and new lines have numbers.
func TestTextsComeBack(t *testing.T) {
	b := openTab(t)
	do := serve(t, nil) + "/learn/06-and-or?step=do"
	b.size(1440, 900)
	b.show(do)
	b.reach("e.matches('textarea')")
	ask[bool](b, "document.activeElement.select(), true")
	call(b, input.InsertText, input.InsertTextParams{Text: "# one\n# two\n# three\n# four\n# five\n# six"})
	const text, numbers = `document.querySelector("textarea").value.split("\n").length`, `document.querySelector(".nums").childElementCount`
	begun := ask[int](b, numbers)
	b.show(do[:len(do)-2] + "reveal")
	b.show(do)
	if lines, n := ask[int](b, text), ask[int](b, numbers); lines != 6 || n < lines {
		t.Errorf("%d lines with %d numbers came back, want 6", lines, n)
	}
	b.reach("e.matches('[data-begin]')")
	b.press(kb.Enter)
	b.arrives("textarea")
	if lines := ask[int](b, text); lines < 20 || ask[int](b, numbers) < lines || begun < 6 {
		t.Errorf("%d lines after beginning again", lines)
	}
}

// The step of predictions tells how many are still to be made.
func TestPredictionsLeft(t *testing.T) {
	b := openTab(t)
	b.size(1440, 900)
	b.show(serve(t, nil) + "/learn/12-both-sides")
	const left = `document.querySelector(".lesson-main form .actions [role=status]").textContent`
	if got, want := ask[string](b, left), "4 to go: app/front → app/back on TCP 5000"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, name := range []string{"g0", "g1", "c0"} {
		b.reach("e.name === '" + name + "'")
		b.press(" ")
	}
	if got, want := ask[string](b, left), "1 to go: A rule under egress alone can never open a pod that is protected."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
