package web

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/static"
)

func TestFirstVisitHasEverythingToBegin(t *testing.T) {
	a := newSite(t).get("/")
	page := a.page(t)
	form := page.one(t, "form", withAttr("id", "bench"))
	if form.attr("method") != "post" || form.attr("action") != "/" || form.attr("enctype") != "multipart/form-data" {
		t.Errorf("the form does not post files to /: %v", form.Attr)
	}
	form.one(t, "textarea", withAttr("name", "bundle"))
	if !form.one(t, "input", withAttr("name", "files")).has("multiple") {
		t.Error("only one file can be chosen")
	}
	for _, e := range static.Examples {
		page.one(t, "a", withAttr("href", "/examples/"+e.Name))
	}
}

func TestEveryExampleIsReadWithoutErrors(t *testing.T) {
	s := newSite(t)
	for _, e := range static.Examples {
		a := s.get("/examples/" + e.Name)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", e.Name, a.StatusCode)
		}
		page := a.page(t)
		if n := len(page.all("svg", withClass("sev-e"))); n > 0 {
			t.Errorf("%s: %d errors among the findings", e.Name, n)
		}
		if page.all("svg", withClass("np")) == nil {
			t.Errorf("%s: no picture", e.Name)
		}
	}
	if a := s.get("/examples/none"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an example that is not there: status %d", a.StatusCode)
	}
}

func TestMatrixCellsSayWhatIsSo(t *testing.T) {
	page := newSite(t).form(url.Values{"bundle": {tiny}, "exposure": {"off"}}).page(t)
	cells := map[string]string{
		"shop/Pod/web..shop/Pod/db": "y 5432",
		"shop/Pod/db..shop/Pod/web": "y all all",
		"world..shop/Pod/db":        "x e ",
		"world..shop/Pod/web":       "y all all",
	}
	for id, want := range cells {
		button := page.one(t, "button", withAttr("name", "select"), withAttr("value", id))
		td := element{button.Parent}
		if got := td.attr("class") + " " + button.text(); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
		if button.attr("title") == "" {
			t.Errorf("%s has no title", id)
		}
	}
	if n := len(page.all("td", withClass("none"))); n != 3 {
		t.Errorf("%d cells without a question, want the three of the diagonal", n)
	}
}

// A row stands for an entity or for a namespace, and stays that through the form.
func TestMatrixByNamespace(t *testing.T) {
	s := newSite(t)
	page := s.form(url.Values{"bundle": {tiny}, "view": {"matrix"}, "by": {"namespace"}, "exposure": {"off"}}).page(t)
	table := page.one(t, "table", withClass("mx"))
	within(t, table.text(), "some", "world")
	if table.all("button", withAttr("value", "shop/Pod/web..shop/Pod/db")) != nil {
		t.Error("a pair of entities is in the table of namespaces")
	}
	if !page.one(t, "button", withAttr("name", "by"), withAttr("value", "namespace")).has("aria-current") {
		t.Error("the switch does not say what a row is")
	}
	if got := formFields(page).Get("by"); got != "namespace" {
		t.Errorf("the form sends by=%q on", got)
	}
}

// A press of a cell sends the whole form again and brings the explanation, without
// script.
func TestCellExplainsItself(t *testing.T) {
	s := newSite(t)
	first := s.form(url.Values{"bundle": {tiny}, "theme": {"dark"}, "exposure": {"off"}})
	fields := formFields(first.page(t))
	fields.Set("select", "world..shop/Pod/db")
	page := s.form(fields).page(t)
	why := page.one(t, "section", withAttr("id", "why"))
	within(t, why.text(), "Blocked when entering", "shop/db")
	if why.all("p", withClass("verdict"), withClass("no")) == nil {
		t.Error("no blocked verdict")
	}
	line := why.all("a", withAttr("href", "#f0-1"))
	if len(line) == 0 || page.all("li", withAttr("id", "f0-1")) == nil {
		t.Error("the explanation does not lead to the policy's line")
	}
	if page.one(t, "html").attr("data-theme") != "dark" {
		t.Error("the theme got lost on the way")
	}
	sel := page.one(t, "td", withClass("sel"))
	if sel.all("button", withAttr("value", "world..shop/Pod/db")) == nil {
		t.Error("another cell is selected")
	}
}

