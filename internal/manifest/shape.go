package manifest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/netpolscope/netpolscope/internal/diag"
)

var (
	portValueType  = reflect.TypeFor[intstr.IntOrString]()
	jsonNumberType = reflect.TypeFor[json.Number]()
	wholeNumber    = regexp.MustCompile(`^[0-9]+$`)
)

// shape describes a value of another shape than its field has.
func (d describer) shape(f fault, found *diag.Finding) {
	value := resolveAlias(f.value)
	written := short(value.Value)
	scalar := value.Kind == yaml.ScalarNode
	switch {
	case f.want.Kind() == reflect.String && isLabels(f.path):
		d.labelShape(f, found)
	case f.want == jsonNumberType:
		found.Code = diag.BadObject
		found.Summary = fmt.Sprintf("`%s` is `%s`, a number that JSON cannot hold, and the API server is sent JSON.", short(f.path), written)
	case d.root == nil:
		found.Code = diag.BadObject
		found.Summary = fmt.Sprintf("`%s` must be %s; it is %s.", short(f.path), shapeOf(f.want), kindOf(value))
	case f.name == "policyTypes":
		found.Code = diag.BadPolicyType
		found.Summary = fmt.Sprintf("`%s` must be %s; it is %s. Write `policyTypes: [Ingress]`, `[Egress]` or both.", f.path, shapeOf(f.want), kindOf(value))
		if v := nearPolicyType(value.Value); scalar && !f.item && v != "" {
			found.Fix = d.instead(f, "Make it a list", "["+v+"]")
		}
	case f.want == portValueType || f.name == "endPort" || f.name == "port":
		found.Code = diag.BadPortNumber
		switch s, text := resolve(value).(string); {
		case scalar && text && wholeNumber.MatchString(s):
			found.Summary = fmt.Sprintf("`%s` is text; write the number `%s` without quotes.", f.path, written)
			found.Fix = d.instead(f, "Write `"+written+"` without quotes", strings.TrimLeft(s[:len(s)-1], "0")+s[len(s)-1:])
		case scalar:
			found.Summary = fmt.Sprintf("`%s` is not a port: write a whole number from 1 to 65535%s.", written, map[bool]string{true: ", or the name of a container port"}[f.want == portValueType])
		default:
			found.Summary = fmt.Sprintf("`%s` must be one port; it is %s.", f.path, kindOf(value))
			found.Detail = "Write one entry of `ports` for each port, or `port` and `endPort` for a range."
			found.Fix = d.onlyItem(f)
		}
	case f.want.Kind() == reflect.Slice || f.want.Kind() == reflect.Struct || f.want.Kind() == reflect.Map:
		found.Code = diag.ListOrMap
		d.listOrMap(f, found)
	default:
		found.Code = codeOfText(f)
		found.Summary = fmt.Sprintf("`%s` must be %s; `%s` is read as %s.", f.path, shapeOf(f.want), written, kindOf(value))
		if !scalar {
			found.Summary = fmt.Sprintf("`%s` must be %s; it is %s.", f.path, shapeOf(f.want), kindOf(value))
			found.Fix = d.onlyItem(f)
		} else if f.want.Kind() == reflect.String && f.value == value {
			found.Summary += " Put it in quotes if it is meant as it stands."
			found.Fix = d.instead(f, "Put it in quotes", `"`+value.Value+`"`)
		}
	}
}

func (d describer) labelShape(f fault, found *diag.Finding) {
	value := resolveAlias(f.value)
	found.Code = diag.LabelValueNotText
	if value.Kind != yaml.ScalarNode {
		found.Summary = fmt.Sprintf("Label `%s` must be one text; it is %s.", short(f.name), kindOf(value))
		if value.Kind == yaml.SequenceNode && strings.Contains(f.path, ".matchLabels.") {
			found.Detail = fmt.Sprintf("For one of several values write `matchExpressions: [{key: %s, operator: In, values: […]}]`.", short(f.name))
		}
		found.Fix = d.onlyItem(f)
		return
	}
	found.Summary = fmt.Sprintf("Label `%s` has the value `%s`, which YAML reads as %s; labels are text, so put it in quotes.", short(f.name), short(value.Value), kindOf(value))
	found.Fix = d.instead(f, "Put the value in quotes", `"`+value.Value+`"`)
}

