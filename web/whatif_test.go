package web

import (
	"net/url"
	"strings"
	"testing"
)

// refused is tiny with a fault that keeps its policy out of force.
var refused = strings.Replace(tiny, "from:", "form:", 1)

func TestWhatIfMarksDifferences(t *testing.T) {
	s := newSite(t)
	page := s.form(url.Values{"bundle": {tiny}, "off": {"shop/db"}}).page(t)
	if got := page.one(t, "span", withClass("chip"), withClass("opened")).text(); !strings.Contains(got, "open") {
		t.Errorf("the count is %q", got)
	}
	cell := page.one(t, "td", withClass("opened"), holding("world..shop/Pod/db"))
	if got := cell.text(); got != "+all" {
		t.Errorf("the cell is %q, want +all", got)
	}
	if len(page.all("g", withClass("opened"))) == 0 {
		t.Error("no arrow is marked as opened")
	}
	if len(page.all("g", withClass("same"))) != 0 {
		t.Error("something is quiet and nobody asked for it")
	}
	page = s.form(url.Values{"bundle": {tiny}, "off": {"shop/db"}, "only": {"differences"}}).page(t)
	if len(page.all("td", withClass("quiet"))) == 0 {
		t.Error("no cell is quiet")
	}
	if !page.one(t, "input", withAttr("name", "only")).has("checked") {
		t.Error("the switch forgot that only differences are asked for")
	}
	page = s.form(url.Values{"bundle": {tiny}, "off": {"shop/db"}, "only": {"differences"}, "reset": {"1"}}).page(t)
	if len(page.all("span", withClass("chip"), withClass("opened"))) != 0 || page.one(t, "input", withAttr("name", "off"), withAttr("value", "shop/db")).has("checked") {
		t.Error("what was assumed is still assumed")
	}
}

func TestRulesHaveSwitches(t *testing.T) {
	s := newSite(t)
	page := s.form(url.Values{"bundle": {tiny}, "view": {"policies"}, "off": {"shop/db:ingress:0"}}).page(t)
	if !page.one(t, "input", withAttr("name", "off"), withAttr("value", "shop/db:ingress:0")).has("checked") {
		t.Error("the switch of the rule forgot that it is off")
	}
	if page.one(t, "input", withAttr("name", "off"), withAttr("value", "shop/db")).has("checked") {
		t.Error("the policy is off with its rule")
	}
	if got := page.one(t, "span", withClass("chip"), withClass("closed")).text(); got != "1 connection closes" {
		t.Errorf("the count is %q", got)
	}
}

func TestRepairedFromFinding(t *testing.T) {
	s := newSite(t)
	page := s.form(url.Values{"bundle": {refused}}).page(t)
	values := map[string]bool{}
	for _, x := range page.all("input", withAttr("name", "repaired")) {
		values[x.attr("value")] = x.has("checked")
	}
	if len(values) != 2 {
		t.Fatalf("the switches of the finding are %v", values)
	}
	for value := range values {
		page = s.form(url.Values{"bundle": {refused}, "repaired": {value}}).page(t)
		if !page.one(t, "input", withAttr("name", "repaired"), withAttr("value", value)).has("checked") {
			t.Errorf("the switch of %s forgot that it is on", value)
		}
		if got := page.one(t, "p", withClass("assumed")).text(); !strings.Contains(got, "Assumed, though it is not so") {
			t.Errorf("%s: the page says %q", value, got)
		}
		if len(page.all("td", withClass("closed"))) == 0 {
			t.Errorf("%s: no cell is marked as closed", value)
		}
	}
	// What was mended in the text is forgotten.
	page = s.form(url.Values{"bundle": {tiny}, "repaired": {"NP201:shop/db"}}).page(t)
	if len(page.all("input", withAttr("name", "repaired"))) != 0 {
		t.Error("a repair of what is not broken is carried on")
	}
}