func TestFieldsExplainToo(t *testing.T) {
	page := newSite(t).form(url.Values{"bundle": {tiny}, "from": {"shop/Pod/web"}, "to": {"shop/Pod/db"}, "port": {"5432"}}).page(t)
	within(t, page.one(t, "section", withAttr("id", "why")).text(), "Allowed")
	if v := page.one(t, "input", withAttr("name", "port")).attr("value"); v != "5432" {
		t.Errorf("the port is %q after the answer", v)
	}
	page = newSite(t).form(url.Values{"bundle": {tiny}, "from": {"shop/wbe"}, "to": {"shop/db"}}).page(t)
	within(t, page.one(t, "section", withAttr("id", "why")).text(), "the nearest names are shop/web")
}

// formFields gives what a browser would send for a page as it is.
func formFields(page element) url.Values {
	fields := url.Values{}
	for _, e := range page.all("*", func(e element) bool { return e.has("name") }) {
		switch {
		case e.Data == "textarea":
			value := ""
			if e.FirstChild != nil {
				value = e.FirstChild.Data
			}
			fields.Add(e.attr("name"), strings.ReplaceAll(value, "\n", "\r\n"))
		case e.Data == "input" && e.attr("type") == "checkbox":
			if e.has("checked") {
				fields.Add(e.attr("name"), e.attr("value"))
			}
		case e.Data == "select":
			for _, o := range e.all("option", func(o element) bool { return o.has("selected") }) {
				fields.Add(e.attr("name"), o.attr("value"))
			}
		case e.Data == "input" && e.attr("type") != "file":
			fields.Add(e.attr("name"), e.attr("value"))
		}
	}
	return fields
}

func TestSwitchTurnsAPolicyOff(t *testing.T) {
	s := newSite(t)
	page := s.form(url.Values{"bundle": {tiny}, "off": {"shop/db"}, "exposure": {"off"}}).page(t)
	if !page.one(t, "input", withAttr("name", "off"), withAttr("value", "shop/db")).has("checked") {
		t.Error("the switch forgot that it is off")
	}
	button := page.one(t, "button", withAttr("value", "world..shop/Pod/db"))
	if button.text() != "+all" {
		t.Errorf("without its policy db is %q, want +all, since that opens", button.text())
	}
	// One rule of a policy has no switch and has to travel hidden.
	page = s.form(url.Values{"bundle": {tiny}, "off": {"shop/db:ingress:0"}}).page(t)
	page.one(t, "input", withAttr("type", "hidden"), withAttr("name", "off"), withAttr("value", "shop/db:ingress:0"))
}

func TestFindingsPointAtLines(t *testing.T) {
	broken := strings.Replace(tiny, "[Ingress]", "[Igress]", 1)
	page := newSite(t).form(url.Values{"bundle": {broken}}).page(t)
	finding := page.one(t, "article", withClass("finding"))
	within(t, finding.text(), "NP207", "line 6")
	finding.one(t, "svg", withClass("sev-e"))
	finding.one(t, "a", withAttr("href", "#f0-6"))
	within(t, page.one(t, "ul", withClass("warnings")).text(), "shop/db", "not in force", "NP207")
	within(t, page.one(t, "footer").text(), "1 policy, 1 not in force")
	policies := newSite(t).form(url.Values{"bundle": {broken}, "view": {"policies"}}).page(t)
	within(t, policies.one(t, "table", withClass("ladder")).text(), "shop/db", "not in force", "NP207 bad-policy-type")
}

func TestKindsThatAreNotEvaluatedAreNamed(t *testing.T) {
	cilium := "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n"
	page := newSite(t).form(url.Values{"bundle": {tiny + cilium}}).page(t)
	within(t, page.one(t, "ul", withClass("warnings")).text(), "1 CiliumNetworkPolicy object was not evaluated")
}

// Every page of the catalogue draws what its manifests allow, and the list leads to it.
func TestCatalogueIsEvaluated(t *testing.T) {
	s := newSite(t)
	list := s.get("/checks").page(t)
	for _, p := range lint.Pages() {
		address := "/checks/" + p.Code.Name()
		list.one(t, "a", withAttr("href", address))
		a := s.get(address)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", address, a.StatusCode)
			continue
		}
		page := a.page(t)
		within(t, page.text(), string(p.Code), "What was written", "What is right", "Why it matters")
		if n := len(page.all("li", withClass("mark"))); n != len(p.Marks) {
			t.Errorf("%s shows %d findings, its example has %d", address, n, len(p.Marks))
		}
		if n := len(page.all("svg", withClass("np"))); n == 0 {
			t.Errorf("%s has no picture", address)
		}
	}
	if a := s.get("/checks/none"); a.StatusCode != http.StatusNotFound {
		t.Errorf("status %d for a check that is not there", a.StatusCode)
	}
	finding := newSite(t).form(url.Values{"bundle": {strings.Replace(tiny, "[Ingress]", "[ingress]", 1)}}).page(t)
	finding.one(t, "a", withAttr("href", "/checks/bad-policy-type"))
}

