package manifest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// fragment is a part of a policy that was written without the policy, and what has to
// stand around it.
type fragment struct {
	doc *document
	// noun says what it is.
	noun string
	// layers are the fields of spec around it from the outside inwards, "-" for an item
	// of a list. The spec itself has none.
	layers []string
	// isList is set when it is a list; whole when it brings its own key `spec`.
	isList, whole bool
	// subject is set when it needs a podSelector, types when it needs policyTypes.
	subject bool
	types   string
	// egressOnly is set when types keep it from being about ingress too, guessed when it
	// has a place in both directions.
	egressOnly, guessed bool
}

var (
	specKeys     = []string{"podSelector", "policyTypes", "ingress", "egress"}
	ruleKeys     = []string{"from", "to", "ports"}
	peerKeys     = []string{"podSelector", "namespaceSelector", "ipBlock"}
	selectorKeys = []string{"matchLabels", "matchExpressions"}
	portKeys     = []string{"port", "protocol", "endPort"}
	blockKeys    = []string{"cidr", "except"}
)

// fragmentOf tells what part of a policy an object without a kind is, nil when it does
// not look like one: at least half of its keys must be those of a part.
func fragmentOf(keys map[string]jsonRaw) *fragment {
	has := func(some []string) bool {
		return slices.ContainsFunc(some, func(k string) bool { _, ok := keys[k]; return ok })
	}
	known := 0
	for _, k := range slices.Concat(specKeys, ruleKeys, peerKeys[1:], selectorKeys, portKeys, blockKeys, []string{"spec"}) {
		if _, ok := keys[k]; ok {
			known++
		}
	}
	if 2*known < len(keys) {
		return nil
	}
	var spec map[string]jsonRaw
	_ = json.Unmarshal(keys["spec"], &spec)
	switch {
	case len(keys) == 1 && slices.ContainsFunc(specKeys, func(k string) bool { _, ok := spec[k]; return ok }):
		return &fragment{noun: "the spec of a policy", whole: true}
	case has(specKeys[1:]), has(specKeys[:1]) && !has(peerKeys[1:]):
		return specFragment(keys)
	case has(ruleKeys):
		return inRule(keys, "a rule")
	case has(peerKeys):
		return ingressFragment("an entry of `from` or `to`", "-", "from", "-")
	case has(selectorKeys):
		return &fragment{noun: "a selector", layers: []string{"podSelector"}, types: "Ingress"}
	case has(blockKeys):
		return ingressFragment("an ipBlock", "-", "from", "-", "ipBlock")
	case has(portKeys[:1]):
		return ingressFragment("an entry of `ports`", "-", "ports", "-")
	}
	return nil
}

// listFragment tells what part of a policy a list is.
func listFragment(text []byte) *fragment {
	var items []map[string]jsonRaw
	if json.Unmarshal(text, &items) != nil {
		return nil
	}
	for _, item := range items {
		f := fragmentOf(item)
		if f == nil {
			continue
		}
		switch {
		case slices.Equal(f.layers, []string{"ingress", "-"}), slices.Equal(f.layers, []string{"egress", "-"}):
			f.noun = "a list of rules"
			for _, item := range items {
				_, from := item["from"]
				if _, to := item["to"]; to || from {
					f = inRule(item, f.noun)
				}
			}
		case len(f.layers) == 4 && f.layers[3] == "-", len(f.layers) == 0 && hasOnly(item, "podSelector"):
			last := "from"
			if len(f.layers) > 0 {
				last = f.layers[2]
			}
			f = ingressFragment("entries of `from` or `to`", "-", last, "-")
			if last == "ports" {
				f.noun = "entries of `ports`"
			}
		default:
			return nil
		}
		f.layers = f.layers[:len(f.layers)-1]
		f.isList = true
		return f
	}
	return nil
}

func hasOnly(keys map[string]jsonRaw, key string) bool {
	_, ok := keys[key]
	return ok && len(keys) == 1
}

// specFragment is a spec. One about egress alone is kept from being about ingress too,
// which it would be without policyTypes.
func specFragment(keys map[string]jsonRaw) *fragment {
	f := &fragment{noun: "the spec of a policy"}
	_, selector := keys["podSelector"]
	_, types := keys["policyTypes"]
	_, ingress := keys["ingress"]
	_, egress := keys["egress"]
	f.subject = !selector
	if egress && !ingress && !types {
		f.types, f.egressOnly = "Egress", true
	}
	return f
}