// listOrMap describes a list, a map or a text where the API has one of the others.
func (d describer) listOrMap(f fault, found *diag.Finding) {
	t, value := d.t, resolveAlias(f.value)
	written := short(value.Value)
	text := value.Value
	if value.Kind == yaml.ScalarNode && value == f.value {
		text = string(t.doc.text[t.offset(value):t.end(value)])
	}
	list := f.want.Kind() == reflect.Slice
	found.Summary = fmt.Sprintf("`%s` must be %s; it is %s.", f.path, shapeOf(f.want), kindOf(value))
	write := func(text string) {
		found.Summary = fmt.Sprintf("`%s` must be %s: write `%s`.", f.path, shapeOf(f.want), short(strings.TrimPrefix(text, "- ")))
		found.Fix = d.instead(f, "Write `"+short(text)+"`", text)
	}
	switch {
	case list && value.Kind == yaml.MappingNode && len(value.Content) == 0:
		if f.name == "ingress" || f.name == "egress" {
			found.Detail = "`[]` has no rule and allows nothing; `[{}]` has one rule, which allows everything."
		}
	case list && d.gluedItems(f, found):
	case list && value.Kind == yaml.MappingNode:
		found.Summary = fmt.Sprintf("`%s` must be a list: put `- ` before the first line.", f.path)
		if isFlow(value) {
			found.Summary = fmt.Sprintf("`%s` must be a list: put it in `[ ]`.", f.path)
		}
		found.Fix = t.asList(f.value)
	case !list && value.Kind == yaml.SequenceNode:
		found.Summary = fmt.Sprintf("`%s` must be a map: remove the `- `.", f.path)
		if isFlow(value) {
			found.Summary = fmt.Sprintf("`%s` must be a map, not a list in `[ ]`.", f.path)
		}
		if found.Fix = t.asMap(f.value); found.Fix == nil {
			found.Fix = d.onlyItem(f)
		}
	case d.gluedColon(f, found):
	case value.Kind != yaml.ScalarNode:
	case f.item && f.name == "ports":
		found.Summary = fmt.Sprintf("`%s` must be a map: write `- port: %s`.", f.path, written)
		found.Fix = d.instead(f, "Write `port: "+written+"`", d.braced(f, "port: "+text))
	case f.name == "ports":
		write("[{port: " + text + "}]")
	case list && (f.name == "except" || f.name == "values"):
		write("[" + text + "]")
	case f.name == "ipBlock" && strings.Contains(value.Value, "."):
		write("{cidr: " + text + "}")
	case f.name == "matchLabels" && labelPair.MatchString(value.Value):
		m := labelPair.FindStringSubmatch(value.Value)
		found.Summary = fmt.Sprintf("`%s` must be a map: write `%s: %s`.", f.path, m[1], m[2])
		found.Fix = d.instead(f, fmt.Sprintf("Write `%s: %s`", m[1], m[2]), fmt.Sprintf("{%s: %s}", m[1], quotedLabel(m[2])))
	case f.name == "namespaceSelector":
		write(fmt.Sprintf("{matchLabels: {%s: %s}}", nameLabel, text))
		found.Detail = "A namespace carries its name as the label `" + nameLabel + "`."
	case f.item && structFields(f.want)[value.Value] != nil && strings.HasSuffix(value.Value, "Selector"):
		write(d.braced(f, value.Value+": {}"))
	}
}

// labelPair matches a label as selectors of kubectl have it.
var labelPair = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9./_-]*) *={1,2} *([A-Za-z0-9][A-Za-z0-9._-]*)$`)

// quotedLabel puts a label's value in quotes where YAML would not read it as text.
func quotedLabel(value string) string {
	if _, text := resolveText(value).(string); text {
		return value
	}
	return `"` + value + `"`
}

// braced puts a map of one entry in braces where it is no item behind a dash.
func (d describer) braced(f fault, entry string) string {
	before := strings.TrimRight(string(d.t.doc.text[max(d.t.offset(f.value)-2, 0):d.t.offset(f.value)]), " ")
	if strings.HasSuffix(before, "-") {
		return entry
	}
	return "{" + entry + "}"
}

// instead is the remedy that writes another text for a value.
func (d describer) instead(f fault, words, text string) *diag.Fix {
	value := resolveAlias(f.value)
	if value != f.value || value.Anchor != "" || d.t.doc.json {
		return nil
	}
	return &diag.Fix{Text: words, Edits: []diag.Edit{d.t.replace(d.t.offset(value), d.t.end(value), text)}}
}

// onlyItem is the remedy that takes the one item of a list in brackets for the list.
func (d describer) onlyItem(f fault) *diag.Fix {
	value := f.value
	if value.Kind != yaml.SequenceNode || len(value.Content) != 1 || !isFlow(value) || value.Anchor != "" {
		return nil
	}
	item := value.Content[0]
	scalar := f.want.Kind() != reflect.Struct && f.want.Kind() != reflect.Map
	if scalar != (item.Kind == yaml.ScalarNode) || item.Kind == yaml.AliasNode {
		return nil
	}
	text := string(d.t.doc.text[d.t.offset(item):d.t.end(item)])
	if _, isText := resolve(item).(string); scalar && f.want.Kind() == reflect.String && !isText {
		return nil
	}
	return &diag.Fix{Text: "Write the item without the list", Edits: []diag.Edit{d.t.replace(d.t.offset(value), d.t.end(value), text)}}
}

// nearPolicyType gives the policy type that a word most likely stands for, or "".
func nearPolicyType(word string) string {
	for _, t := range []string{"Ingress", "Egress"} {
		if distance(strings.ToLower(word), strings.ToLower(t)) <= 1 {
			return t
		}
	}
	return ""
}

// codeOfText gives the code for a text of a policy that is none.
func codeOfText(f fault) diag.Code {
	switch {
	case f.path == "metadata.name" || f.path == "metadata.namespace" || f.path == "metadata.generateName":
		return diag.BadObjectName
	case f.name == "protocol":
		return diag.BadProtocol
	case f.name == "cidr" || f.name == "except":
		return diag.BadCIDR
	case f.name == "operator" || f.name == "values" || f.name == "key":
		return diag.BadSelector
	}
	return diag.BadObject
}

func isLabels(path string) bool {
	for _, field := range []string{"matchLabels.", "labels."} {
		if i := strings.LastIndex(path, field); i == 0 || i > 0 && path[i-1] == '.' {
			return true
		}
	}
	return false
}

func shapeOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a map"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	}
	return "another value"
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	switch resolve(n).(type) {
	case nil:
		return "nothing"
	case bool:
		return "true or false"
	case int64, uint64, float64:
		return "a number"
	}
	return "text"
}