func TestPlugInThatDoesNotEnforceIsNamed(t *testing.T) {
	flannel := newSite(t).form(url.Values{"bundle": {tiny}, "cni": {"flannel"}}).page(t)
	within(t, flannel.one(t, "ul", withClass("warnings")).text(), "Flannel stores policies and enforces none of them")
	within(t, flannel.one(t, "footer").text(), "Plug-in: flannel")
	calico := newSite(t).form(url.Values{"bundle": {tiny}, "cni": {"calico"}}).page(t)
	if lists := calico.all("ul", withClass("warnings")); len(lists) > 0 {
		t.Errorf("the page warns of Calico: %s", lists[0].text())
	}
}

// Without script a remedy is a button of the form: the text comes back mended.
func TestRemedyIsMadeWithoutScript(t *testing.T) {
	broken := strings.Replace(tiny, "podSelector", "podselector", 1)
	page := newSite(t).form(url.Values{"bundle": {broken}}).page(t)
	button := page.all("button", withAttr("name", "fix"))[0]
	mended := newSite(t).form(url.Values{"bundle": {broken}, "fix": {button.attr("value")}}).page(t)
	if text := mended.one(t, "textarea").text(); strings.Contains(text, "podselector") || !strings.Contains(text, "podSelector") {
		t.Errorf("after %q the text is\n%s", button.text(), text)
	}
}