// inRule is a rule, of egress when it says so.
func inRule(keys map[string]jsonRaw, noun string) *fragment {
	if _, to := keys["to"]; to {
		return &fragment{noun: noun, layers: []string{"egress", "-"}, subject: true, types: "Egress", egressOnly: true}
	}
	f := ingressFragment(noun, "-")
	_, from := keys["from"]
	f.guessed = !from
	return f
}

// ingressFragment is something that has a place in ingress and in egress.
func ingressFragment(noun string, layers ...string) *fragment {
	return &fragment{noun: noun, layers: append([]string{"ingress"}, layers...), subject: true, types: "Ingress", guessed: true}
}

// read reads the fragment as a policy of its own. It reports false when the whole
// cannot be read either.
func (f *fragment) read(name string) (result, bool) {
	around := newSpliced(f.doc, f.wrap(name))
	docs := around.documents()
	i := slices.IndexFunc(docs, func(d *document) bool { return !d.blank() })
	if i < 0 {
		return result{}, false
	}
	r := read(docs[i], interned{})
	if len(r.objects) != 1 || r.objects[0].Name != name {
		return result{}, false
	}
	r.fragment = f
	r.findings = append(diag.List{f.finding(around, name, r.objects[0].Title())}, r.findings...)
	return r, true
}

// wrap gives the splices that make a whole policy of the fragment.
func (f *fragment) wrap(name string) []splice {
	from, to := f.doc.content()
	if f.doc.json {
		return f.wrapJSON(name, from, to)
	}
	head := fmt.Sprintf("apiVersion: %s\nkind: NetworkPolicy\nmetadata:\n  name: %s\n", policyAPI, name)
	flow := f.doc.text[from] == '{' || f.doc.text[from] == '['
	switch {
	case f.whole && flow:
		return []splice{{from + 1, from + 1, fmt.Sprintf("apiVersion: %s, kind: NetworkPolicy, metadata: {name: %s}, ", policyAPI, name)}}
	case f.whole:
		lead := strings.Repeat(" ", from-f.lineStart(from))
		head = lead + strings.ReplaceAll(strings.TrimSuffix(head, "\n"), "\n", "\n"+lead) + "\n"
		return []splice{{f.lineStart(from), f.lineStart(from), head}}
	}
	added := f.added("podSelector: {}", "policyTypes: [%s]")
	var inside []splice
	head += "spec:\n"
	if len(f.layers) == 0 && flow && len(added) > 0 {
		inside = []splice{{from + 1, from + 1, strings.Join(added, ", ") + ", "}}
	} else {
		for _, line := range added {
			head += "  " + line + "\n"
		}
	}
	lead, pad := f.lead(flow)
	first := splice{f.lineStart(from), f.lineStart(from), head + lead}
	if isMarker(f.doc.text[first.from:from], "---") {
		first = splice{first.from, from, head + lead}
	}
	splices := append([]splice{first}, inside...)
	for pos := first.from; pos < to; {
		end, next := lineEnd(f.doc.text, pos)
		if pos > from && len(strings.TrimSpace(string(f.doc.text[pos:end]))) > 0 {
			splices = append(splices, splice{pos, pos, strings.Repeat(" ", pad)})
		}
		pos = next
	}
	return splices
}

func (f *fragment) lineStart(at int) int {
	for at > 0 && f.doc.text[at-1] != '\n' && f.doc.text[at-1] != '\r' {
		at--
	}
	return at
}

// added gives the fields that the fragment lacks.
func (f *fragment) added(subject, types string) []string {
	var lines []string
	if f.subject {
		lines = append(lines, subject)
	}
	if f.types != "" {
		lines = append(lines, fmt.Sprintf(types, f.types))
	}
	return lines
}

// lead gives the lines of the layers up to the first character of the fragment, and
// the columns that its other lines move by.
func (f *fragment) lead(flow bool) (lead string, pad int) {
	pad = 2
	open := true // a key may stand here
	lead = "  "
	for i, layer := range f.layers {
		switch {
		case layer == "-":
			lead += "- "
			pad += 2
			open = true
			continue
		case !open:
			pad += 2
			lead += "  "
		}
		lead += layer + ":\n"
		open = false
		inList := i+1 < len(f.layers) && f.layers[i+1] == "-"
		lead += strings.Repeat(" ", pad)
		if i+1 == len(f.layers) && (flow || !f.isList) && !inList {
			lead += "  "
			pad += 2
		}
	}
	return lead, pad
}