func TestNotEnforcedIsOpen(t *testing.T) {
	s := newSite(t)
	page := s.form(url.Values{"bundle": {tiny}, "cni": {"flannel"}, "select": {"world..shop/Pod/db"}}).page(t)
	cell := page.one(t, "td", withClass("opened"), holding("world..shop/Pod/db"))
	if cell.text() != "+all" {
		t.Errorf("the cell is %q, want +all", cell.text())
	}
	if got := page.one(t, "p", withClass("verdict")).text(); !strings.Contains(got, "Would be blocked, but this cluster does not enforce policies") {
		t.Errorf("the verdict is %q", got)
	}
	if got := page.one(t, "div", withClass("changes")).text(); !strings.Contains(got, "of which Flannel enforces nothing") {
		t.Errorf("the strip says %q", got)
	}
}

// holding tells the cell whose button asks about a pair.
func holding(pair string) func(element) bool {
	return func(e element) bool { return len(e.all("button", withAttr("value", pair))) > 0 }
}

func TestProbeSaysWhatIsSeen(t *testing.T) {
	s := newSite(t)
	for _, test := range []struct{ from, to, port, outcome, command string }{
		{"shop/Pod/web", "shop/Pod/db", "5432", "connected", "kubectl exec -n shop web -- nc -zv -w 3"},
		{"shop/Pod/web", "shop/Pod/db", "80", "timed out", "kubectl debug -n shop web -it"},
		{"192.0.2.7", "shop/Pod/db", "5432/UDP", "timed out", "nc -zuv -w 3"},
		{"shop/web", "198.51.100.9", "443", "connected", "198.51.100.9 443"},
		{"world", "shop/Service/db", "80", "timed out", "nc -zv -w 3 db.shop 80"},
	} {
		page := s.form(url.Values{"bundle": {tiny + doorToDB}, "from": {test.from}, "to": {test.to}, "port": {test.port}}).page(t)
		trial := page.one(t, "section", withClass("trial"))
		if got := trial.one(t, "span", withClass("outcome")).text(); got != test.outcome {
			t.Errorf("%s to %s on %s: %q, want %q", test.from, test.to, test.port, got, test.outcome)
		}
		within(t, trial.text(), test.command)
		if test.outcome == "timed out" && len(page.all("g", withClass("edge"), withClass("blocked"))) != 1 {
			t.Errorf("%s to %s on %s: no cross is drawn", test.from, test.to, test.port)
		}
	}
}

// A suggestion says what it changes, is made in the text, and can be taken back.
func TestSuggestionIsMadeAndTakenBack(t *testing.T) {
	s := newSite(t)
	fields := url.Values{"bundle": {tiny}, "from": {"shop/Pod/web"}, "to": {"shop/Pod/db"}, "port": {"80"}}
	page := s.form(fields).page(t)
	first := page.all("div", withClass("suggestion"))[0]
	within(t, first.one(t, "ul", withClass("effects")).text(), "web → db on TCP 80")
	fields.Set("apply", first.one(t, "button", withAttr("name", "apply")).attr("value"))
	page = s.form(fields).page(t)
	if got := page.one(t, "span", withClass("outcome")).text(); got != "connected" {
		t.Errorf("after the change it is %q", got)
	}
	changed := page.one(t, "textarea", withAttr("name", "bundle")).text()
	if changed == strings.TrimSpace(tiny) {
		t.Error("the text did not change")
	}
	fields.Del("apply")
	fields.Set("bundle", strings.TrimPrefix(page.one(t, "textarea", withAttr("name", "bundle")).FirstChild.Data, "\n"))
	fields.Set("undo", page.one(t, "button", withAttr("name", "undo")).attr("value"))
	page = s.form(fields).page(t)
	if got := strings.TrimPrefix(page.one(t, "textarea", withAttr("name", "bundle")).FirstChild.Data, "\n"); got != tiny {
		t.Errorf("taken back the text is\n%s\nand was\n%s", got, tiny)
	}
	if got := page.one(t, "span", withClass("outcome")).text(); got != "timed out" {
		t.Errorf("taken back it is %q", got)
	}
}

const doorToDB = `---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: 5432}]}
`