// A question of the script's brings what changes and nothing else.
func TestLiveAnswerIsAPart(t *testing.T) {
	r := newRequest("POST", "/", url.Values{"bundle": {tiny}}.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	a := newSite(t).do(r)
	for _, want := range []string{`id="answer"`, `hx-target="#findings"`, `hx-target="#foot"`, `hx-target="#state"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the answer lacks %s", want)
		}
	}
	for _, unwanted := range []string{"<html", "<textarea"} {
		if strings.Contains(a.body, unwanted) {
			t.Errorf("the answer has %s", unwanted)
		}
	}
	if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Request") {
		t.Error("a cache may mix up the page and the part")
	}
}

func TestNothingReadableIsAPageWithTheReason(t *testing.T) {
	a := newSite(t).form(url.Values{"bundle": {"{ this is: not, yaml"}})
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", a.StatusCode)
	}
	page := a.page(t)
	within(t, page.one(t, "section", withAttr("id", "findings")).text(), "NP001")
	within(t, page.one(t, "textarea").text(), "this is: not, yaml")
	within(t, newSite(t).form(url.Values{"bundle": {" "}}).body, "There was nothing to read")
}

// The foot of a page never says that everything was evaluated where something was not.
func TestWhatCannotBeReadIsSaidOutsideTheFindingsToo(t *testing.T) {
	const all, missing = "every object evaluated", "not everything could be read"
	tests := []struct{ name, bundle, said, unsaid string }{
		{"all is well", tiny, all, missing},
		{"a document that is no YAML", tiny + "---\n{ this is: not, yaml\n", missing, all},
		{"a pod that is refused", tiny + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: Bad_Name}\n", missing, all},
		{"a policy that is refused", strings.Replace(tiny, "[Ingress]", "[Igress]", 1), "1 not in force", all},
		{"nothing", "{ this is: not, yaml", "nothing evaluated", "pairs"},
	}
	for _, test := range tests {
		page := newSite(t).form(url.Values{"bundle": {test.bundle}}).page(t)
		foot := page.one(t, "footer").text()
		within(t, foot, test.said)
		if strings.Contains(foot, test.unsaid) {
			t.Errorf("%s: the foot says %q: %s", test.name, test.unsaid, foot)
		}
		if test.said == missing {
			within(t, page.one(t, "ul", withClass("warnings")).text(), "could not be read", "Findings")
		}
	}
}

// Several files, an archive among them, come back in the page and go along with the
// next question.
func TestFilesTravelWithTheForm(t *testing.T) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	f, _ := w.Create("inner/pod.yaml")
	f.Write([]byte("apiVersion: v1\nkind: Pod\nmetadata: {name: zipped, namespace: shop}\n"))
	w.Close()
	s := newSite(t)
	a := s.upload("/", part{"files", "a.yaml", tiny}, part{"files", "b.zip", packed.String()}, part{"files", "a.yaml", "kind: Namespace\napiVersion: v1\nmetadata: {name: other}\n"})
	page := a.page(t)
	within(t, a.body, "shop/Pod/zipped")
	var names []string
	for _, e := range page.all("input", withAttr("name", "name")) {
		names = append(names, e.attr("value"))
	}
	if got := strings.Join(names, ", "); got != "a.yaml, b.zip, a.yaml (2)" {
		t.Errorf("files %s", got)
	}
	var parts []part
	for _, details := range page.all("details", withClass("src")) {
		parts = append(parts, part{field: "name", data: details.one(t, "input", withAttr("name", "name")).attr("value")})
		if text := details.all("textarea"); text != nil {
			parts = append(parts, part{field: "bundle", data: text[0].FirstChild.Data})
		} else {
			parts = append(parts, part{field: "packed", data: details.one(t, "input", withAttr("name", "packed")).attr("value")})
		}
	}
	again := s.upload("/", parts...)
	within(t, again.body, "shop/Pod/zipped", "a.yaml (2)")
	if a, b := page.one(t, "footer").text(), again.page(t).one(t, "footer").text(); a[:40] != b[:40] {
		t.Errorf("the second answer counts %q, the first %q", b, a)
	}
}

// What hostile text may do at most is to be seen.
func TestHostileTextIsShownAsText(t *testing.T) {
	hostile := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</textarea><script>alert(1)</script>`, `</title><svg onload=alert(1)>`, `javascript:alert(1)`, "\u202Eevil", `{{alert(1)}}`}
	s := newSite(t)
	for _, text := range hostile {
		quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
		manifest := tiny + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + quoted + "}\nspec: {podSelector: {matchLabels: {" + quoted + ": " + quoted + "}}, " + quoted + ": 1}\n" +
			"---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + quoted + ", labels: {a: " + quoted + "}}\n---\napiVersion: cilium.io/v2\nkind: " + quoted + "NetworkPolicy\n"
		for _, view := range []string{"graph", "matrix", "sequence", "rules", "policies"} {
			a := s.upload("/", part{"files", text + ".yaml", manifest}, part{"view", "", view}, part{"from", "", text}, part{"to", "", text})
			page := a.page(t)
			for _, script := range page.all("script") {
				if src := script.attr("src"); !strings.HasPrefix(src, "/static/js/") || script.text() != "" {
					t.Errorf("%q: a script in the page is not our own: %q %q", text, src, script.text())
				}
			}
			for _, e := range page.all("*") {
				for _, attr := range e.Attr {
					if strings.HasPrefix(attr.Key, "on") || attr.Key == "style" || attr.Key == "src" && attr.Val == "x" {
						t.Errorf("%q became an attribute: %s=%q", text, attr.Key, attr.Val)
					}
					if (attr.Key == "href" || attr.Key == "action" || attr.Key == "formaction") && strings.HasPrefix(strings.ToLower(attr.Val), "javascript:") {
						t.Errorf("%q became an address", text)
					}
				}
			}
			for _, e := range page.all("h1") {
				if strings.Contains(e.text(), "\u202E") {
					t.Errorf("%q turns the heading around", text)
				}
			}
		}
	}
}

func TestThemesAndViewsAreLinksWithoutScript(t *testing.T) {
	s := newSite(t)
	for theme, next := range map[string]string{"": "light", "light": "dark", "dark": "auto", "auto": "light"} {
		page := s.get("/?theme=" + theme).page(t)
		page.one(t, "button", withAttr("name", "theme"), withAttr("value", next))
	}
	page := s.get("/examples/one-policy?view=matrix").page(t)
	if got := page.one(t, "button", withAttr("name", "view"), func(e element) bool { return e.has("aria-current") }).text(); got != "Matrix" {
		t.Errorf("the current view is %q", got)
	}
	// Every control belongs to the form, or does nothing.
	for _, e := range page.all("*", func(e element) bool { return e.Data == "button" || e.Data == "select" || e.Data == "input" }) {
		inside := false
		for p := e.Parent; p != nil; p = p.Parent {
			inside = inside || p.Data == "form"
		}
		if !inside && e.attr("form") != "bench" {
			t.Errorf("a %s named %q belongs to no form", e.Data, e.attr("name"))
		}
	}
}

