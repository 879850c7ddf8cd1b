package web

import (
	"net/url"
	"strings"
	"testing"
)

const remedies = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: note, namespace: shop}
spec: # netpolscope:ignore NP406 the default is meant
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: []
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: error, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [ingress]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
`

// The list is in another order than the text. Each button makes what it says, and beside
// it stands what that does to the connections.
func TestButtonsMakeTheirOwnRemedies(t *testing.T) {
	want := map[string]struct{ in, effect string }{
		"Write Ingress": {"policyTypes: [Ingress] --- apiVersion: v1", "No connection changes."}, // the other policy lets everybody in
		"Remove the rule, so that nothing is allowed": {"policyTypes: [Ingress] --- apiVersion: networking", "1 connection closes, none opens."},
	}
	page := newSite(t).form(url.Values{"bundle": {remedies}}).page(t)
	seen := 0
	for _, finding := range page.all("article", withClass("finding")) {
		for _, button := range finding.all("button", withAttr("name", "fix")) {
			w, ok := want[button.text()]
			if !ok {
				continue
			}
			seen++
			mended := newSite(t).form(url.Values{"bundle": {remedies}, "fix": {button.attr("value")}}).page(t)
			within(t, mended.one(t, "textarea").text(), w.in)
			within(t, finding.one(t, "p", withClass("effect")).text(), w.effect)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d buttons are there", seen, len(want))
	}
}

// A silenced finding stands last, with its reason and without a button.
func TestSilencedFindings(t *testing.T) {
	page := newSite(t).form(url.Values{"bundle": {remedies}}).page(t)
	findings := page.all("article", withClass("finding"))
	last := findings[len(findings)-1]
	within(t, last.text(), "Silenced on line 4: the default is meant", "NP406")
	if buttons := last.all("button", withAttr("name", "fix")); len(buttons) > 0 {
		t.Errorf("it has the button %q", buttons[0].text())
	}
	within(t, page.one(t, "section", withClass("findings")).text(), "1 silenced")
}

// Scripts are told the file of every edit, by the number of its text area.
func TestRemedyInAnotherFile(t *testing.T) {
	front := "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: front, namespace: shop}\nspec:\n  podSelector: {matchLabels: {tier: front}}\n  policyTypes: [Egress]\n  egress:\n  - to: [{podSelector: {matchLabels: {tier: back}}}]\n"
	back := strings.NewReplacer("front", "back", "back", "front", "Egress", "Ingress", "egress", "ingress", "- to", "- from").Replace(front)
	back = strings.Replace(back, "tier: front}}}]", "tier: admin}}}]", 1)
	page := newSite(t).form(url.Values{"name": {"front.yaml", "back.yaml"}, "bundle": {front, back}}).page(t)
	for _, finding := range page.all("article", withAttr("data-code", "NP508")) {
		if finding.attr("data-file") == "0" {
			within(t, finding.attr("data-edits"), `[{"file":1,"line":9,`)
			return
		}
	}
	t.Error("nothing says that back does not let front in")
}
