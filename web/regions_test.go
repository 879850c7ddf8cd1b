package web

import (
	"strings"
	"testing"
)

// borders is what came of moving a border.
type borders struct {
	First, Wider, Least, Pulled, Reset int
	Name, Value, Now                   string
	Kept                               float64
	Gone                               bool
}

// The borders between regions can be moved by pointer and by key, stay where they were
// put, and go back to where they were.
func TestBordersCanBeMoved(t *testing.T) {
	b := openTab(t)
	address := serve(t, nil)
	b.size(1440, 900)
	b.show(address + "/examples/three-tier-shop")
	got := ask[borders](b, b.script("regions.js"))
	want := borders{First: 440, Wider: 468, Least: 230, Pulled: 600, Reset: 440, Name: "Width of the text", Value: "31", Now: "32", Kept: 41.7, Gone: true}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	ask[bool](b, `localStorage.setItem("netpolscope.splits", '{"text": 50}'), true`)
	b.show(address + "/examples/and-or")
	if width := ask[int](b, `new Promise((ready) => setTimeout(ready, 300)).then(() => Math.round(document.querySelector(".col-text").getBoundingClientRect().width))`); width != 720 {
		t.Errorf("a border that was kept at half of 1440 pixels is at %d", width)
	}
	ask[bool](b, `localStorage.clear(), true`)
}

// A phone shows one region at a time, and a link to a line shows the text.
func TestOneRegionOnAPhone(t *testing.T) {
	b := openTab(t)
	b.size(390, 844)
	b.show(serve(t, nil) + "/examples/three-tier-shop?select=shop/CronJob/backup..shop/StatefulSet/db")
	const seen = `new Promise((ready) => setTimeout(ready, 150)).then(() => [...document.querySelectorAll(".text-form, #findings, #picture, .mx-wrap, #why")]
		.filter((part) => part.getClientRects().length).map((part) => part.id || part.className).join(" "))`
	for _, test := range []struct{ region, want string }{
		{"picture", "picture why"}, {"text", "bench"}, {"matrix", "matrix why"}, {"findings", "findings"}, {"why", "why"},
	} {
		if got := ask[string](b, `document.querySelector("#dock [data-region=`+test.region+`]").click(), `+seen); got != test.want {
			t.Errorf("the region %s shows %s, want %s", test.region, got, test.want)
		}
	}
	got := ask[string](b, `document.querySelector("#why a[href^='#f']").click(), `+seen)
	if got != "bench" {
		t.Errorf("a link to a line shows %s", got)
	}
	if wide := ask[int](b, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("the page is %d pixels wide", wide)
	}
	if name := ask[string](b, `document.querySelector("#dock [aria-current]").textContent`); !strings.HasSuffix(name, "Text") {
		t.Errorf("the current region is %s", name)
	}
}