func TestSequenceOfAPath(t *testing.T) {
	s := newSite(t)
	page := s.get("/examples/three-tier-shop?view=sequence").page(t)
	page.one(t, "input", withAttr("name", "path"), withAttr("value", "world,shop/Deployment/web,shop/Deployment/api,shop/StatefulSet/db"))
	if steps := page.all("g", withAttr("class", "edge request allowed")); len(steps) != 3 || steps[2].attr("data-ports") != "3306/TCP" {
		t.Errorf("%d steps", len(steps))
	}
	if answers := page.all("g", withAttr("class", "edge response"), withAttr("tabindex", "0")); len(answers) != 3 {
		t.Errorf("%d answers", len(answers))
	}
	within(t, page.one(t, "ol", withClass("steps")).text(), "web in shop may open TCP 5000 on api in shop: egress of web, ingress of api.")

	stopped := s.get("/examples/three-tier-shop?view=sequence&path=world,shop/db").page(t)
	stopped.one(t, "g", withAttr("class", "edge blocked"))
	within(t, stopped.one(t, "ol", withClass("steps")).text(), "stopped entering db, no rule of db lets it in")

	// A path that leads nowhere is a remark, and its text stays.
	wrong := s.get("/examples/three-tier-shop?view=sequence&path=world,shop/dbb").page(t)
	within(t, wrong.one(t, "p", withClass("notice")).text(), "\"shop/dbb\" is not in the bundle; the nearest names are shop/db")
	wrong.one(t, "input", withAttr("name", "path"), withAttr("value", "world,shop/dbb"))
	// Other views keep the path.
	graph := s.get("/examples/three-tier-shop?path=world,shop/db").page(t)
	graph.one(t, "input", withAttr("type", "hidden"), withAttr("name", "path"), withAttr("value", "world,shop/db"))
}

func TestRulesInWords(t *testing.T) {
	page := newSite(t).get("/examples/three-tier-shop?view=rules").page(t)
	said := page.one(t, "section", withClass("rules"))
	within(t, said.text(),
		"Pods app=api in shop accept TCP 5000 from pods app=web in shop, and nothing else.",
		"No pod of shop accepts anything, unless one of the policies api, db and web allows it.",
		"May be called by web on TCP 5000.")
	said.one(t, "a", withAttr("href", "#f0-169"))
	// A policy leads to the entities that it chooses, and they to the policies that limit
	// them.
	for _, name := range []string{"shop/db", "shop/default-deny"} {
		found := false
		for _, a := range said.all("a") {
			target := strings.TrimPrefix(a.attr("href"), "#")
			if a.text() != name || target == "" {
				continue
			}
			article := page.one(t, "article", withAttr("id", target))
			found = found || strings.HasPrefix(article.one(t, "h3").text(), name)
		}
		if !found {
			t.Errorf("nothing leads to %s", name)
		}
	}
	broken := newSite(t).form(url.Values{"bundle": {strings.Replace(tiny, "[Ingress]", "[Ingresss]", 1)}, "view": {"rules"}}).page(t)
	within(t, broken.one(t, "section", withClass("rules")).text(), "Not in force: the API server would refuse it (NP207")
	open := newSite(t).get("/examples/open-by-default?view=rules").page(t)
	within(t, open.one(t, "section", withClass("rules")).text(), "There is no policy in this bundle, so everybody may call everybody.", "May call everybody on every port.")
}

// A page carries at most so many cells, whatever the bundle.
func TestLargeBundlesStayReadable(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		b.WriteString("apiVersion: v1\nkind: Pod\nmetadata: {name: p" + number(i) + ", namespace: n" + number(i%150) + ", labels: {app: a" + number(i) + "}}\n---\n")
		b.WriteString("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p" + number(i) + ", namespace: n" + number(i%150) + "}\nspec: {podSelector: {matchLabels: {app: a" + number(i) + "}}}\n---\n")
	}
	page := newSite(t).form(url.Values{"bundle": {b.String()}, "view": {"matrix"}}).page(t)
	rows := len(page.one(t, "table", withClass("mx")).one(t, "tbody").all("tr"))
	if rows != mostRows {
		t.Errorf("%d rows, want %d", rows, mostRows)
	}
	within(t, page.one(t, "section", withAttr("id", "matrix")).text(), "The first 120 of")
}
