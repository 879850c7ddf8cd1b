package web

import (
	"net/url"
	"strings"
	"testing"
)

// What a reader has set comes back in the controls and goes along with the form.
func TestControlsKeepTheView(t *testing.T) {
	s := newSite(t)
	asked := url.Values{
		"bundle": {tiny + "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: other}\n"},
		"fold":   {"classes"}, "dir": {"tb"}, "exposure": {"off"}, "kubernetes": {"1.30"}, "cni": {"calico"}, "ns": {"other"}, "find": {"shop"},
		"show": {"none", "blocked", "open"},
	}
	page := s.form(asked).page(t)
	fields := formFields(page)
	for name, want := range map[string]string{
		"fold": "classes", "dir": "tb", "exposure": "off", "kubernetes": "1.30", "cni": "calico", "ns": "other", "find": "shop", "show": "none blocked open", "was": "",
	} {
		if got := strings.Join(fields[name], " "); got != want {
			t.Errorf("the form sends %s=%q, want %q", name, got, want)
		}
	}
	usual := formFields(s.form(url.Values{"bundle": {tiny}}).page(t))
	for _, name := range []string{"fold", "dir", "exposure", "kubernetes", "cni", "ns", "find"} {
		if got := strings.Join(usual[name], ""); got != "" {
			t.Errorf("a view that nobody has changed sends %s=%q", name, got)
		}
	}
}

// The switches of a picture show what it draws by itself, and leave that to it until one
// of them is pressed.
func TestMarksOfThePicture(t *testing.T) {
	for _, test := range []struct {
		show, was string
		want      string // as parsed
	}{
		{"none responses", "responses", ""}, {"none", "responses", "none"}, {"none responses blocked", "responses", "responses,blocked"},
		{"none", "none", ""}, {"none open", "none", "open"}, {"none blocked", "", "blocked"}, {"responses,open", "", "responses,open"}, {"auto", "", "auto"},
	} {
		got, err := parseState(url.Values{"show": strings.Fields(test.show), "was": {test.was}})
		if err != nil || got.show != test.want {
			t.Errorf("show=%s was=%s: %q, %v; want %q", test.show, test.was, got.show, err, test.want)
		}
	}
	page := newSite(t).form(url.Values{"bundle": {tiny}}).page(t)
	if !page.one(t, "input", withAttr("name", "show"), withAttr("value", "responses")).has("checked") {
		t.Error("answers are drawn and their switch is off")
	}
}

// Who is looked for stays in the table with whoever it talks with; the rest of the
// picture is grey.
func TestFind(t *testing.T) {
	s := newSite(t)
	rows := func(find string) string {
		page := s.get("/examples/three-tier-shop?find=" + url.QueryEscape(find)).page(t)
		var names []string
		for _, th := range page.one(t, "table", withClass("mx")).one(t, "tbody").all("th") {
			names = append(names, strings.Fields(th.all("span")[0].text())[0])
		}
		return strings.Join(names, " ")
	}
	for find, want := range map[string]string{
		"app=db": "coredns api db", "DB": "coredns api db", "5000": "coredns api web world", "53/UDP": "coredns backup api web db world",
	} {
		if got := rows(find); got != want {
			t.Errorf("find=%s leaves %s, want %s", find, got, want)
		}
	}
	page := s.get("/examples/three-tier-shop?find=5000").page(t)
	for _, test := range []struct {
		from, to string
		away     bool
	}{{"shop/Deployment/web", "shop/Deployment/api", false}, {"shop/Deployment/api", "shop/StatefulSet/db", true}} {
		edge := page.one(t, "g", withClass("request"), withAttr("data-from", test.from), withAttr("data-to", test.to))
		if away := strings.Contains(edge.attr("class"), "away"); away != test.away {
			t.Errorf("%s to %s is grey: %v", test.from, test.to, away)
		}
	}
	within(t, s.get("/examples/three-tier-shop?find=nobody").page(t).one(t, "section", withAttr("id", "matrix")).text(), "Nothing here is called “nobody”")
}

// Namespaces that are not chosen are one row each.
func TestNamespacesThatStayOpen(t *testing.T) {
	page := newSite(t).get("/examples/three-tier-shop?ns=kube-system&view=matrix").page(t)
	text := page.one(t, "table", withClass("mx")).one(t, "tbody").text()
	within(t, text, "shop ×4", "coredns")
	if strings.Contains(text, "backup") {
		t.Errorf("a pod of a folded namespace has a row: %s", text)
	}
}

// Without script a policy of the list is selected with a button; a pair that is asked
// about then takes its place.
func TestPolicyIsASelection(t *testing.T) {
	s := newSite(t)
	list := s.form(url.Values{"bundle": {tiny}, "view": {"policies"}, "exposure": {"off"}}).page(t)
	list.one(t, "table", withClass("ladder")).one(t, "button", withAttr("name", "select"), withAttr("value", "shop/db"))
	page := s.form(url.Values{"bundle": {tiny}, "select": {"shop/db"}, "from": {"world"}, "to": {"shop/Pod/db"}, "exposure": {"off"}}).page(t)
	within(t, page.one(t, "section", withAttr("id", "why")).text(), "shop/db", "accept TCP 5432")
	if lit := page.all("td", withClass("lit")); len(lit) != 1 {
		t.Errorf("%d cells are lit, want that of web to db", len(lit))
	}
	fields := formFields(page)
	if got := fields.Get("select"); got != "shop/db" {
		t.Errorf("the form carries select=%q on", got)
	}
	fields["select"] = append(fields["select"], "") // the button Explain
	fields.Set("from", "world")
	fields.Set("to", "shop/Pod/db")
	within(t, s.form(fields).page(t).one(t, "section", withAttr("id", "why")).text(), "Blocked when entering")
}

// The picture shows what is selected without script too.
func TestSelectionIsInThePicture(t *testing.T) {
	page := newSite(t).get("/examples/three-tier-shop?select=shop/CronJob/backup..shop/StatefulSet/db").page(t)
	var marked []string
	for _, g := range page.all("g", withClass("sel")) {
		marked = append(marked, g.attr("data-entity")+g.attr("data-from"))
	}
	// The arrow lies behind the boxes.
	if got := strings.Join(marked, " "); got != "shop/CronJob/backup shop/CronJob/backup shop/StatefulSet/db" {
		t.Errorf("marked: %q", got)
	}
}