// wrapJSON does for JSON what wrap does for YAML.
func (f *fragment) wrapJSON(name string, from, to int) []splice {
	head := fmt.Sprintf(`{"apiVersion": %q, "kind": "NetworkPolicy", "metadata": {"name": %q}, `, policyAPI, name)
	if f.whole {
		return []splice{{from, from + 1, head}}
	}
	added := strings.Join(f.added(`"podSelector": {}`, `"policyTypes": [%q]`), ", ")
	if added != "" {
		added += ", "
	}
	head += `"spec": {` + added
	if len(f.layers) == 0 {
		return []splice{{from, from + 1, head}, {to, to, "}"}}
	}
	tail := ""
	for i, layer := range f.layers {
		switch {
		case layer == "-":
			head, tail = head+"[", "]"+tail
		case i > 0:
			head, tail = head+"{", "}"+tail
			fallthrough
		default:
			head += fmt.Sprintf("%q: ", layer)
		}
	}
	return []splice{{from, from, head}, {to, to, tail + "}}"}}
}

// finding says what was made of the fragment. Its remedy holds the whole policy.
func (f *fragment) finding(around *spliced, name, title string) diag.Finding {
	at := f.doc.whole()
	found := diag.Finding{
		Code: diag.Fragment, Severity: diag.Info, Range: at, Object: title,
		Summary: fmt.Sprintf("This is only a part of a policy (%s); it was placed into a full policy `%s` so that you can see what it does.", f.noun, name),
	}
	added := []string{"`apiVersion`", "`kind`", "the name `" + name + "`"}
	if f.subject {
		added = append(added, "`podSelector: {}` (every pod of the namespace)")
	}
	if f.types != "" {
		added = append(added, "`policyTypes: ["+f.types+"]`")
	}
	last := len(added) - 1
	found.Detail = "Added: " + strings.Join(added[:last], ", ") + " and " + added[last] + "."
	if f.egressOnly {
		found.Detail += " Without that `policyTypes` the policy would also block everything that comes in."
	}
	if f.guessed {
		found.Detail += " It does not say in which direction, so it was taken for one that comes in."
	}
	found.Detail += " `kubectl` refuses the part alone; the remedy writes the whole policy."
	_, to := f.doc.content()
	first := around.splices[0].from
	grown := 0
	for _, p := range around.splices {
		grown += len(p.text) - (p.to - p.from)
	}
	whole := string(around.text[first : to+grown])
	edit := diag.Edit{NewText: whole}
	if o := f.doc.origin; o != nil {
		edit = o.edit(first, to, whole)
	} else {
		edit.Range = f.doc.place(first, to)
	}
	found.Fix = f.doc.remedy(&diag.Fix{Text: "Write the whole policy", Edits: []diag.Edit{edit}})
	return found
}

// place gives the place of a stretch of a document that is as the user wrote it.
func (d *document) place(from, to int) diag.Range {
	start := advance(diag.Position{Line: d.line + 1, Column: d.column + 1}, d.text[:from])
	return diag.Range{File: d.file, Start: start, End: advance(start, d.text[from:to])}
}

// fragmentNames gives fragments names of their own: example, example-2 and so on, less
// those that are taken. Until then each is called the first of them.
func fragmentNames(results []result) {
	taken := map[string]bool{}
	for _, r := range results {
		for i := range r.objects {
			if o := &r.objects[i]; r.fragment == nil && o.Kind == "NetworkPolicy" {
				taken[o.Name] = true
			}
		}
	}
	number := 0
	for i, r := range results {
		if r.fragment == nil {
			continue
		}
		name := exampleName
		for {
			if number++; number > 1 {
				name = fmt.Sprintf("%s-%d", exampleName, number)
			}
			if !taken[name] {
				break
			}
		}
		if name == exampleName {
			continue
		}
		if renamed, ok := r.fragment.read(name); ok {
			results[i] = renamed
		}
	}
}

const exampleName = "example"
